"""One assessment with all that is needed to ask why: its rules by id, its facts with source and date, its frame."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from scoring.assess import run_rules, settled
from scoring.assessment import Assessment, conclude
from scoring.board import Board
from scoring.case import GIVEN, CaseFrames
from scoring.conditions import Condition
from scoring.scheme import Base, Cite, Component, Rule, Scale, Scheme

NO_FACTS = {"id", "label", "grade", "applies_to", "targets", "pool", "message"}


@dataclass(frozen=True)
class Edit:
    """A fact of a subject (or of its unit) set to another value, as text."""

    subject: str
    fact: str
    value: str


@dataclass(frozen=True)
class Assessed:
    """A case as the scheme proposes its grades, given grades left aside; `names` are what people call the subjects."""

    scheme: Scheme
    case: CaseFrames
    names: Mapping[str, str] = field(default_factory=dict)

    def call(self, subject: str) -> str:
        """What people call a subject."""
        return self.names.get(subject, subject)

    @cached_property
    def plain(self) -> CaseFrames:
        """The case without the grades that it gives."""
        return replace(self.case, given=pl.DataFrame(schema=GIVEN))

    @cached_property
    def board(self) -> Board:
        """The board after all rules: facts, components and bounds of each subject."""
        return run_rules(self.scheme, self.plain, "propose")

    @cached_property
    def answer(self) -> Assessment:
        return conclude(self.board)

    @property
    def frame(self) -> pl.DataFrame:
        """A row a subject with every fact, component and bound."""
        return self.board.frame

    @cached_property
    def ranks(self) -> dict[str, int | None]:
        """The rank of each subject's proposed grade, None without one; only what grades depend on is run."""
        board = settled(self.scheme, self.plain)
        return dict(board.frame.select("id", rank=board.decided()).iter_rows())

    @cached_property
    def grades(self) -> dict[str, str]:
        return dict(self.answer.grades.iter_rows())

    @cached_property
    def rules(self) -> dict[str, list[Rule | Component]]:
        """The rules and components of each id, in the order of the pack."""
        found: dict[str, list[Rule | Component]] = {}
        every: list[Rule | Component] = [*self.scheme.components, *self.scheme.rules, *self.scheme.consequences]
        for rule in every:
            found.setdefault(rule.id, []).append(rule)
        return found

    @cached_property
    def sources(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Source and date of each fact by (subject or unit, name); empty where the case says none."""
        facts = self.case.facts
        absent = [pl.lit("").alias(name) for name in ("source", "date") if name not in facts.columns]
        rows = facts.with_columns(*absent, pl.col("name").replace(dict(self.scheme.aliases)))
        cells = rows.select("subject", "name", pl.col("source").fill_null(""), pl.col("date").fill_null(""))
        return {(subject, name): (source, date) for subject, name, source, date in cells.iter_rows()}

    def row(self, subject: str) -> pl.DataFrame:
        """The one row of a subject."""
        return self.frame.filter(pl.col("id") == subject)

    def value(self, subject: str, name: str) -> Any:
        return self.row(subject)[name][0]

    def tier(self, subject: str) -> str:
        return str(self.value(subject, "tier"))

    def scale(self, subject: str) -> Scale:
        return self.scheme.scale_for(self.tier(subject))

    def members(self, subject: str) -> list[str]:
        """The subjects of the same unit."""
        return self.frame.filter(pl.col("unit") == self.value(subject, "unit"))["id"].to_list()

    def owner(self, subject: str, fact: str) -> str:
        """Where a fact of a subject is kept: at the subject, or at its unit."""
        of_unit = self.scheme.facts[fact].level == "unit"
        return str(self.value(subject, "unit")) if of_unit else subject

    def steps(self, subject: str) -> list[dict[str, Any]]:
        """The trace rows of a subject in their order."""
        return list(self.answer.trace.filter(pl.col("subject") == subject).sort("step").iter_rows(named=True))

    def findings(self, subject: str, kind: str) -> list[dict[str, Any]]:
        """Blocks, notices or violations of a subject."""
        frame: pl.DataFrame = getattr(self.answer, kind)
        return list(frame.filter(pl.col("subject") == subject).iter_rows(named=True))

    def holds(self, condition: Condition, rows: pl.DataFrame) -> list[bool | None]:
        """The answer of a condition for rows of the frame."""
        return condition.evaluate(rows, self.board.settings).to_list()

    def edited(self, edits: Iterable[Edit]) -> "Assessed":
        """The same case with some facts set otherwise."""
        edits = list(edits)
        facts = self.case.facts.select("subject", pl.col("name").replace(dict(self.scheme.aliases)), "value")
        new = pl.DataFrame([(edit.subject, edit.fact, edit.value) for edit in edits], facts.schema, orient="row")
        kept = facts.join(new, on=["subject", "name"], how="anti", maintain_order="left")
        return Assessed(self.scheme, replace(self.plain, facts=pl.concat([kept, new])), self.names)


def reads_of(rule: object, known: Mapping[str, object]) -> tuple[str, ...]:
    """The declared names that a rule, component or base reads: in its conditions or in its own fields."""
    if isinstance(rule, Base):
        return tuple(name for name in (rule.grade_fact, rule.score if rule.bands else None) if name)
    if isinstance(rule, Component) and hasattr(rule, "reads"):
        return tuple(name for name in rule.reads if name in known)
    return tuple(dict.fromkeys(name for name in _names(rule, known) if name in known))


def conditions_of(rule: object) -> list[Condition]:
    """The conditions of a rule."""
    values = [getattr(rule, each.name) for each in fields(rule)] if is_dataclass(rule) else []
    return [value for value in values if isinstance(value, Condition)]


def _names(value: object, known: Mapping[str, object]) -> Iterator[str]:
    if isinstance(value, Condition):
        yield from value.names
    elif isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _names(item, known)
    elif isinstance(value, Mapping):
        yield from _names(list(value), known)
    elif is_dataclass(value) and not isinstance(value, Cite):
        for each in fields(value):
            if each.name not in NO_FACTS:
                yield from _names(getattr(value, each.name), known)
