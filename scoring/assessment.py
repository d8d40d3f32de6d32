"""What an assessment says, as frames and in the JSON shape that programs read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from scoring.board import FINDINGS, TRACE, Board
from scoring.components.exact import shown
from scoring.kinds.consequence import CONSEQUENCES
from scoring.scheme import UNGRADED, Scheme

SCORES = {"subject": pl.String(), "name": pl.String(), "value": pl.String()}


@dataclass(frozen=True)
class Assessment:
    """Frames in a fixed order: grades and ceilings by subject, findings by rule, trace by step.

    `grades`: subject, grade (or 不确定等次) · `ceilings`: subject, grade, rule · `violations`, `blocks`, `notices`:
    subject, pool, rule, detail, force · `consequences`: subject, rule, action, options, review, max_grade,
    deadline_months, value, starts, ends · `trace`: subject, step, kind, rule, inputs, before, after · `scores`:
    subject, name, value as text, numbers with two places.
    """

    scheme: Scheme
    grades: pl.DataFrame
    ceilings: pl.DataFrame
    violations: pl.DataFrame
    blocks: pl.DataFrame
    notices: pl.DataFrame
    consequences: pl.DataFrame
    trace: pl.DataFrame
    scores: pl.DataFrame

    def to_json(self) -> dict[str, Any]:
        """Plain values only; each finding, consequence and step carries the clause of its rule."""
        rows = self.ceilings.iter_rows(named=True)
        scores = {"scores": self._scores_by_subject()} if self.scheme.components else {}
        return {
            "grades": dict(self.grades.iter_rows()),
            "ceilings": {row["subject"]: {"grade": row["grade"], "rule": row["rule"]} for row in rows},
            "violations": self._cited(self.violations),
            "blocks": self._cited(self.blocks.drop("force")),
            "notices": self._cited(self.notices.drop("force")),
            "consequences": [_without_empty(row) for row in self._cited(self.consequences)],
            "trace": self._cited(self.trace),
            **scores,
        }

    def _scores_by_subject(self) -> dict[str, dict[str, str]]:
        result: dict[str, dict[str, str]] = {}
        for subject, name, value in self.scores.iter_rows():
            result.setdefault(subject, {})[name] = value
        return result

    def _cited(self, frame: pl.DataFrame) -> list[dict[str, Any]]:
        clauses = {rule: cite.clause for rule, cite in self.scheme.citations().items()}
        return [{**row, "clause": clauses[row["rule"]]} for row in frame.iter_rows(named=True)]


def conclude(board: Board) -> Assessment:
    """Gathers what the rules wrote on the board."""
    findings = _by_kind(_stacked(board.findings, FINDINGS).unique(maintain_order=True))
    outcome = (
        pl.when(pl.col("ungraded") & ~pl.col("blocked")).then(pl.lit(UNGRADED)).otherwise(board.named(board.decided()))
    )
    grades = board.frame.select(subject="id", grade=outcome if board.proposing else pl.col("stated"))
    ceilings = board.rows(pl.col("ceiling_rule").is_not_null())
    return Assessment(
        scheme=board.scheme,
        grades=grades.drop_nulls("grade"),
        ceilings=ceilings.select(subject="id", grade=board.named(pl.col("ceiling")), rule="ceiling_rule").collect(),
        violations=findings["violation"],
        blocks=findings["block"],
        notices=findings["notice"],
        consequences=_stacked(board.consequences, CONSEQUENCES),
        trace=_stacked(_steps(board), {"subject": pl.String(), "step": pl.Int32(), **TRACE}),
        scores=_stacked(_scores(board), SCORES),
    )


def _steps(board: Board) -> Iterator[pl.DataFrame]:
    for step, rows in enumerate(board.trace, 1):
        subject, *others = rows.get_columns()
        yield pl.DataFrame([subject, pl.Series("step", [step], pl.Int32).new_from_index(0, rows.height), *others])


def _scores(board: Board) -> Iterator[pl.DataFrame]:
    """What each component came to, for whom it came to something."""
    for component in board.scheme.components:
        value = shown(component.decl).alias("value")
        rows = board.frame.filter(pl.col(component.name).is_not_null())
        yield rows.select(pl.col("id").alias("subject"), pl.lit(component.name).alias("name"), value)


def _stacked(frames: Iterable[pl.DataFrame], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=schema), *frames])


def _by_kind(findings: pl.DataFrame) -> dict[str, pl.DataFrame]:
    found = findings.partition_by("kind", as_dict=True, include_key=False)
    none = findings.clear().drop("kind")
    return {kind: found.get((kind,), none) for kind in ("violation", "block", "notice")}


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in row.items()
        if value is not None or name not in ("review", "max_grade", "deadline_months", "value", "starts", "ends")
    }
