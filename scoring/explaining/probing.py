"""What would come of one fact at many values at once: a copy of the subject's unit for each value, no rules run."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from scoring.assess import run_rules
from scoring.board import Board
from scoring.case import CaseFrames
from scoring.conditions import Condition
from scoring.explaining.assessed import Assessed, reads_of
from scoring.explaining.nearest import Found, nearest
from scoring.explaining.words import as_fact
from scoring.kinds.evidence import Block
from scoring.scheme import Rule

COPY = "\x1f"  # between an id and the number of its copy
Passes = Callable[[pl.DataFrame], Sequence[bool | None]]


@dataclass(frozen=True)
class Probe:
    """Looks for values of the facts of one subject under which something holds."""

    known: Assessed
    subject: str

    @cached_property
    def row(self) -> pl.DataFrame:
        return self.known.row(self.subject)

    def facts_behind(self, names: Iterable[str]) -> list[str]:
        """The facts of the subject that these names rest on, through components; in order of appearance."""
        found: dict[str, None] = {}
        components = {component.name: component for component in self.known.scheme.components}
        waiting = list(names)
        for name in waiting:
            if name in components:
                waiting += [each for each in reads_of(components[name], self.known.scheme.names) if each not in waiting]
            elif name in self.known.scheme.facts:
                found.setdefault(name)
        tier = self.row["tier"][0]
        return [name for name in found if tier in (self.known.scheme.facts[name].missing or {})]

    def nearest(self, fact: str, names: Iterable[str], passes: Passes) -> list[Found]:
        """The nearest values of a fact for which `passes` holds of the subject's row; `names` are what it reads."""
        decl = self.known.scheme.facts[fact]
        direct = set(names) <= set(self.known.scheme.facts)
        rows = self._replaced if direct else self._copied

        def test(values: Sequence[Any]) -> list[bool]:
            frame = rows(fact, values)
            good = [bool(answer) for answer in passes(frame)]
            return [each and sound for each, sound in zip(good, self._sound(frame, fact), strict=True)]

        return nearest(decl, self.row[fact][0], self.row["tier"][0], test)

    def _sound(self, frame: pl.DataFrame, fact: str) -> list[bool]:
        """Whether facts still fit together (tallies that add up) and block nothing that was not blocked before."""
        checks = [(check.condition, False) for check in self.known.scheme.checks]
        blocks = [(rule.when, True) for rule in self.known.scheme.rules if isinstance(rule, Block) and self._mine(rule)]
        sound = [True] * frame.height
        for condition, bad in (*checks, *blocks):
            if fact in condition.names and self.holds(condition, self.row)[0] is not bad:
                answers = self.holds(condition, frame)
                sound = [each and answer is not bad for each, answer in zip(sound, answers, strict=True)]
        return sound

    def _mine(self, rule: Rule) -> bool:
        on = rule.enabled_by is None or bool(self.known.board.settings[rule.enabled_by])
        return on and self.row["tier"][0] in rule.applies_to

    def holds(self, condition: Condition, frame: pl.DataFrame) -> list[bool | None]:
        """The answer of a condition for each row."""
        return condition.evaluate(frame, self.known.board.settings).to_list()

    def _replaced(self, fact: str, values: Sequence[Any]) -> pl.DataFrame:
        decl = self.known.scheme.facts[fact]
        texts = pl.DataFrame({fact: [as_fact(value) for value in values]}, schema={fact: pl.String()})
        typed = texts.select(decl.column(pl.col(fact)).alias(fact))
        return pl.concat([self.row] * len(values)).with_columns(typed[fact])

    def _copied(self, fact: str, values: Sequence[Any]) -> pl.DataFrame:
        """The subject's row on a board with components and base, once for each value."""
        board = self.board(fact, values)
        wanted = pl.DataFrame({"id": [f"{self.subject}{COPY}{at}" for at in range(len(values))]})
        return wanted.join(board.frame, on="id", how="left", maintain_order="left")

    def board(self, fact: str, values: Sequence[Any]) -> Board:
        """A board on which only components and bases are computed, with a copy of the unit for each value."""
        bare = replace(self.known.scheme, rules=(), consequences=())
        return run_rules(bare, self._copies(fact, values), "propose", traced=False)

    def _copies(self, fact: str, values: Sequence[Any]) -> CaseFrames:
        case, unit = self.known.plain, self.row["unit"][0]
        subjects = case.subjects.filter(pl.col("unit") == unit)
        about = [*subjects["id"], unit]
        facts = case.facts.select("subject", pl.col("name").replace(dict(self.known.scheme.aliases)), "value")
        owner = self.known.owner(self.subject, fact)
        kept = facts.filter(pl.col("subject").is_in(about) & ~((pl.col("subject") == owner) & (pl.col("name") == fact)))
        numbers = pl.DataFrame({"copy": [str(at) for at in range(len(values))], "value": [as_fact(v) for v in values]})
        mark = pl.lit(COPY) + pl.col("copy")
        edited = numbers.select(subject=pl.lit(owner) + mark, name=pl.lit(fact), value="value")
        copies = numbers.select("copy")
        renamed = (
            facts.clear()
            if kept.is_empty()
            else kept.join(copies, how="cross").select(pl.col("subject") + mark, "name", "value")
        )
        history = case.history.filter(pl.col("subject").is_in(about)).join(copies, how="cross")
        return replace(
            case,
            subjects=subjects.join(copies, how="cross").select(pl.col("id") + mark, "tier", pl.col("unit") + mark),
            facts=pl.concat([renamed, edited]),
            history=history.with_columns(pl.col("subject") + mark).drop("copy"),
        )
