"""Rules that can do nothing: switched off for good, or without effect whatever facts come."""

from collections.abc import Iterator, Mapping
from functools import singledispatch

from config.checks.places import Placed, placed_rules
from config.checks.trial import possible, setting_values
from config.yaml_file import Faults, YamlMap
from scoring.components.weighted_sum import WeightedSum
from scoring.fact_decl import BLOCK, SKIP
from scoring.kinds.comparison import AnnualCap, CrossCheck
from scoring.kinds.consecutive import Consecutive, Cumulative
from scoring.kinds.consequence import OnGrade
from scoring.kinds.emphasis import Emphasis
from scoring.kinds.evidence import Coverage
from scoring.kinds.limit import Limit
from scoring.kinds.linkage import Linkage
from scoring.kinds.marks import Spread
from scoring.kinds.protect import Protect
from scoring.kinds.quota import Quota
from scoring.scheme import Rule, Scheme

REMEDY, LOWER = "改正,或删去这条规则", "低一些的等次"
Dead = tuple[str, str, str]  # key, found, allowed


def check_dead_rules(scheme: Scheme, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds a fault for each rule that can never have an effect, whatever facts and overrides come."""
    for placed in placed_rules(scheme, maps):
        for key, found, allowed in (*_switched_off(placed, scheme), *dead(placed.rule, scheme)):
            placed.fault(faults, key, found, allowed, REMEDY)


def _switched_off(placed: Placed, scheme: Scheme) -> Iterator[Dead]:
    key = placed.rule.enabled_by or ""
    if key in scheme.config and not any(setting_values(scheme.config[key])):
        yield "enabled_by", f"由 {key} 关闭,而该设置有条款依据,不可调整", "开启的设置,或 basis: default 的设置"


@singledispatch
def dead(rule: Rule, scheme: Scheme) -> Iterator[Dead]:  # noqa: ARG001 - every kind has the same signature
    """Why a rule of this kind has no effect: key, what was found, what is allowed."""
    yield from ()


@dead.register
def _(rule: Limit, scheme: Scheme) -> Iterator[Dead]:
    scales = [scheme.tiers[tier].scale for tier in rule.applies_to]
    if rule.effect == "ceiling" and all(scale.grades[:1] == (rule.grade,) for scale in scales):
        yield "max_grade", f"以最好的等次“{rule.grade}”为上限,等于没有限制", LOWER
    if rule.effect == "floor" and all(scale.grades[-1:] == (rule.grade,) for scale in scales):
        yield "min_grade", f"以最差的等次“{rule.grade}”为下限,等于没有提升", "高一些的等次"


@dead.register
def _(rule: Linkage, scheme: Scheme) -> Iterator[Dead]:
    bounds = [str(grade) for _, bound in rule.steps for grade in possible(bound, scheme)]
    free = all(scheme.tiers[tier].scale.grades[:1] == (bound,) for tier in reached(rule) for bound in bounds)
    if rule.effect == "ceiling" and free:
        yield ("table" if rule.table else "max_grade"), f"以最好的等次“{bounds[0]}”为上限,等于没有限制", LOWER


@dead.register
def _(rule: Quota, scheme: Scheme) -> Iterator[Dead]:
    parts = parts_of(rule, scheme)
    if all(part >= rule.whole for part in parts):
        key = "part_by_grade" if rule.shares else "part"
        yield key, f"的名额 {parts[0]}/{rule.whole} 不少于全部,等于没有限制", "part 小于 whole"


@dead.register
def _(rule: Protect, scheme: Scheme) -> Iterator[Dead]:
    for spared in rule.spares:
        mine = {
            tier for other in (*scheme.rules, *scheme.consequences) if other.id == spared for tier in reached(other)
        }
        if mine and not mine & set(rule.applies_to):
            yield "spares", f"所豁免的 {spared} 不涉及{'、'.join(rule.applies_to)}", "与本规则对象相同的规则"


@dead.register
def _(rule: Emphasis, scheme: Scheme) -> Iterator[Dead]:
    sums = [part for part in scheme.components if isinstance(part, WeightedSum) and part.name == rule.component]
    if sums and not any(set(column) - {rule.part} for column in sums[0].columns.values()):
        yield "part", f"的 {rule.component} 只有 {rule.part} 一个部分", "有其他部分可比的加权和"


@dead.register
def _(rule: Spread, scheme: Scheme) -> Iterator[Dead]:
    if all(int(least) <= 0 for least in possible(rule.at_least, scheme)):
        yield "at_least", "以 0% 为最小差距,永远不会不足", "1 至 100 的整数"


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
        yield "max_grade", f"以最好的等次“{rule.max_grade}”为上限,等于没有限制", LOWER
    worst = all(scheme.tiers[tier].scale.grades[-1:] == (rule.below,) for tier in rule.applies_to)
    if worst and not any(possible(rule.inclusive, scheme)):
        yield "below", f"没有比“{rule.below}”更差的等次", "高一些的等次,或 inclusive: true"


@dead.register
def _(rule: CrossCheck, scheme: Scheme) -> Iterator[Dead]:
    scales = _scales(rule.fact, scheme)
    longest = max(
        (max(len(scheme.tiers[tier].scale.grades), len(scales.get(tier, ()))) for tier in rule.applies_to), default=0
    )
    if all(int(distance) >= longest for distance in possible(rule.distance, scheme)):
        yield "distance", f"相差 {rule.distance} 个等次永远不会出现", f"不大于 {longest - 1}"


@dead.register(OnGrade)
@dead.register(Consecutive)
@dead.register(Cumulative)
def _(rule: OnGrade | Consecutive | Cumulative, scheme: Scheme) -> Iterator[Dead]:  # noqa: ARG001
    if not rule.grades:
        yield "grades", "没有列出等次", "至少一个等次"
    if isinstance(rule, Cumulative) and rule.times > rule.window:
        yield "times", f"在 {rule.window} 年内要求 {rule.times} 次", f"不大于 {rule.window}"


def parts_of(rule: Quota, scheme: Scheme) -> list[int]:
    """Every part of the whole that the quota can come to, by grades of the unit and by settings."""
    shares = list((rule.shares or {}).values()) or [rule.part]
    return [part for share in shares for part in possible(share, scheme) if isinstance(part, int)]


def reached(rule: Rule) -> tuple[str, ...]:
    """The tiers whose subjects a rule reaches: for a linkage its targets."""
    if isinstance(rule, Linkage):
        return (*rule.targets, *(rule.applies_to if rule.include_self else ()))
    return rule.applies_to


def _scales(fact: str, scheme: Scheme) -> Mapping[str, tuple[str, ...]]:
    return (scheme.facts[fact].grades_by_tier if fact in scheme.facts else None) or {}
