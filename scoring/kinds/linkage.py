"""Linkage: the grade or a fact of one subject bounds the grade of others in its unit."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from scoring.board import SPARED, Board, Reach
from scoring.conditions import Condition
from scoring.doubts import Effect
from scoring.inputs import read_inputs
from scoring.scheme import Phase, Rule

STEP = pl.Int8()


@dataclass(frozen=True, kw_only=True)
class Linkage(Rule):
    """A source subject at or below a grade (or with `when`) bounds its unit's subjects of `targets` (BZ-05, BZ-48).

    `applies_to` names the tiers of the source; `include_self` bounds the source subject as well, other subjects of its
    tier not. `table` holds several pairs (source at or below, bound of the targets, a grade or `$key`), from mild to
    strict; a worse source never binds less than a better one (JS-12).
    """

    phase: ClassVar[Phase] = Phase.LINKAGE
    targets: tuple[str, ...]
    effect: Effect
    grade: str = ""
    at_or_below: str | None = None
    when: Condition | None = None
    include_self: bool = False
    table: tuple[tuple[str, str], ...] = ()

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Source grade and bound of each step; one without `table`."""
        return self.table or ((self.at_or_below or "", self.grade),)

    def apply(self, board: Board) -> None:
        """Binds whom the sources reach and the linkage has not bound as far before."""
        key = f"{self.id} {self.label}"  # a rule may stand on several linkages (JS-12)
        known = board.linked.get(key)
        if self.when is not None and known is not None:
            return  # facts do not change while grades settle
        step = self._sources(board)
        if step.null_count() == step.len() or (known is not None and step.equals(known.sources)):
            return
        sources, reached = self._reached(board, step).get_columns()
        new = reached > (-1 if known is None else known.bound)
        furthest = reached if known is None else pl.DataFrame([reached, known.bound.alias("before")]).max_horizontal()
        board.linked[key] = Reach(step, furthest)
        if new.any():
            board.frame = board.frame.with_columns(sources, reached)
            board.limit(self, self.effect, new, self._bound(board), pl.col("sources"))
            board.frame = board.frame.drop("sources", "reached")

    def _sources(self, board: Board) -> pl.Series:
        """The step that each row of the board has reached; null where it is no source."""
        if self.when is not None:
            starts = board.answers(self, self.when, ~board.frame["ungraded"])  # nothing is linked to those (SC-13)
            step = pl.when(pl.lit(starts)).then(pl.lit(0, STEP))
        else:
            rank = board.rank()
            passed = [
                pl.when(rank >= board.ranked(source)).then(pl.lit(at, STEP))
                for at, (source, _) in enumerate(self.steps)
            ]
            step = pl.when(board.concerned(self)).then(pl.max_horizontal(passed))
        return board.frame.select("id", step=step)["step"]

    def _reached(self, board: Board, step: pl.Series) -> pl.DataFrame:
        """By whom each row of the board is bound, and to which step; -1 where it is not."""
        said = read_inputs(board.scheme, self.when.names) if self.when else board.named(board.rank())
        starts = step.is_not_null()
        texts = board.rows(starts).select("unit", sources=pl.format("{}:{}", "id", said)).collect()
        by_unit = texts.with_columns(reached=step.filter(starts)).group_by("unit", maintain_order=True)
        furthest = by_unit.agg(pl.col("sources").str.join(","), pl.col("reached").max())
        aimed = pl.col("tier").is_in(self.targets)
        aimed &= ~pl.col(SPARED + self.id) if self.id in board.spared else pl.lit(True)
        rows = board.frame.select("unit", aimed=aimed).join(furthest, on="unit", how="left", maintain_order="left")
        own = pl.lit(step) if self.include_self else pl.lit(None, STEP)
        reached = pl.when("aimed").then("reached").otherwise(own).fill_null(-1)
        return rows.select("sources", reached=reached)

    def _bound(self, board: Board) -> pl.Expr:
        bounds = [board.ranked(str(board.setting(grade))) for _, grade in self.steps]
        reached = [pl.max_horizontal(bounds[: at + 1]) for at in range(len(bounds))]
        return pl.coalesce([pl.when(pl.col("reached") == at).then(bound) for at, bound in enumerate(reached)])


def settle(board: Board, linkages: list[Linkage]) -> None:
    """Applies linkages until none binds anyone new: those on facts first, for they hold whatever the grades.

    It ends: each linkage binds each subject at most once a step of its table, and there are finitely many of both.
    """
    ordered = sorted(linkages, key=lambda linkage: linkage.when is None)
    limits = -1
    while limits != (limits := board.limits):
        for linkage in ordered:
            linkage.apply(board)
