"""From the typed files of a pack to a compiled Scheme; every name that leads nowhere is a fault with its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.scheme_models import BaseFile, FactModel, SchemeFile, ScoringFile, SettingModel, Value
from config.scheme_rule_models import ConsequencesFile, RulesFile
from config.scheme_rules import compile_consequence, compile_rule
from config.scheme_scope import Scope, cite_of
from config.yaml_file import Faults, YamlMap
from scoring.conditions import ConditionError, compile_condition
from scoring.fact_decl import BLOCK, SKIP, FactDecl
from scoring.scheme import Base, Check, ConfigDecl, Pool, Rule, Scale, Scheme, Tier


@dataclass(frozen=True)
class PackFiles:
    """The grading files of a pack, validated one by one, beside the maps that know their lines."""

    scheme: SchemeFile
    scoring: ScoringFile
    rules: RulesFile
    consequences: ConsequencesFile
    maps: Mapping[str, YamlMap]


def compile_scheme(files: PackFiles, digest: str, faults: Faults) -> Scheme:
    """The scheme, complete only if no fault was added."""
    scales = {scale.id: Scale(scale.id, scale.label, tuple(scale.grades)) for scale in files.scheme.scales}
    tiers = _tiers(files, scales, faults)
    config = {setting.key: _setting(setting) for setting in files.scheme.config}
    facts = _facts(files, scales, tiers, faults)
    scope = Scope(files.maps, faults, tiers, scales, facts, {key: decl.default for key, decl in config.items()})
    _check_settings(files, config, faults)
    return Scheme(
        id=files.scheme.id,
        hash=digest,
        label=files.scheme.label,
        scales=scales,
        tiers=tiers,
        pools=tuple(Pool(pool.id, pool.label, tuple(pool.tiers)) for pool in files.scheme.pools),
        facts=facts,
        aliases={alias: fact.name for fact in files.scoring.facts for alias in fact.aliases},
        checks=tuple(_checks(files, scope)),
        base=_base(files.scoring.base, scope),
        rules=tuple(_rules(files, scope)),
        consequences=tuple(_consequences(files, scope)),
        config=config,
    )


def _tiers(files: PackFiles, scales: Mapping[str, Scale], faults: Faults) -> dict[str, Tier]:
    data = files.maps["scheme.yaml"]
    known = {model.id for model in files.scheme.tiers}
    pools = {name: pool.id for pool in files.scheme.pools for name in pool.tiers}
    for at, pool in enumerate(files.scheme.pools):
        for name in set(pool.tiers) - known:
            faults.at(data, ("pools", at, "tiers"), f"未知的层级 {name}", ", ".join(sorted(known)), "改正")
    tiers: dict[str, Tier] = {}
    for at, tier in enumerate(files.scheme.tiers):
        if tier.scale in scales:
            tiers[tier.id] = Tier(tier.id, tier.label, scales[tier.scale], tier.person, pools.get(tier.id))
        else:
            faults.at(data, ("tiers", at, "scale"), f"未知的等次表 {tier.scale}", ", ".join(scales), "改正")
    return tiers


def _setting(setting: SettingModel) -> ConfigDecl:
    return ConfigDecl(
        key=setting.key,
        label=setting.label,
        default=setting.default,
        cite=cite_of(setting),
        allowed=tuple(setting.allowed),
        minimum=setting.minimum,
        maximum=setting.maximum,
    )


def _check_settings(files: PackFiles, config: Mapping[str, ConfigDecl], faults: Faults) -> None:
    for at, decl in enumerate(config.values()):
        if refusal := decl.refusal(decl.default):
            where = ("config", at, "default")
            faults.at(files.maps["scheme.yaml"], where, f"默认值 {as_text(decl.default)}", refusal, "改正默认值")


def _facts(
    files: PackFiles, scales: Mapping[str, Scale], tiers: Mapping[str, Tier], faults: Faults
) -> dict[str, FactDecl]:
    data = files.maps["scoring.yaml"]
    facts: dict[str, FactDecl] = {}
    for at, model in enumerate(files.scoring.facts):
        fact = _fact(model, scales, tiers)
        missing = (fact.missing or {}).items()
        wrong = {tier: text for tier, text in missing if text not in (BLOCK, SKIP) and not fact.accepts(text, tier)}
        for value in wrong.values():
            faults.at(data, ("facts", at, "missing"), f"missing: {value}", f"block、skip 或{fact.allowed()}", "改正")
        for name in [*set(model.scales.values()) - set(scales), *set(model.scales) - set(tiers)]:
            faults.at(data, ("facts", at, "scales"), f"未知的 {name}", ", ".join([*tiers, *scales]), "改正")
        if fact.name in facts:
            faults.at(data, ("facts", at, "name"), f"事实 {fact.name} 重复", "每个事实一次", "删去一个")
        facts[fact.name] = fact
    return facts


def _fact(model: FactModel, scales: Mapping[str, Scale], tiers: Mapping[str, Tier]) -> FactDecl:
    reach = [tier.id for tier in tiers.values() if tier.is_person or model.level != "person"]
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
    )


def as_text(value: Value) -> str:
    """The text form of a value as facts hold it: true and false in English, numbers in digits."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _checks(files: PackFiles, scope: Scope) -> Iterable[Check]:
    for at, check in enumerate(files.scoring.checks):
        try:
            yield Check(check.id, compile_condition(check.must, scope.facts, scope.settings), check.message)
        except ConditionError as error:
            scope.fault("scoring.yaml", ("checks", at, "must"), error.found, error.allowed, error.remedy)


def _base(model: BaseFile, scope: Scope) -> Base:
    for key, name, kind in (("grade", model.grade, "grade"), ("order", model.order, "count")):
        if name not in scope.facts or scope.facts[name].kind != kind:
            scope.fault("scoring.yaml", ("base", key), f"base.{key} = {name}", f"类型为 {kind} 的事实", "先声明该事实")
    return Base(model.id, cite_of(model), model.grade, model.order)


def _rules(files: PackFiles, scope: Scope) -> Iterable[Rule]:
    seen: set[tuple[str, str]] = set()
    pools = {pool.id: pool.tiers for pool in files.scheme.pools}
    for at, model in enumerate(files.rules.rules):
        if (model.id, model.kind) in seen:
            remedy = "同一规则每种类型只写一条:合并条件,或另立编号"
            scope.fault(
                "rules.yaml", ("rules", at, "id"), f"{model.id}({model.kind})重复", "每个编号每种类型一条", remedy
            )
        seen.add((model.id, model.kind))
        rule = compile_rule(model, scope.inside("rules.yaml", ("rules", at)), pools)
        if rule is not None:
            yield rule


def _consequences(files: PackFiles, scope: Scope) -> Iterable[Rule]:
    codes = {action.code for action in files.consequences.actions}
    for at, model in enumerate(files.consequences.consequences):
        rule = compile_consequence(model, scope.inside("consequences.yaml", ("consequences", at)), codes)
        if rule is not None:
            yield rule
