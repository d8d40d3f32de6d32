"""Compilers of the kinds that bound grades: names checked, conditions compiled, numbers kept as the pack has them."""

from collections.abc import Iterable, Mapping
from typing import Any, cast, get_args

from config import scheme_rule_models as m
from config.rule_common import Compiler, common, known_name
from config.scheme_consequences import CONSEQUENCES
from config.scheme_findings import FINDINGS
from config.scheme_scope import Scope
from scoring.kinds.limit import Bar, Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.order import Order
from scoring.kinds.protect import Protect
from scoring.kinds.quota import Quota, Rounding
from scoring.kinds.ungraded import Ungraded
from scoring.scheme import Rule

PERCENT = 100


def compile_rule(model: m.AnyRule, scope: Scope) -> Rule | None:
    """The rule, or None when a fault stands in its way."""
    return RULES[type(model)](model, scope)


def compile_consequence(model: m.AnyConsequence, scope: Scope) -> Rule | None:
    """The consequence, or None when a fault stands in its way."""
    return CONSEQUENCES[type(model)](model, scope)


def _limit(model: m.CapModel | m.ForceModel | m.LiftModel, scope: Scope) -> Rule | None:
    key, effect = {"cap": ("max_grade", "ceiling"), "force": ("grade", "force"), "lift": ("min_grade", "floor")}[
        model.kind
    ]
    grade = scope.known_grade(key, getattr(model, key), model.applies_to)
    when = scope.condition("when", model.when, model.applies_to)
    fields = common(model, scope, model.applies_to)
    return None if when is None else Limit(**fields, when=when, effect=cast("Any", effect), grade=grade)


def _bar(model: m.BarModel, scope: Scope) -> Rule | None:
    grade = _not_worst("from_grade", model.from_grade, scope, model.applies_to)
    when = scope.condition("when", model.when, model.applies_to)
    fields = common(model, scope, model.applies_to)
    return None if when is None else Bar(**fields, when=when, from_grade=grade)


def _not_worst(key: str, grade: str, scope: Scope, tiers: list[str]) -> str:
    """The grade, a fault where the scale has none below it."""
    scope.known_grade(key, grade, tiers)
    for scale in {scope.tiers[tier].scale for tier in tiers if tier in scope.tiers}:
        if scale.grades and grade == scale.grades[-1]:
            scope.wrong(key, f"等次 {grade}", "、".join(scale.grades[:-1]), "它已是最差的等次,改用更高的等次")
    return grade


def _ungraded(model: m.UngradedModel, scope: Scope) -> Rule | None:
    when = scope.condition("when", model.when, model.applies_to)
    fields = common(model, scope, model.applies_to)
    return None if when is None else Ungraded(**fields, when=when, message=model.message)


def _protect(model: m.ProtectModel, scope: Scope) -> Rule | None:
    for id_ in model.spares:
        if id_ not in scope.rule_ids:
            scope.wrong("spares", f"未知的规则 {id_}", ", ".join(sorted(scope.rule_ids)) or "(没有)", "改正编号")
    when = scope.condition("when", model.when, model.applies_to)
    fields = common(model, scope, model.applies_to)
    return None if when is None else Protect(**fields, when=when, spares=tuple(model.spares), review=model.review)


def _linkage(model: m.LinkageModel, scope: Scope) -> Rule | None:
    targets = scope.known_tiers("targets", model.targets)
    reached = [*targets, *model.applies_to] if model.include_self else list(targets)
    effect, key = ("force", "force_grade") if model.force_grade else ("ceiling", "max_grade")
    grade = scope.known_grade(key, getattr(model, key), reached) if not model.table else ""
    if model.at_or_below:
        scope.known_grade("at_or_below", model.at_or_below, model.applies_to)
    _check_force(model, reached, scope)
    when = scope.condition("when", model.when, model.applies_to) if model.when else None
    if model.when and when is None:
        return None
    return Linkage(
        **common(model, scope, model.applies_to),
        targets=targets,
        effect=cast("Any", effect),
        grade=grade,
        at_or_below=model.at_or_below,
        when=when,
        include_self=model.include_self,
        table=_table(model, reached, scope),
    )


def _table(model: m.LinkageModel, reached: list[str], scope: Scope) -> tuple[tuple[str, str], ...]:
    """The steps from the best source grade to the worst; a worse one is bound by those before it as well."""
    table = model.table or {}
    for source, bound in table.items():
        scope.known_grade("table", source, model.applies_to)
        scope.known_grade("table", str(scope.default("table", bound)), reached)
    ranks = {grade: at for tier in model.applies_to if tier in scope.tiers for at, grade in _ranked(scope, tier)}
    return tuple(sorted(table.items(), key=lambda step: ranks.get(step[0], 0)))


def _ranked(scope: Scope, tier: str) -> Iterable[tuple[int, str]]:
    return enumerate(scope.tiers[tier].scale.grades)


def _check_force(model: m.LinkageModel, reached: list[str], scope: Scope) -> None:
    """A force that follows from a grade may only be the worst: any other could raise a source that has bound others."""
    worst = {
        scope.tiers[tier].scale.grades[-1] for tier in reached if tier in scope.tiers and scope.tiers[tier].scale.grades
    }
    if model.force_grade and model.at_or_below and worst - {model.force_grade}:
        found = f"force_grade: {model.force_grade},来源为等次"
        scope.wrong("force_grade", found, "、".join(sorted(worst)), "改为最差的等次,或用 max_grade,或改用 when")


def _quota(model: m.QuotaModel, scope: Scope) -> Rule | None:
    tiers = _pool("pool", model.pool, scope)
    grade = scope.known_grade("grade", model.grade, tiers)
    share = model.part_by_grade
    sound = [scope.whole_number(key, getattr(model, key)) for key in ("part", "minimum")]
    sound += [_rounds(model.rounding, scope), share is None or _shares(model.pool, share, scope)]
    if not all(sound):
        return None
    return Quota(
        **common(model, scope, list(tiers)),
        pool=model.pool,
        grade=grade,
        only=model.only,
        part=model.part if model.part is not None else 0,
        whole=model.whole or PERCENT,
        rounding=model.rounding,
        minimum=model.minimum,
        share_tier=share.tier if share else None,
        shares=share.grades if share else None,
    )


def _rounds(rounding: str, scope: Scope) -> bool:
    words, found = get_args(Rounding), scope.default("rounding", rounding)
    if found not in words and not (rounding.startswith("$") and found == rounding):
        scope.wrong("rounding", f"rounding: {found}", "、".join(words), "改用其中之一")
    return found in words


def _shares(pool: str, share: m.ShareByGrade, scope: Scope) -> bool:
    """Whether each part is a number, of a grade of the unit, in a pool where each unit competes on its own."""
    tiers = scope.known_tiers("part_by_grade", [share.tier])
    for grade in share.grades:
        scope.known_grade("part_by_grade", grade, tiers)
    if "unit" not in scope.pools.get(pool, ((), ("unit",)))[1]:
        found = f"名额池 {pool} 不按单位划分"
        scope.wrong("part_by_grade", found, "by 中有 unit 的名额池", "在名额池写 by: [unit]")
    return not [part for part in share.grades.values() if not scope.whole_number("part_by_grade", part)]


def _pool(key: str, pool: str, scope: Scope) -> tuple[str, ...]:
    """The tiers of a pool; a fault where there is no such pool."""
    if pool not in scope.pools:
        scope.wrong(key, f"未知的名额池 {pool}", ", ".join(scope.pools), "改正")
    return scope.pools.get(pool, ((), ()))[0]


def _order(model: m.OrderModel, scope: Scope) -> Rule:
    tiers = list(_pool("pool", model.pool, scope))
    return Order(
        **common(model, scope, tiers),
        pool=model.pool,
        of=known_name("of", model.of, "count|number", scope, tiers),
        reason=known_name("reason", model.reason, "bool", scope, tiers),
    )


RULES: Mapping[type[m.RuleModel], Compiler] = {
    m.CapModel: _limit,
    m.ForceModel: _limit,
    m.LiftModel: _limit,
    m.BarModel: _bar,
    m.UngradedModel: _ungraded,
    m.ProtectModel: _protect,
    m.LinkageModel: _linkage,
    m.QuotaModel: _quota,
    m.OrderModel: _order,
    **FINDINGS,
}
