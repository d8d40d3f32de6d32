"""A compiled scheme: scales, tiers, facts, pools, rules and consequences of one locality, ready to be applied."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl

from scoring.conditions import Condition
from scoring.fact_decl import FactDecl, built_in

if TYPE_CHECKING:
    from scoring.board import Board

UNGRADED = "不确定等次"  # an outcome beside every scale (SC-13)
Setting = int | bool | str
Amount = Decimal | str  # a number of the pack, or the setting that holds it as `$key`
Force = Literal["hard", "soft"]


class UnknownGrade(ValueError):
    """A grade that is not on its scale; carries what was found and what is allowed."""

    def __init__(self, found: str, scale: "Scale") -> None:
        self.found, self.allowed = found, scale.grades
        super().__init__(f"“{found}”不是{scale.label}的等次,可用:{'、'.join(scale.grades)}")


class RefusedSetting(ValueError):
    """A setting that may not be overridden or not with this value; the message names what is allowed."""


@dataclass(frozen=True)
class Scale:
    """Grades from best to worst; a rank only means something on its own scale."""

    id: str
    label: str
    grades: tuple[str, ...]

    def rank(self, grade: str) -> int:
        """1 for the best grade; UnknownGrade for a word of another scale (BZ-03)."""
        return self.grades.index(self.parse(grade)) + 1

    def parse(self, grade: str) -> str:
        if grade not in self.grades:
            raise UnknownGrade(grade, self)
        return grade


NO_SCALE = Scale("", "不定等次", ())


@dataclass(frozen=True)
class Tier:
    """One kind of subject: a team, a principal, a deputy…; `NO_SCALE` where they are checked and never graded."""

    id: str
    label: str
    scale: Scale
    is_person: bool
    pool: str | None


@dataclass(frozen=True)
class Pool:
    """Subjects that compete for the same places; with `by`, only those with the same values of these names (GS-10)."""

    id: str
    label: str
    tiers: tuple[str, ...]
    by: tuple[str, ...] = ()

    def key(self) -> pl.Expr:
        """`principal/city`: the competition that a row is in; null where a value that parts the pool is missing."""
        return pl.concat_str([pl.lit(self.id), *(pl.col(name).cast(pl.String) for name in self.by)], separator="/")


@dataclass(frozen=True)
class Cite:
    """Where a value comes from: a clause word for word, a case that it was derived from, or no source at all."""

    source: str | None
    clause: str
    is_default: bool = False
    is_case: bool = False


class Phase(IntEnum):
    """When a kind of rule acts; inside a phase rules act in the order of the pack."""

    PROTECT = 1
    EVIDENCE = 2
    UNGRADED = 3
    LIMIT = 4
    LINKAGE = 5
    QUOTA = 6
    RESULT = 7
    MARKS = 8
    CONSEQUENCE = 9


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """What every rule has; each kind adds its own fields and acts on the board in its phase."""

    phase: ClassVar[Phase]

    id: str
    label: str
    cite: Cite
    force: Force = "hard"
    applies_to: tuple[str, ...]
    enabled_by: str | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions that the rule is asked by, whatever its kind calls them."""
        return tuple(value for value in vars(self).values() if isinstance(value, Condition))

    @abstractmethod
    def apply(self, board: "Board") -> None:
        """Writes findings, limits or consequences to the board."""


@dataclass(frozen=True)
class ConfigDecl:
    """A setting of the scheme; only one that no source fixes may be overridden."""

    key: str
    label: str
    default: Setting
    cite: Cite
    allowed: tuple[Setting, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    @property
    def overridable(self) -> bool:
        return self.cite.is_default

    def refusal(self, value: object) -> str | None:
        """What is allowed, when `value` is not; None when it is."""
        if type(value) is not type(self.default):
            return {bool: "true 或 false", int: "整数", str: "文字"}[type(self.default)]
        if self.allowed and value not in self.allowed:
            return "、".join(str(choice) for choice in self.allowed)
        if isinstance(value, int) and not isinstance(value, bool):
            low, high = self.minimum, self.maximum
            if (low is not None and value < low) or (high is not None and value > high):
                return f"{'…' if low is None else low} 至 {'…' if high is None else high}"
        return None


@dataclass(frozen=True, kw_only=True)
class Component(ABC):
    """A value computed for each subject of `applies_to` before any rule; from then on read like a fact."""

    id: str
    cite: Cite
    applies_to: tuple[str, ...]
    decl: FactDecl

    @property
    def name(self) -> str:
        return self.decl.name

    @abstractmethod
    def compute(self, board: "Board") -> pl.Expr:
        """One value for each row of the board, of the declared type or, for numbers, with more places than shown."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the same subject that it is computed from."""
        return ()

    @abstractmethod
    def inputs(self, board: "Board") -> pl.Expr:
        """What it was computed from, as a reader sees it."""

    def citations(self) -> Mapping[str, Cite]:
        """The clauses under which its values are traced."""
        return {self.id: self.cite}


@dataclass(frozen=True)
class Base:
    """Where a proposal starts (a grade, else a score through bands, else the top), and the order inside a pool."""

    id: str
    cite: Cite
    grade_fact: str | None = None
    order_fact: str | None = None
    highest_first: bool = False
    score: str | None = None
    bands: tuple[tuple[Amount | None, str], ...] = ()
    force: Force = "hard"


@dataclass(frozen=True)
class Check:
    """What must hold among the facts of one subject before they may be used (tallies that add up)."""

    id: str
    condition: Condition
    message: str


@dataclass(frozen=True)
class Scheme:
    """One locality's rule pack; frozen, and named by the hash of its files."""

    id: str
    hash: str
    label: str
    scales: Mapping[str, Scale]
    tiers: Mapping[str, Tier]
    pools: tuple[Pool, ...]
    facts: Mapping[str, FactDecl]
    aliases: Mapping[str, str]
    checks: tuple[Check, ...]
    base: Base
    rules: tuple[Rule, ...]
    consequences: tuple[Rule, ...]
    config: Mapping[str, ConfigDecl]
    components: tuple[Component, ...] = ()

    @cached_property
    def names(self) -> Mapping[str, FactDecl]:
        """All that conditions can read: built-in names, facts, components."""
        computed = {component.name: component.decl for component in self.components}
        return {**built_in({tier.id: tier.label for tier in self.tiers.values()}), **self.facts, **computed}

    @cached_property
    def reads(self) -> Mapping[str, tuple[str, ...]]:
        """What each component is computed from."""
        return {component.name: component.reads for component in self.components}

    def scale_for(self, tier: str) -> Scale:
        return self.tiers[tier].scale

    def pool_label(self, key: str) -> str:
        """What people call a competition: 党政正职(市州) for `principal/city`."""
        name, *parts = key.split("/")
        pool = next(pool for pool in self.pools if pool.id == name)
        labels = [self._value_label(by, part) for by, part in zip(pool.by, parts, strict=False)]
        return f"{pool.label}({'、'.join(labels)})" if labels else pool.label

    def _value_label(self, name: str, value: str) -> str:
        labels = self.facts[name].value_labels if name in self.facts else None
        return (labels or {}).get(value, value)

    @cached_property
    def leaves_ungraded(self) -> bool:
        """Whether a rule of the pack may leave a subject without a grade, so that a proposal may say so."""
        return any(rule.phase == Phase.UNGRADED for rule in self.rules)

    def settings(self, overrides: Mapping[str, Setting] | None = None) -> dict[str, Setting]:
        """Every setting with the overrides applied; RefusedSetting for any that may not be overridden."""
        values = {key: decl.default for key, decl in self.config.items()}
        for key, value in (overrides or {}).items():
            if key not in self.config or not self.config[key].overridable:
                allowed = ", ".join(sorted(key for key, decl in self.config.items() if decl.overridable))
                raise RefusedSetting(f"设置 {key} 不可调整,可调整的有:{allowed}")
            if refusal := self.config[key].refusal(value):
                raise RefusedSetting(f"{key} = {value!r},允许:{refusal}")
            values[key] = value
        return values

    def citations(self) -> dict[str, Cite]:
        """The clause of each rule id, the first kind of a rule speaking for it."""
        result: dict[str, Cite] = {self.base.id: self.base.cite}
        for component in self.components:
            result.update({id_: cite for id_, cite in component.citations().items() if id_ not in result})
        for rule in (*self.rules, *self.consequences):
            result.setdefault(rule.id, rule.cite)
        return result
