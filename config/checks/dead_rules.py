"""Rules that can do nothing: switched off for good, without effect, or with a condition that never comes true."""

from collections.abc import Iterator, Mapping
from functools import singledispatch

from config.checks.places import Placed, placed_rules
from config.checks.trial import Trial, setting_values
from config.yaml_file import Faults, YamlMap
from scoring.conditions import Condition
from scoring.fact_decl import BLOCK, SKIP
from scoring.kinds.comparison import AnnualCap, CrossCheck
from scoring.kinds.consecutive import Consecutive
from scoring.kinds.consequence import OnGrade
from scoring.kinds.evidence import Coverage
from scoring.kinds.limit import Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Rule, Scheme, Setting

REMEDY = "改正,或删去这条规则"
Dead = tuple[str, str, str]  # key, found, allowed


def check_dead_rules(scheme: Scheme, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds a fault for each rule that can never have an effect, whatever facts and overrides come."""
    for placed in placed_rules(scheme, maps):
        for key, found, allowed in (
            *_switched_off(placed, scheme),
            *_never(placed, scheme),
            *dead(placed.rule, scheme),
        ):
            placed.fault(faults, key, found, allowed, REMEDY)


def _switched_off(placed: Placed, scheme: Scheme) -> Iterator[Dead]:
    key = placed.rule.enabled_by or ""
    if key in scheme.config and not any(setting_values(scheme.config[key])):
        yield "enabled_by", f"由 {key} 关闭,而该设置有条款依据,不可调整", "开启的设置,或 basis: default 的设置"


def _never(placed: Placed, scheme: Scheme) -> Iterator[Dead]:
    trial = Trial(scheme, placed.rule.applies_to)
    for key, wanted, word in (("when", True, "成立"), ("must", False, "不成立")):
        condition = getattr(placed.rule, key, None)
        if isinstance(condition, Condition) and not trial.can_be(condition, wanted):
            yield key, f"的条件永远不会{word}:{condition.text}", f"在某种事实下会{word}的条件"


@singledispatch
def dead(rule: Rule, scheme: Scheme) -> Iterator[Dead]:  # noqa: ARG001 - every kind has the same signature
    """Why a rule of this kind has no effect: key, what was found, what is allowed."""
    yield from ()


@dead.register
def _(rule: Limit, scheme: Scheme) -> Iterator[Dead]:
    scales = [scheme.tiers[tier].scale for tier in rule.applies_to]
    if rule.effect == "ceiling" and all(rule.grade == scale.grades[0] for scale in scales):
        yield "max_grade", f"以最好的等次“{rule.grade}”为上限,等于没有限制", "低一些的等次"
    if rule.effect == "floor" and all(rule.grade == scale.grades[-1] for scale in scales):
        yield "min_grade", f"以最差的等次“{rule.grade}”为下限,等于没有提升", "高一些的等次"


@dead.register
def _(rule: Linkage, scheme: Scheme) -> Iterator[Dead]:
    reached = [*rule.targets, *(rule.applies_to if rule.include_self else ())]
    if rule.effect == "ceiling" and all(rule.grade == scheme.tiers[tier].scale.grades[0] for tier in reached):
        yield "max_grade", f"以最好的等次“{rule.grade}”为上限,等于没有限制", "低一些的等次"


@dead.register
def _(rule: Quota, scheme: Scheme) -> Iterator[Dead]:
    if rule.share_tier is None and all(int(part) >= rule.whole for part in _values(rule.part, scheme)):
        yield "part", f"的名额 {rule.part}/{rule.whole} 不少于全部,等于没有限制", "part 小于 whole"
    if all(rule.grade == scheme.tiers[tier].scale.grades[-1] for tier in rule.applies_to):
        yield "grade", f"限制最差的等次“{rule.grade}”,没有更低的等次可用", "高一些的等次"


@dead.register
def _(rule: Coverage, scheme: Scheme) -> Iterator[Dead]:
    facts = [scheme.facts[name] for name in rule.facts if name in scheme.facts]
    ways = [(fact.missing or {}).get(tier, BLOCK) for fact in facts for tier in rule.applies_to]
    if ways and not {BLOCK, SKIP} & set(ways):
        yield "facts", "所列事实缺失时都有代替的值,永远不会提示", "至少一个缺失时为 block 或 skip 的事实"


@dead.register
def _(rule: AnnualCap, scheme: Scheme) -> Iterator[Dead]:
    scales = _scales(rule.fact, scheme)
    if scales and all(scales.get(tier, ("",))[0] == rule.max_grade for tier in rule.applies_to):
        yield "max_grade", f"以最好的等次“{rule.max_grade}”为上限,等于没有限制", "低一些的等次"
    worst = all(rule.below == scheme.tiers[tier].scale.grades[-1] for tier in rule.applies_to)
    if worst and not any(_values(rule.inclusive, scheme)):
        yield "below", f"没有比“{rule.below}”更差的等次", "高一些的等次,或 inclusive: true"


@dead.register
def _(rule: CrossCheck, scheme: Scheme) -> Iterator[Dead]:
    scales = _scales(rule.fact, scheme)
    longest = max(
        (max(len(scheme.tiers[tier].scale.grades), len(scales.get(tier, ()))) for tier in rule.applies_to), default=0
    )
    if all(int(distance) >= longest for distance in _values(rule.distance, scheme)):
        yield "distance", f"相差 {rule.distance} 个等次永远不会出现", f"不大于 {longest - 1}"


@dead.register(OnGrade)
@dead.register(Consecutive)
def _(rule: OnGrade | Consecutive, scheme: Scheme) -> Iterator[Dead]:  # noqa: ARG001
    if not rule.grades:
        yield "grades", "没有列出等次", "至少一个等次"


def _scales(fact: str, scheme: Scheme) -> Mapping[str, tuple[str, ...]]:
    return (scheme.facts[fact].grades_by_tier if fact in scheme.facts else None) or {}


def _values(value: Setting, scheme: Scheme) -> tuple[Setting, ...]:
    """What a value of the pack can be: itself, or all that its setting may be."""
    if not isinstance(value, str) or not value.startswith("$"):
        return (value,)
    return setting_values(scheme.config[value[1:]]) if value[1:] in scheme.config else (value,)
