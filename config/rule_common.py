"""What the compilers of all kinds of rules share: the common fields, actions, names of facts that are grades."""

from collections.abc import Callable
from typing import Any

from config import scheme_rule_models as m
from config.scheme_scope import Scope, cite_of
from scoring.conditions import Condition
from scoring.kinds.consequence import Action
from scoring.scheme import Rule

Compiler = Callable[[Any, Scope], Rule | None]


def common(model: m.RuleModel, scope: Scope, tiers: list[str]) -> dict[str, Any]:
    """The fields that every rule has."""
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


def optional_when(text: str | None, scope: Scope, tiers: list[str]) -> tuple[Condition | None, bool]:
    """The compiled condition, None where there is none to compile, and whether it is sound."""
    when = None if text is None else scope.condition("when", text, tiers)
    return when, text is None or when is not None


def actions_of(models: list[m.ActionModel], scope: Scope, tiers: list[str]) -> tuple[Action, ...]:
    """The actions, their codes, settings, tiers and dates checked."""
    return tuple(_action(model, scope, tiers) for model in models)


def _action(model: m.ActionModel, scope: Scope, tiers: list[str]) -> Action:
    for code in (model.action, *model.options):
        known_action("actions", code, scope)
    scope.whole_number("actions", model.deadline_months)
    scope.whole_number("actions", model.duration_months)
    if model.from_date is not None:
        known_name("actions", model.from_date, "date", scope, tiers)
    return Action(
        code=model.action,
        options=tuple(model.options),
        deadline_months=model.deadline_months,
        duration_months=model.duration_months,
        from_date=model.from_date,
        on_person=scope.known_tiers("actions", model.on_person),
    )


def known_action(key: str, code: str, scope: Scope) -> str:
    """The code, a fault where consequences.yaml does not list it."""
    if code not in scope.actions:
        scope.wrong(
            key, f"未知的措施 {code}", ", ".join(sorted(scope.actions)), "在 consequences.yaml 的 actions 下列出"
        )
    return code


def known_name(key: str, name: str, kind: str, scope: Scope, tiers: list[str]) -> str:
    """The name of a fact or component of this kind (several joined by |) that all these tiers have, else a fault."""
    decl = scope.facts.get(name)
    kinds = kind.split("|")
    if decl is None or decl.kind not in kinds or not all(tier in (decl.missing or {}) for tier in tiers):
        known = [each.name for each in scope.facts.values() if each.kind in kinds]
        scope.wrong(
            key,
            f"{name} 用于 {key}",
            f"类型为 {'、'.join(kinds)} 的 {', '.join(known) or '(没有)'}",
            "声明它或改正名称",
        )
    return name
