"""The order of pools: a grade that a quota hands out may not reach back to a pool that was filled before it."""

from collections.abc import Mapping

from config.checks.places import placed_rules
from config.yaml_file import Faults, YamlMap
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Scheme


def check_order(scheme: Scheme, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds a fault at each linkage from a later pool back to an earlier one on a grade that its quota can produce."""
    quotas = [rule for rule in scheme.rules if isinstance(rule, Quota) and rule.applies_to]
    order = [quota.pool for quota in quotas]
    for placed in placed_rules(scheme, maps):
        linkage = placed.rule
        if not isinstance(linkage, Linkage) or linkage.when is not None:
            continue
        for quota in (quota for quota in quotas if set(quota.applies_to) & set(linkage.applies_to)):
            earlier = {scheme.tiers[tier].pool for tier in linkage.targets} & set(order[: order.index(quota.pool)])
            if earlier and _hands_out(quota, linkage.steps[0][0], scheme):
                found = f"从 {quota.pool} 倒回 {'、'.join(sorted(map(str, earlier)))}"
                placed.fault(faults, "targets", found, "只从先定名额的池联结到后定的池", "调整名额的先后")


def _hands_out(quota: Quota, source: str, scheme: Scheme) -> bool:
    """Whether a subject that finds no seat can come to the grade from which the linkage starts, or to a worse one."""
    grades = scheme.tiers[quota.applies_to[0]].scale.grades
    if quota.grade not in grades or source not in grades:
        return False  # told by the rule itself
    return grades.index(quota.grade) + 1 >= grades.index(source)
