"""Grades that a proposal can never come to: nothing leads to them, or a rule closes them for everybody."""

from collections.abc import Iterator, Mapping

from config.checks.dead_rules import parts_of
from config.checks.places import placed_rules
from config.checks.trial import Trial, possible, setting_values
from config.scheme_models import SchemeFile
from config.yaml_file import Faults, YamlMap
from scoring.kinds.evidence import Block
from scoring.kinds.limit import Bar, Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.protect import Protect
from scoring.kinds.quota import Quota
from scoring.kinds.ungraded import Ungraded
from scoring.scheme import Rule, Scheme, Tier

Ranks = set[int]


def check_reach(scheme: Scheme, head: SchemeFile, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds a fault at each rule that closes grades for everybody, and for each grade that nothing leads to."""
    for placed in placed_rules(scheme, maps):
        if closing := _closes(placed.rule, scheme):
            placed.fault(faults, *closing, "只对部分对象起作用的规则", "改正,或删去这条规则")
    for at, scale in enumerate(head.scales):
        tiers = [tier for tier in scheme.tiers.values() if tier.scale.id == scale.id]
        reached = {rank for tier in tiers for rank in _reached(tier, scheme)}
        for rank, grade in enumerate(scale.grades, start=1):
            if tiers and rank not in reached:
                allowed = "由初步意见、分数段、上限、下限、名额或定等规则可以得到的等次"
                remedy = "补上通向它的规则,或从等次表中删去"
                faults.at(maps["scheme.yaml"], ("scales", at, "grades"), f"没有办法得到等次“{grade}”", allowed, remedy)


def _closes(rule: Rule, scheme: Scheme) -> tuple[str, str] | None:
    """The key and what is wrong with a rule that closes grades, or stops a decision, for everybody."""
    switch = scheme.config.get(rule.enabled_by or "")
    spared = {id_ for other in scheme.rules if isinstance(other, Protect) for id_ in other.spares}
    if rule.id in spared or (switch is not None and not all(setting_values(switch))):
        return None
    if isinstance(rule, Quota):
        none = not any(parts_of(rule, scheme)) and not any(possible(rule.minimum, scheme))
        return ("part", f"没有名额,对所有对象关闭了等次“{rule.grade}”") if none else None
    if isinstance(rule, (Limit, Bar, Block, Ungraded)) and Trial(scheme, rule.applies_to).always(rule.when):
        return "when", f"的条件总是成立,对所有对象关闭了其余等次:{rule.when.text}"
    return None


def _reached(tier: Tier, scheme: Scheme) -> Ranks:
    """Every rank that a subject of this tier can come to: where it starts, moved by what may bound it."""
    ranks = _starts(tier, scheme)
    bounds = [bound for rule in scheme.rules for bound in _bounds(rule, tier, scheme)]
    for wanted, move in (("floor", min), ("ceiling", max)):
        for effect, rank in bounds:
            if effect == wanted:
                ranks = ranks | {move(start, rank) for start in ranks}
    return ranks | {rank for effect, rank in bounds if effect == "force"}


def _starts(tier: Tier, scheme: Scheme) -> Ranks:
    """The ranks that a proposal starts at: those of the base grade and of the bands; the top where neither is known."""
    own, base = tier.scale.grades, scheme.names.get(scheme.base.grade_fact or "")
    given = (base.grades_by_tier or {}).get(tier.id, ()) if base else ()
    scored = scheme.names.get(scheme.base.score or "")
    in_bands = [grade for _, grade in scheme.base.bands] if scored and tier.id in (scored.missing or {}) else []
    found = {own.index(grade) + 1 for grade in (*given, *in_bands) if grade in own}
    return found if in_bands else found | {1}


def _bounds(rule: Rule, tier: Tier, scheme: Scheme) -> Iterator[tuple[str, int]]:
    """The effect and the rank of each bound that a rule may put on a tier."""
    scale = tier.scale
    mine = tier.id in rule.applies_to
    if isinstance(rule, Limit) and mine and rule.grade in scale.grades:
        yield rule.effect, scale.rank(rule.grade)
    elif isinstance(rule, Linkage) and (tier.id in rule.targets or (rule.include_self and mine)):
        grades = [str(grade) for _, bound in rule.steps for grade in possible(bound, scheme)]
        yield from ((rule.effect, scale.rank(grade)) for grade in grades if grade in scale.grades)
    elif isinstance(rule, (Quota, Bar)) and mine:
        grade = rule.grade if isinstance(rule, Quota) else rule.from_grade
        if grade in scale.grades[:-1]:
            yield "ceiling", scale.rank(grade) + 1
