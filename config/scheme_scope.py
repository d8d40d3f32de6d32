"""What the rules of a pack may refer to, and where their faults are written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from config.scheme_models import Cited, Value
from config.yaml_file import Faults, YamlMap
from scoring.conditions import Condition, ConditionError, compile_condition
from scoring.fact_decl import FactDecl
from scoring.scheme import Cite, Scale, Setting, Tier


def cite_of(model: Cited) -> Cite:
    """The clause of a value; a default without one is cited by the words that say so."""
    is_default, is_case = model.basis == "default", model.basis == "case"
    if model.cite is None:
        return Cite(None, "", is_default, is_case)
    return Cite(model.cite.source, model.cite.clause, is_default, is_case)


@dataclass(frozen=True)
class Scope:
    """Names that are declared, and the place in the files that is being compiled."""

    maps: Mapping[str, YamlMap]
    faults: Faults
    tiers: Mapping[str, Tier]
    scales: Mapping[str, Scale]
    facts: Mapping[str, FactDecl]
    settings: Mapping[str, Setting]
    pools: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(
        default_factory=dict
    )  # tiers, and what parts it
    actions: frozenset[str] = frozenset()
    rule_ids: frozenset[str] = frozenset()
    weighted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # weighted sums and their parts
    file: str = ""
    path: tuple[str | int, ...] = ()

    def inside(self, file: str, path: tuple[str | int, ...]) -> "Scope":
        return replace(self, file=file, path=path)

    def fault(self, file: str, path: tuple[str | int, ...], found: str, allowed: str, remedy: str) -> None:
        self.faults.at(self.maps[file], path, found, allowed, remedy)

    def wrong(self, key: str, found: str, allowed: str, remedy: str) -> None:
        """A fault at a key of the rule being compiled."""
        self.fault(self.file, (*self.path, key), found, allowed, remedy)

    def condition(self, key: str, text: str, tiers: Iterable[str]) -> Condition | None:
        """The compiled condition, over facts that every one of these tiers has."""
        tiers = list(tiers)
        visible = {
            name: fact for name, fact in self.facts.items() if all(tier in (fact.missing or {}) for tier in tiers)
        }
        try:
            return compile_condition(text, visible, self.settings)
        except ConditionError as error:
            self.wrong(key, error.found, error.allowed, error.remedy)
            return None

    def known_tiers(self, key: str, tiers: Iterable[str]) -> tuple[str, ...]:
        """The tiers that exist; each other one is a fault."""
        for tier in tiers:
            if tier not in self.tiers:
                self.wrong(key, f"未知的层级 {tier}", ", ".join(self.tiers), "改正")
        return tuple(tier for tier in tiers if tier in self.tiers)

    def known_grade(self, key: str, grade: str, tiers: Iterable[str]) -> str:
        """The grade, a fault for each tier whose scale lacks it."""
        for tier in tiers:
            grades = self.tiers[tier].scale.grades if tier in self.tiers else (grade,)
            if grade not in grades:
                self.wrong(key, f"等次 {grade}", ", ".join(grades) or f"(层级 {tier} 不定等次)", "改用该表的等次")
        return grade

    def known_setting(self, key: str, value: Value | None) -> None:
        """A fault when a `$key` names no setting."""
        if isinstance(value, str) and value.startswith("$") and value[1:] not in self.settings:
            self.wrong(key, f"未知的设置 {value}", ", ".join(self.settings), "在 config 下声明")

    def whole_number(self, key: str, value: Value | None) -> bool:
        """Whether this is a whole number or a setting that is one; a fault where it is not."""
        if value is None or type(self.default(key, value)) is int:
            return True
        if not (isinstance(value, str) and value[1:] not in self.settings and value.startswith("$")):
            self.wrong(key, f"{key}: {value}", "整数,或值为整数的 $设置", "改正")
        return False

    def default(self, key: str, value: Value) -> Value:
        """The value itself, or the default of the setting named by `$key`; a fault when there is none."""
        self.known_setting(key, value)
        return self.settings.get(value[1:], value) if isinstance(value, str) and value.startswith("$") else value
