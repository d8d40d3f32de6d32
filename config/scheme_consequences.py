"""Compilers of consequences: grades, codes, dates and persons checked."""

from collections.abc import Mapping

from config import scheme_rule_models as m
from config.rule_common import Compiler, actions_of, common, optional_when
from config.scheme_scope import Scope
from scoring.kinds.consecutive import Consecutive, Cumulative
from scoring.kinds.consequence import OnFact, OnGrade
from scoring.scheme import Rule


def _on_grade(model: m.OnGradeModel, scope: Scope) -> Rule | None:
    when, sound = optional_when(model.when, scope, model.applies_to)
    rule = OnGrade(
        **common(model, scope, model.applies_to),
        grades=_grades(model.grades, scope, model.applies_to),
        actions=actions_of(model.actions, scope, model.applies_to),
        when=when,
    )
    return rule if sound else None


def _on_fact(model: m.OnFactModel, scope: Scope) -> Rule | None:
    when = scope.condition("when", model.when, model.applies_to)
    fields = common(model, scope, model.applies_to)
    actions = actions_of(model.actions, scope, model.applies_to)
    return None if when is None else OnFact(**fields, when=when, actions=actions)


def _consecutive(model: m.ConsecutiveModel, scope: Scope) -> Rule | None:
    scope.known_setting("reset", model.reset)
    when, sound = optional_when(model.when, scope, model.applies_to)
    rule = Consecutive(
        **common(model, scope, model.applies_to),
        grades=_grades(model.grades, scope, model.applies_to),
        years=model.years,
        gap=model.gap,
        reset=model.reset,
        when=when,
        actions=actions_of(model.actions, scope, model.applies_to),
        leaders=scope.known_tiers("leaders", model.leaders),
        unrecorded=model.unrecorded,
        changed=model.changed,
    )
    return rule if sound else None


def _cumulative(model: m.CumulativeModel, scope: Scope) -> Rule | None:
    when, sound = optional_when(model.when, scope, model.applies_to)
    rule = Cumulative(
        **common(model, scope, model.applies_to),
        grades=_grades(model.grades, scope, model.applies_to),
        times=model.times,
        window=model.window,
        actions=actions_of(model.actions, scope, model.applies_to),
        when=when,
    )
    return rule if sound else None


def _grades(grades: list[str], scope: Scope, tiers: list[str]) -> tuple[str, ...]:
    return tuple(scope.known_grade("grades", grade, tiers) for grade in grades)


CONSEQUENCES: Mapping[type[m.RuleModel], Compiler] = {
    m.OnGradeModel: _on_grade,
    m.OnFactModel: _on_fact,
    m.ConsecutiveModel: _consecutive,
    m.CumulativeModel: _cumulative,
}
