"""Where one component of a pack is compiled: its names and numbers looked up, faults written at its lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from config.component_models import ComponentModel
from config.scheme_models import Value
from config.scheme_scope import Scope
from config.yaml_words import shown
from scoring.components.exact import PLACES
from scoring.conditions import Condition
from scoring.fact_decl import BLOCK, BUILT_IN, FACT_PLACES, SKIP, FactDecl, Kind
from scoring.scheme import Amount

OWN_COLUMNS = {
    "id", "given", "stated", "base", "floor", "force", "seat", "ceiling", "ceiling_rule", "blocked", "ungraded",
    "answer", "bound", "before", "after", "inputs", "sources", "group", "value", "condition", "subject",
}  # fmt: skip
WORDS: Mapping[Kind, str] = {
    "bool": "是非", "count": "计数", "number": "数字", "enum": "枚举", "grade": "等次", "text": "文字",
    "date": "日期", "set": "集合",
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """One component, the names declared before it (`scope.facts`) and those declared later."""

    model: ComponentModel
    scope: Scope
    later: frozenset[str]

    def tiers(self) -> tuple[str, ...]:
        return self.scope.known_tiers("applies_to", self.model.applies_to)

    def part(self, key: str, name: str, kinds: Sequence[Kind], tiers: Iterable[str] | None = None) -> str:
        """The name, a fault unless it is declared before, of one of these kinds and known for these tiers."""
        decl = self.scope.facts.get(name)
        if decl is None:
            self._undeclared(key, name)
        elif decl.kind not in kinds:
            allowed = "、".join(WORDS[kind] for kind in kinds)
            self.scope.wrong(key, f"{name}({WORDS[decl.kind]})", f"类型为{allowed}的事实或分数", "改用类型相符的名称")
        else:
            for tier in tiers if tiers is not None else self.model.applies_to:
                if tier in self.scope.tiers and tier not in (decl.missing or {}):
                    self.scope.wrong(
                        key,
                        f"{name} 不用于层级 {tier}",
                        "、".join(decl.missing or {}),
                        "改正 applies_to 或改用其他名称",
                    )
        return name

    def _undeclared(self, key: str, name: str) -> None:
        if name == self.model.name or name in self.later:
            self.scope.wrong(
                key, f"{name} 在声明之前使用", "已在前面声明的名称", f"把 {name} 移到 {self.model.name} 之前"
            )
        else:
            self.scope.wrong(key, f"未知的名称 {name}", ", ".join(sorted(self.scope.facts)), "声明它或改正名称")

    def amount(self, key: str, value: Decimal | int | str) -> Amount:
        return amount(value, key, self.scope)

    def limit(self, key: str, value: Decimal | int | str | None) -> Amount | None:
        return None if value is None else amount(value, key, self.scope)

    def condition(self, key: str, text: str, tiers: Iterable[str] | None = None) -> Condition | None:
        return self.scope.condition(key, text, self.model.applies_to if tiers is None else tiers)

    def decl(
        self, kind: Kind, values: Iterable[str] = (), *, name: str = "", label: str = "",
        grades: Mapping[str, tuple[str, ...]] | None = None, labels: Mapping[str, str] | None = None,
    ) -> FactDecl:  # fmt: skip
        """The declaration of the result, a fault for a name in use or a `missing` that does not fit."""
        model = self.model
        places = PLACES if model.round is None else model.round
        missing = dict.fromkeys(self.tiers(), as_text(model.missing))
        decl = FactDecl(
            name or model.name, label or model.label, kind,
            values=tuple(values), missing=missing, grades_by_tier=grades, value_labels=labels, places=places,
        )  # fmt: skip
        if refusal := taken(decl.name, self.scope.facts):
            self.scope.wrong("name", *refusal)
        for tier, text in missing.items():
            if text not in (BLOCK, SKIP) and not decl.accepts(text, tier):
                self.scope.wrong("missing", f"missing: {text}", f"block、skip 或{decl.allowed(tier)}", "改正")
        if model.round is not None and kind != "number":
            self.scope.wrong("round", "round", f"只用于数字,此处得出{WORDS[kind]}", "删去 round")
        return decl


def taken(name: str, declared: Mapping[str, FactDecl]) -> tuple[str, str, str] | None:
    """What is wrong with declaring this name once more; None when it is free."""
    if name in BUILT_IN or name in OWN_COLUMNS:
        return f"名称 {name} 是系统自带的", "其他名称", "改用别的名称;tier、unit、pool、year 不必声明即可使用"
    return (f"名称 {name} 重复", "每个名称一次", "删去一个,或改用别的名称") if name in declared else None


def as_text(value: Value | Decimal) -> str:
    """The text form of a value as facts hold it: true and false in English, numbers in digits."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def amount(value: Decimal | int | str, key: str, scope: Scope) -> Amount:
    """A number of the pack, or the setting that holds a whole number; anything else is a fault."""
    if isinstance(value, str):
        known = scope.settings.get(value[1:])
        if not value.startswith("$") or isinstance(known, (bool, str)) or known is None:
            numeric = ", ".join(f"${name}" for name, held in scope.settings.items() if type(held) is int)
            scope.wrong(key, f"{key}: {value}", numeric or "数字", "改用数字,或在 config 下声明整数设置")
        return value
    number = Decimal(value)
    if -int(number.as_tuple().exponent) > FACT_PLACES:
        scope.wrong(key, f"{key}: {shown(value)}", f"小数至多 {FACT_PLACES} 位的数字", "减少小数位")
    return number


def default_of(value: Amount, scope: Scope) -> Decimal:
    """The number as it is without overrides, 0 for a setting that is no number."""
    if isinstance(value, Decimal):
        return value
    known = scope.settings.get(value[1:])
    return Decimal(known) if type(known) is int else Decimal(0)


def descending(limits: Sequence[Decimal | int | str | None], key: str, scope: Scope) -> tuple[Amount | None, ...]:
    """The lower limits of bands: falling from one to the next, the last band alone without one."""
    if None in limits[:-1] or limits[-1] is not None:
        scope.wrong(key, "at_least 有缺或多余", "末档以外各档有 at_least,末档没有", "补上或删去 at_least")
    amounts = tuple(None if limit is None else amount(limit, key, scope) for limit in limits)
    numbers = [default_of(limit, scope) for limit in amounts if limit is not None]
    for higher, lower in pairwise(numbers):
        if lower >= higher:
            scope.wrong(key, f"{lower} 排在 {higher} 之后", "从高到低", "调整各档的先后")
    return amounts
