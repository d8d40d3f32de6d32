"""From the typed files of a pack to a compiled Scheme; every name that leads nowhere is a fault with its line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from config.component_compile import compile_components
from config.component_site import as_text
from config.scheme_models import SchemeFile, SettingModel
from config.scheme_rule_models import ConsequencesFile, RulesFile
from config.scheme_rules import compile_consequence, compile_rule
from config.scheme_scope import Scope, cite_of
from config.scoring_compile import compile_base, compile_checks, compile_facts
from config.scoring_models import ScoringFile
from config.yaml_file import Faults, YamlMap
from scoring.components.weighted_sum import WeightedSum
from scoring.fact_decl import FactDecl, built_in
from scoring.scheme import NO_SCALE, Component, ConfigDecl, Pool, Rule, Scale, Scheme, Tier

NOT_SPARED = ("protect", "shape", "spread", "leniency")  # kinds that bind no single subject


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
    facts = compile_facts(files.scoring.facts, scales, tiers, files.maps["scoring.yaml"], faults)
    settings = {key: decl.default for key, decl in config.items()}
    known = built_in({tier.id: tier.label for tier in tiers.values()})
    declared = Scope(files.maps, faults, tiers, scales, {**known, **facts}, settings)
    components, names = compile_components(files.scoring.components, declared)
    scope = _with_rules(replace(declared, facts=names), files, components)
    _check_settings(files, config, faults)
    return Scheme(
        id=files.scheme.id,
        hash=digest,
        label=files.scheme.label,
        scales=scales,
        tiers=tiers,
        pools=tuple(_pools(files, facts, faults)),
        facts=facts,
        aliases={alias: fact.name for fact in files.scoring.facts for alias in fact.aliases},
        checks=tuple(compile_checks(files.scoring.checks, facts, scope)),
        base=compile_base(files.scoring.base, scope),
        rules=tuple(_rules(files, scope)),
        consequences=tuple(_consequences(files, scope)),
        config=config,
        components=components,
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
        scale = NO_SCALE if tier.scale is None else scales.get(tier.scale)
        if scale is not None:
            tiers[tier.id] = Tier(tier.id, tier.label, scale, tier.person, pools.get(tier.id))
        else:
            faults.at(data, ("tiers", at, "scale"), f"未知的等次表 {tier.scale}", ", ".join(scales), "改正")
    return tiers


def _pools(files: PackFiles, facts: Mapping[str, FactDecl], faults: Faults) -> Iterable[Pool]:
    """The pools; a name that parts one must be the unit or a fact with few values that all its tiers have."""
    parts = {name: fact for name, fact in facts.items() if fact.kind in ("enum", "text")}
    known = ["unit", *parts]
    taken: dict[str, str] = {}
    for at, pool in enumerate(files.scheme.pools):
        for name in pool.by:
            if name != "unit" and not (name in parts and set(pool.tiers) <= set(parts[name].missing or {})):
                where = ("pools", at, "by")
                faults.at(
                    files.maps["scheme.yaml"], where, f"by: {name}", ", ".join(known), "改用其中之一,或先声明该事实"
                )
        for tier in pool.tiers:
            if taken.setdefault(tier, pool.id) != pool.id:
                where, found = ("pools", at, "tiers"), f"层级 {tier} 已在 {taken[tier]} 中"
                faults.at(files.maps["scheme.yaml"], where, found, "一个层级只在一个名额池", "改正其一")
        yield Pool(pool.id, pool.label, tuple(pool.tiers), tuple(pool.by))


def _with_rules(scope: Scope, files: PackFiles, components: Iterable[Component]) -> Scope:
    """The scope with what only rules refer to: pools, actions, each other's ids, weighted sums."""
    rules = (*files.rules.rules, *files.consequences.consequences)
    return replace(
        scope,
        pools={pool.id: (tuple(pool.tiers), tuple(pool.by)) for pool in files.scheme.pools},
        actions=frozenset(action.code for action in files.consequences.actions),
        rule_ids=frozenset(rule.id for rule in rules if rule.kind not in NOT_SPARED),
        weighted={part.name: part.parts for part in components if isinstance(part, WeightedSum)},
    )


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


def _rules(files: PackFiles, scope: Scope) -> Iterable[Rule]:
    seen: set[tuple[str, str, str]] = set()
    for at, model in enumerate(files.rules.rules):
        if (model.id, model.kind, model.label) in seen:
            found, allowed = f"{model.id}({model.kind},{model.label})重复", "同一编号、同一类型的各条 label 不同"
            scope.fault("rules.yaml", ("rules", at, "id"), found, allowed, "合并条件,改写 label,或另立编号")
        seen.add((model.id, model.kind, model.label))
        rule = compile_rule(model, scope.inside("rules.yaml", ("rules", at)))
        if rule is not None:
            yield rule


def _consequences(files: PackFiles, scope: Scope) -> Iterable[Rule]:
    for at, model in enumerate(files.consequences.consequences):
        rule = compile_consequence(model, scope.inside("consequences.yaml", ("consequences", at)))
        if rule is not None:
            yield rule
