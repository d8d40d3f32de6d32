"""One compiler for each kind of rule: names checked, conditions compiled, numbers kept where the pack has them."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from config import scheme_rule_models as m
from config.scheme_scope import Scope, cite_of
from scoring.kinds.comparison import AnnualCap, CrossCheck, Shape
from scoring.kinds.consecutive import Consecutive
from scoring.kinds.consequence import Action, OnFact, OnGrade
from scoring.kinds.evidence import Block, Coverage, Flag, Require
from scoring.kinds.limit import Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Rule

Compiler = Callable[[Any, Scope], Rule | None]


def compile_rule(model: m.AnyRule, scope: Scope, pools: Mapping[str, list[str]]) -> Rule | None:
    """The rule, or None when a fault stands in its way."""
    if isinstance(model, m.QuotaModel):
        return _quota(model, scope, pools)
    return RULES[type(model)](model, scope)


def compile_consequence(model: m.AnyConsequence, scope: Scope, codes: Collection[str]) -> Rule | None:
    """The consequence, its action codes checked against the pack's list."""
    for action in model.actions:
        for code in {action.action, *action.options} - set(codes):
            scope.wrong("actions", f"未知的措施 {code}", ", ".join(sorted(codes)), "在 actions 下列出")
        scope.known_setting("actions", action.deadline_months)
    return RULES[type(model)](model, scope)


def _common(model: m.RuleModel, scope: Scope, tiers: list[str]) -> dict[str, Any]:
    if model.enabled_by is not None:
        scope.known_setting("enabled_by", "$" + model.enabled_by)
    return {
        "id": model.id,
        "label": model.label,
        "cite": cite_of(model),
        "force": model.force,
        "enabled_by": model.enabled_by,
        "applies_to": scope.known_tiers("applies_to", tiers),
    }


def _limit(model: m.CapModel | m.ForceModel | m.LiftModel, scope: Scope) -> Rule | None:
    key, effect = {"cap": ("max_grade", "ceiling"), "force": ("grade", "force"), "lift": ("min_grade", "floor")}[
        model.kind
    ]
    grade = scope.known_grade(key, getattr(model, key), model.applies_to)
    when = scope.condition("when", model.when, model.applies_to)
    common = _common(model, scope, model.applies_to)
    return None if when is None else Limit(**common, when=when, effect=cast("Any", effect), grade=grade)


def _linkage(model: m.LinkageModel, scope: Scope) -> Rule | None:
    targets = scope.known_tiers("targets", model.targets)
    reached = [*targets, *model.applies_to] if model.include_self else targets
    effect, key = ("ceiling", "max_grade") if model.max_grade else ("force", "force_grade")
    grade = scope.known_grade(key, model.max_grade or model.force_grade or "", reached)
    if model.at_or_below:
        scope.known_grade("at_or_below", model.at_or_below, model.applies_to)
    when = scope.condition("when", model.when, model.applies_to) if model.when else None
    if model.when and when is None:
        return None
    return Linkage(
        **_common(model, scope, model.applies_to),
        targets=targets,
        effect=cast("Any", effect),
        grade=grade,
        at_or_below=model.at_or_below,
        when=when,
        include_self=model.include_self,
    )


def _quota(model: m.QuotaModel, scope: Scope, pools: Mapping[str, list[str]]) -> Rule | None:
    if model.pool not in pools:
        scope.wrong("pool", f"未知的名额池 {model.pool}", ", ".join(pools), "改正")
        return None
    grade = scope.known_grade("grade", model.grade, pools[model.pool])
    scope.known_setting("rounding", model.rounding)
    scope.known_setting("minimum", model.minimum)
    return Quota(
        **_common(model, scope, pools[model.pool]),
        pool=model.pool,
        grade=grade,
        part=model.part,
        whole=model.whole,
        rounding=model.rounding,
        minimum=model.minimum,
    )


def _require(model: m.RequireModel, scope: Scope) -> Rule | None:
    must = scope.condition("must", model.must, model.applies_to)
    common = _common(model, scope, model.applies_to)
    return None if must is None else Require(**common, must=must, message=model.message, only_graded=model.only_graded)


def _said(model: m.BlockModel | m.FlagModel, scope: Scope) -> Rule | None:
    when = scope.condition("when", model.when, model.applies_to)
    make = Block if isinstance(model, m.BlockModel) else Flag
    return None if when is None else make(**_common(model, scope, model.applies_to), when=when, message=model.message)


def _coverage(model: m.CoverageModel, scope: Scope) -> Rule:
    for name in set(model.facts) - set(scope.facts):
        scope.wrong("facts", f"未知的事实 {name}", ", ".join(scope.facts), "声明它或改正名称")
    return Coverage(**_common(model, scope, model.applies_to), facts=tuple(model.facts), message=model.message)


def _annual_cap(model: m.AnnualCapModel, scope: Scope) -> Rule:
    _graded_fact(model.fact, scope, model.max_grade, model.applies_to)
    scope.known_grade("below", model.below, model.applies_to)
    scope.known_setting("inclusive", model.inclusive)
    return AnnualCap(
        **_common(model, scope, model.applies_to),
        below=model.below,
        inclusive=model.inclusive,
        fact=model.fact,
        max_grade=model.max_grade,
        action=model.action,
    )


def _cross_check(model: m.CrossCheckModel, scope: Scope) -> Rule:
    _graded_fact(model.fact, scope, None, model.applies_to)
    scope.known_setting("distance", model.distance)
    return CrossCheck(**_common(model, scope, model.applies_to), fact=model.fact, distance=model.distance)


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
    common = _common(model, scope, model.applies_to)
    return Shape(**common, middle=tuple(model.middle), ends=tuple(model.ends))


def _on_grade(model: m.OnGradeModel, scope: Scope) -> Rule:
    grades = tuple(scope.known_grade("grades", grade, model.applies_to) for grade in model.grades)
    return OnGrade(**_common(model, scope, model.applies_to), grades=grades, actions=_actions(model.actions))


def _on_fact(model: m.OnFactModel, scope: Scope) -> Rule | None:
    when = scope.condition("when", model.when, model.applies_to)
    return (
        None
        if when is None
        else OnFact(**_common(model, scope, model.applies_to), when=when, actions=_actions(model.actions))
    )


def _consecutive(model: m.ConsecutiveModel, scope: Scope) -> Rule:
    return Consecutive(
        **_common(model, scope, model.applies_to),
        grades=tuple(scope.known_grade("grades", grade, model.applies_to) for grade in model.grades),
        years=model.years,
        actions=_actions(model.actions),
        leaders=scope.known_tiers("leaders", model.leaders),
        unrecorded=model.unrecorded,
        changed=model.changed,
    )


def _actions(models: list[m.ActionModel]) -> tuple[Action, ...]:
    return tuple(Action(model.action, tuple(model.options), model.deadline_months) for model in models)


RULES: Mapping[type[m.RuleModel], Compiler] = {
    m.CapModel: _limit,
    m.ForceModel: _limit,
    m.LiftModel: _limit,
    m.LinkageModel: _linkage,
    m.RequireModel: _require,
    m.BlockModel: _said,
    m.FlagModel: _said,
    m.CoverageModel: _coverage,
    m.AnnualCapModel: _annual_cap,
    m.CrossCheckModel: _cross_check,
    m.ShapeModel: _shape,
    m.OnGradeModel: _on_grade,
    m.OnFactModel: _on_fact,
    m.ConsecutiveModel: _consecutive,
}
