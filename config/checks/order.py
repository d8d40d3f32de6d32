"""The order of pools: a grade that a quota hands out may not reach back to a pool that was filled before it."""

from config.yaml_file import Faults, YamlMap
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota
from scoring.scheme import Scheme


def check_order(scheme: Scheme, data: YamlMap, faults: Faults) -> None:
    """Adds a fault at each linkage from a later pool back to an earlier one on a grade that its quota can produce."""
    quotas = [rule for rule in scheme.rules if isinstance(rule, Quota)]
    order = [quota.pool for quota in quotas]
    for linkage in (rule for rule in scheme.rules if isinstance(rule, Linkage) and rule.when is None):
        for quota in (quota for quota in quotas if set(quota.applies_to) & set(linkage.applies_to)):
            scale = scheme.tiers[quota.applies_to[0]].scale
            handed_out = scale.rank(quota.grade) + 1 >= scale.rank(linkage.steps[0][0])
            earlier = {scheme.tiers[tier].pool for tier in linkage.targets} & set(order[: order.index(quota.pool)])
            if handed_out and earlier:
                at = next(at for at, rule in enumerate(data["rules"]) if rule["id"] == linkage.id)
                found = f"{linkage.id} 从 {quota.pool} 倒回 {'、'.join(sorted(map(str, earlier)))}"
                faults.at(data, ("rules", at), found, "只从先定名额的池联结到后定的池", "调整名额的先后")
