"""Grades that a proposal can never come to: nothing leads to them, or a rule closes them for everybody."""

from collections.abc import Iterator, Mapping

from config.checks.places import placed_rules
from config.checks.trial import Trial, setting_values
from config.scheme_models import SchemeFile
from config.yaml_file import Faults, YamlMap
from scoring.conditions import Condition
from scoring.kinds.evidence import Block
from scoring.kinds.limit import Bar, Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Rule, Scheme, Tier

Ranks = set[int]


def check_reach(scheme: Scheme, head: SchemeFile, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds a fault at each rule that closes grades for everybody, and for each grade that nothing leads to."""
    for placed in placed_rules(scheme, maps):
        if _holds_always(placed.rule, scheme):
            found, allowed = "的条件总是成立,对所有对象关闭了其余等次", "只对部分对象成立的条件"
            placed.fault(faults, "when", found, allowed, "改正条件,或删去这条规则")
    for at, scale in enumerate(head.scales):
        tiers = [tier for tier in scheme.tiers.values() if tier.scale and tier.scale.id == scale.id]
        reached = {rank for tier in tiers for rank in _reached(tier, scheme)}
        for rank, grade in enumerate(scale.grades, start=1):
            if tiers and rank not in reached:
                allowed = "由初步意见、分数段、上限、下限、名额或定等规则可以得到的等次"
                remedy = "补上通向它的规则,或从等次表中删去"
                faults.at(maps["scheme.yaml"], ("scales", at, "grades"), f"没有办法得到等次“{grade}”", allowed, remedy)


def _holds_always(rule: Rule, scheme: Scheme) -> bool:
    """Whether a rule that closes grades or stops a decision does so to everybody."""
    condition = getattr(rule, "when", None)
    switch = scheme.config.get(rule.enabled_by or "")
    optional = switch is not None and not all(setting_values(switch))
    if optional or not isinstance(rule, (Limit, Block)) or not isinstance(condition, Condition):
        return False
    return Trial(scheme, rule.applies_to).always(condition)


def _reached(tier: Tier, scheme: Scheme) -> Ranks:
    """Every rank that a subject of this tier can come to: where it starts, moved by what may bound it."""
    ranks = _starts(tier, scheme)
    bounds = [bound for rule in scheme.rules for bound in _bounds(rule, tier)]
    for wanted, move in (("floor", min), ("ceiling", max)):
        for effect, rank in bounds:
            if effect == wanted:
                ranks = ranks | {move(start, rank) for start in ranks}
    return ranks | {rank for effect, rank in bounds if effect == "force"}


def _starts(tier: Tier, scheme: Scheme) -> Ranks:
    own, base = tier.scale.grades, scheme.base
    fact = scheme.names.get(base.grade_fact) if base.grade_fact else None
    given = [*((fact.grades_by_tier or {}).get(tier.id, ()) if fact else ()), *(grade for _, grade in base.bands)]
    return {1, *(own.index(grade) + 1 for grade in given if grade in own)}


def _bounds(rule: Rule, tier: Tier) -> Iterator[tuple[str, int]]:
    """The effect and the rank of each bound that a rule may put on a tier."""
    scale = tier.scale
    if isinstance(rule, Limit) and tier.id in rule.applies_to and rule.grade in scale.grades:
        yield rule.effect, scale.rank(rule.grade)
    elif isinstance(rule, Bar) and tier.id in rule.applies_to and rule.from_grade in scale.grades[:-1]:
        yield "ceiling", scale.rank(rule.from_grade) + 1
    elif isinstance(rule, Linkage) and (
        tier.id in rule.targets or (rule.include_self and tier.id in rule.applies_to)
    ):
        yield from ((rule.effect, scale.rank(grade)) for _, grade in rule.steps if grade in scale.grades)
    elif isinstance(rule, Quota) and tier.id in rule.applies_to and rule.grade in scale.grades[:-1]:
        yield "ceiling", scale.rank(rule.grade) + 1
