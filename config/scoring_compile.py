"""scoring.yaml compiled: facts, what must hold among them, and the base of a proposal."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from config.component_site import as_text, descending, taken
from config.scheme_scope import Scope, cite_of
from config.scoring_models import BaseFile, CheckModel, FactModel
from config.yaml_file import Faults, YamlMap
from scoring.conditions import ConditionError, compile_condition
from scoring.fact_decl import BLOCK, SKIP, FactDecl
from scoring.scheme import Base, Check, Scale, Tier


def compile_facts(
    models: list[FactModel],
    scales: Mapping[str, Scale],
    tiers: Mapping[str, Tier],
    data: YamlMap,
    faults: Faults,
) -> dict[str, FactDecl]:
    """The declared facts by name, built-in names not among them."""
    facts: dict[str, FactDecl] = {}
    for at, model in enumerate(models):
        fact = _fact(model, scales, tiers)
        missing = (fact.missing or {}).items()
        wrong = {tier: text for tier, text in missing if text not in (BLOCK, SKIP) and not fact.accepts(text, tier)}
        for value in wrong.values():
            faults.at(data, ("facts", at, "missing"), f"missing: {value}", f"block、skip 或{fact.allowed()}", "改正")
        for name in [*set(model.scales.values()) - set(scales), *set(model.scales) - set(tiers)]:
            faults.at(data, ("facts", at, "scales"), f"未知的 {name}", ", ".join([*tiers, *scales]), "改正")
        if fact.kind in ("enum", "set") and not fact.values:
            faults.at(data, ("facts", at), f"事实 {fact.name} 没有 values", "至少一个值", "列出 values: {值: 名称}")
        if refusal := taken(fact.name, facts):
            faults.at(data, ("facts", at, "name"), *refusal)
        facts[fact.name] = fact
    return facts


def _fact(model: FactModel, scales: Mapping[str, Scale], tiers: Mapping[str, Tier]) -> FactDecl:
    reach = [tier.id for tier in tiers.values() if tier.is_person or model.level != "person"]
    reach = [tier for tier in reach if tier in model.scales] if model.type == "grade" else reach
    missing = model.missing if isinstance(model.missing, dict) else dict.fromkeys(reach, model.missing)
    by_tier = {tier: scales[scale].grades for tier, scale in model.scales.items() if scale in scales}
    graded = tuple(dict.fromkeys(grade for grades in by_tier.values() for grade in grades))
    return FactDecl(
        name=model.name,
        label=model.label,
        kind=model.type,
        level=model.level,
        values=graded or tuple(model.values),
        missing={tier: as_text(value) for tier, value in missing.items()},
        grades_by_tier=by_tier or None,
        value_labels=model.values or None,
        minimum=None if model.minimum is None else Decimal(model.minimum),
        maximum=None if model.maximum is None else Decimal(model.maximum),
    )


def compile_checks(models: list[CheckModel], facts: Mapping[str, FactDecl], scope: Scope) -> Iterable[Check]:
    """What must hold among the facts of one subject; components are no facts and cannot be checked so."""
    for at, check in enumerate(models):
        try:
            yield Check(check.id, compile_condition(check.must, facts, scope.settings), check.message)
        except ConditionError as error:
            scope.fault("scoring.yaml", ("checks", at, "must"), error.found, error.allowed, error.remedy)


def compile_base(model: BaseFile, scope: Scope) -> Base:
    """Where a proposal starts; names and grades checked against facts, components and the scales concerned."""
    here = scope.inside("scoring.yaml", ("base",))
    for key, name, kinds in (
        ("grade", model.grade, ("grade",)),
        ("order", model.order, ("count", "number")),
        ("score", model.score, ("count", "number")),
    ):
        if name is not None and (name not in scope.facts or scope.facts[name].kind not in kinds):
            here.wrong(key, f"base.{key} = {name}", f"类型为 {'、'.join(kinds)} 的事实或分数", "先声明该事实")
    scored = scope.facts.get(model.score or "")
    graded = [
        tier.id for tier in scope.tiers.values() if tier.scale.grades and tier.id in ((scored and scored.missing) or {})
    ]
    for band in model.bands:
        here.known_grade("bands", band.grade, graded)
    limits = descending([band.at_least for band in model.bands], "bands", here) if model.bands else ()
    return Base(
        id=model.id,
        cite=cite_of(model),
        grade_fact=model.grade,
        order_fact=model.order or model.score,
        highest_first=model.highest_first if model.order else model.score is not None,
        score=model.score,
        bands=tuple((limit, band.grade) for limit, band in zip(limits, model.bands, strict=True)),
    )
