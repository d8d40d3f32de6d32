"""Compilers of the kinds that find something and bound no grade: evidence, settled grades, marks."""

from collections.abc import Mapping

from config import scheme_rule_models as m
from config.rule_common import Compiler, common, known_action, known_name, optional_when
from config.scheme_scope import Scope
from scoring.kinds.comparison import AnnualCap, CrossCheck, Shape
from scoring.kinds.cover import Cover
from scoring.kinds.emphasis import Emphasis
from scoring.kinds.evidence import Block, Coverage, Flag, Require
from scoring.kinds.marks import Leniency, Spread
from scoring.scheme import Rule

BASES = ("full_mark", "max_score")


def _require(model: m.RequireModel, scope: Scope) -> Rule | None:
    must = scope.condition("must", model.must, model.applies_to)
    fields = common(model, scope, model.applies_to)
    return None if must is None else Require(**fields, must=must, message=model.message, only_graded=model.only_graded)


def _said(model: m.BlockModel | m.FlagModel, scope: Scope) -> Rule | None:
    when = scope.condition("when", model.when, model.applies_to)
    make = Block if isinstance(model, m.BlockModel) else Flag
    return None if when is None else make(**common(model, scope, model.applies_to), when=when, message=model.message)


def _coverage(model: m.CoverageModel, scope: Scope) -> Rule:
    for name in set(model.facts) - set(scope.facts):
        scope.wrong("facts", f"未知的事实 {name}", ", ".join(scope.facts), "声明它或改正名称")
    return Coverage(**common(model, scope, model.applies_to), facts=tuple(model.facts), message=model.message)


def _cover(model: m.CoverModel, scope: Scope) -> Rule | None:
    known_name("fact", model.fact, "set", scope, model.applies_to)
    values = scope.facts[model.fact].values if model.fact in scope.facts else ()
    for value in model.all_of:
        if values and value not in values:
            scope.wrong("all_of", f"{model.fact} 没有 {value} 这个值", ", ".join(values), "改正该值")
    when, sound = optional_when(model.when, scope, model.applies_to)
    fields = common(model, scope, model.applies_to)
    if not sound:
        return None
    return Cover(
        **fields, fact=model.fact, all_of=tuple(model.all_of), message=model.message, when=when, effect=model.effect
    )


def _emphasis(model: m.EmphasisModel, scope: Scope) -> Rule | None:
    when = scope.condition("when", model.when, model.applies_to)
    parts = scope.weighted.get(model.component)
    if parts is None:
        known = ", ".join(scope.weighted) or "(没有)"
        scope.wrong("component", f"{model.component} 不是加权汇总", known, "改用 kind: weighted_sum 的得分项")
    elif model.part not in parts:
        scope.wrong("part", f"{model.component} 没有 {model.part} 这一部分", ", ".join(parts), "改正")
    fields = common(model, scope, model.applies_to)
    if when is None:
        return None
    return Emphasis(**fields, component=model.component, part=model.part, when=when, message=model.message)


def _annual_cap(model: m.AnnualCapModel, scope: Scope) -> Rule:
    _graded_fact(model.fact, scope, model.max_grade, model.applies_to)
    scope.known_grade("below", model.below, model.applies_to)
    scope.known_setting("inclusive", model.inclusive)
    return AnnualCap(
        **common(model, scope, model.applies_to),
        below=model.below,
        inclusive=model.inclusive,
        fact=model.fact,
        max_grade=model.max_grade,
        action=known_action("action", model.action, scope),
    )


def _cross_check(model: m.CrossCheckModel, scope: Scope) -> Rule | None:
    _graded_fact(model.fact, scope, None, model.applies_to)
    if not scope.whole_number("distance", model.distance):
        return None
    return CrossCheck(**common(model, scope, model.applies_to), fact=model.fact, distance=model.distance)


def _graded_fact(name: str, scope: Scope, grade: str | None, tiers: list[str]) -> None:
    scales = scope.facts[name].grades_by_tier if name in scope.facts else None
    for tier in tiers:
        grades = (scales or {}).get(tier, ())
        if not grades:
            scope.wrong("fact", f"{name} 用于层级 {tier}", "类型为 grade 且该层级有等次表的事实", "先声明")
        elif grade is not None and grade not in grades:
            scope.wrong("max_grade", f"等次 {grade}", ", ".join(grades), "改用所联结考核的等次")


def _shape(model: m.ShapeModel, scope: Scope) -> Rule:
    for key, grades in (("middle", model.middle), ("ends", model.ends)):
        for grade in grades:
            scope.known_grade(key, grade, model.applies_to)
    fields = common(model, scope, model.applies_to)
    return Shape(**fields, middle=tuple(model.middle), ends=tuple(model.ends))


def _spread(model: m.SpreadModel, scope: Scope) -> Rule | None:
    base, sound = scope.default("base", model.base), scope.whole_number("at_least", model.at_least)
    if base not in BASES and not (base == model.base and model.base.startswith("$")):
        scope.wrong("base", f"base: {base}", "、".join([*BASES, "$设置"]), "改用其中之一")
    action = known_action("action", model.action, scope)
    fields = common(model, scope, [])
    return Spread(**fields, at_least=model.at_least, base=model.base, action=action) if sound else None


def _leniency(model: m.LeniencyModel, scope: Scope) -> Rule:
    if model.problem is not None:
        known_name("problem", model.problem, "bool", scope, [])
    action = known_action("action", model.action, scope)
    return Leniency(**common(model, scope, []), message=model.message, action=action, problem=model.problem)


FINDINGS: Mapping[type[m.RuleModel], Compiler] = {
    m.RequireModel: _require,
    m.BlockModel: _said,
    m.FlagModel: _said,
    m.CoverageModel: _coverage,
    m.CoverModel: _cover,
    m.EmphasisModel: _emphasis,
    m.AnnualCapModel: _annual_cap,
    m.CrossCheckModel: _cross_check,
    m.ShapeModel: _shape,
    m.SpreadModel: _spread,
    m.LeniencyModel: _leniency,
}
