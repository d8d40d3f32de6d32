"""What a condition can come to: tried on the values around each of its boundaries, within the declared types."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice, product
from math import isqrt, prod

import polars as pl

from scoring.conditions import Condition
from scoring.fact_decl import BLOCK, FACT_PLACES, SKIP, FactDecl
from scoring.scheme import ConfigDecl, Scheme, Setting

ROWS, SETTINGS = 20_000, 32  # how many combinations of facts and of settings are tried
FAR = 1_000_000
DAYS = (date(2000, 1, 1), date(2000, 1, 2), date(2001, 1, 1))  # dates have no literals: before, the day after, later
NUMBER = re.compile(r"\d+(?:\.\d+)?")
TEXT = re.compile(r"'([^']*)'")
Values = Sequence[object]


@dataclass(frozen=True)
class Trial:
    """Tries the conditions of one scheme for subjects of some tiers."""

    scheme: Scheme
    tiers: tuple[str, ...]

    def can_be(self, condition: Condition, wanted: bool) -> bool:
        """Whether some facts, allowed settings and sound tallies give this answer; true as well where none was found
        but not everything could be tried."""
        lists = {name: self._values(fact, condition) for name, fact in condition.facts.items()}
        if prod(len(values) for values in lists.values()) > ROWS:
            return True
        return self._found(condition, _grid(lists, condition), wanted) or (
            bool(_numbers(condition)) and self._found(condition, _sample(lists, condition), wanted)
        )

    def always(self, condition: Condition) -> bool:
        """Whether the condition holds whatever the facts, a missing one included."""
        lists = {
            name: [*self._values(fact, condition), *([None] if self._may_lack(fact) else [])]
            for name, fact in condition.facts.items()
        }
        if prod(len(values) for values in lists.values()) > ROWS:
            return False
        frame = _grid(lists, condition)
        return all(condition.evaluate(frame, settings).fill_null(False).all() for settings in self._settings(condition))

    def _found(self, condition: Condition, frame: pl.DataFrame, wanted: bool) -> bool:
        for check in self.scheme.checks:
            if check.condition.facts and set(check.condition.names) <= set(condition.facts):
                frame = frame.filter(check.condition.evaluate(frame).fill_null(True))
        return any((condition.evaluate(frame, given) == wanted).any() for given in self._settings(condition))

    def _settings(self, condition: Condition) -> Iterator[dict[str, Setting]]:
        keys = [key for key in condition.defaults if key in self.scheme.config]
        lists = [setting_values(self.scheme.config[key]) for key in keys]
        for values in islice(product(*lists), SETTINGS):
            yield dict(zip(keys, values, strict=True))

    def _may_lack(self, fact: FactDecl) -> bool:
        ways = fact.missing or {}
        return any(ways.get(tier, BLOCK) in (BLOCK, SKIP) for tier in self.tiers)

    def _values(self, fact: FactDecl, condition: Condition) -> Values:
        if fact.kind == "bool":
            return (False, True)
        if fact.kind in ("enum", "grade"):
            return tuple(dict.fromkeys(value for tier in self.tiers for value in fact.choices(tier))) or fact.values
        if fact.kind in ("count", "number"):
            return _around(self._bounds(condition), fact)
        if fact.dtype == pl.Date():
            return DAYS
        if fact.name == "tier":
            return self.tiers
        return (*dict.fromkeys(TEXT.findall(condition.text)), "…", f"…{fact.name}")  # no two names always hold the same

    def _bounds(self, condition: Condition) -> list[Decimal]:
        texts = NUMBER.findall(TEXT.sub("", condition.text))
        for key in condition.defaults:
            if key in self.scheme.config:
                texts += [str(value) for value in setting_values(self.scheme.config[key]) if _is_number(value)]
        return [Decimal(text) for text in dict.fromkeys(texts)]


def setting_values(decl: ConfigDecl) -> tuple[Setting, ...]:
    """The values that a setting can have: only its default unless an administrator may override it."""
    if not decl.overridable:
        return (decl.default,)
    if isinstance(decl.default, bool):
        return (decl.default, not decl.default)
    limits = (limit for limit in (decl.minimum, decl.maximum) if limit is not None)
    return tuple(dict.fromkeys((decl.default, *(decl.allowed or limits))))


def possible(value: Setting, scheme: Scheme) -> tuple[Setting, ...]:
    """What a value of the pack can be: itself, or all that the setting named by `$key` may be."""
    if not isinstance(value, str) or not value.startswith("$"):
        return (value,)
    return setting_values(scheme.config[value[1:]]) if value[1:] in scheme.config else (value,)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _around(bounds: Iterable[Decimal], fact: FactDecl) -> Values:
    """Each boundary, its neighbours, what sums and products of facts reach it with, and values far from all of them."""
    bounds = list(bounds)
    apart = [value for one in bounds for other in bounds if one > other for value in (one - other, one + other)]
    apart += [one // other for one in bounds for other in {Decimal(2), *bounds} if one > other > 1]
    apart += [Decimal(isqrt(int(one))) for one in bounds]
    step = Decimal(1).scaleb(-FACT_PLACES) if fact.kind == "number" else Decimal(1)
    near = {value + move for value in (*bounds, *apart, Decimal(0), Decimal(1)) for move in (-1, -step, 0, step, 1)}
    if fact.kind == "number":
        return sorted({*near, Decimal(-FAR), Decimal(FAR)})
    return sorted({int(value) for value in near if value >= 0} | {2, FAR})


def _numbers(condition: Condition) -> list[str]:
    return [name for name, fact in condition.facts.items() if fact.kind in ("count", "number")]


def _grid(lists: Mapping[str, Values], condition: Condition) -> pl.DataFrame:
    """Every combination, a row each."""
    frame = pl.DataFrame({"": [None]})
    for name, values in lists.items():
        frame = frame.join(pl.DataFrame({name: pl.Series(values, dtype=condition.facts[name].dtype)}), how="cross")
    return frame


def _sample(lists: Mapping[str, Values], condition: Condition) -> pl.DataFrame:
    """Combinations drawn alike each time, numbers also from between the boundaries."""
    draw = random.Random(0)
    between = {"count": range(101), "number": [Decimal(value) for value in range(101)]}
    wide = {name: [*values, *between.get(condition.facts[name].kind, ())] for name, values in lists.items()}
    columns = {
        name: pl.Series([draw.choice(values) for _ in range(ROWS // 4)], dtype=condition.facts[name].dtype)
        for name, values in wide.items()
    }
    return pl.DataFrame(columns)
