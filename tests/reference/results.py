"""Rules that look at settled grades: the annual assessment, its cross-check, the shape of a pool, the order in it."""

from collections import Counter

from tests.reference.grading import demands, ranks
from tests.reference.pack import Raw
from tests.reference.values import number
from tests.reference.world import Subject, World, pool_key

Settled = dict[str, str]


def annual_cap(world: World, rule: Raw, settled: Settled) -> None:
    """A low grade closes the linked annual grade: told as a consequence, broken when it was given already."""
    inclusive = world.pack.setting(rule.get("inclusive", True))
    for one in world.concerned(rule):
        if one.id not in settled:
            continue
        below = world.rank(one, settled[one.id]) - world.rank(one, rule["below"])
        if below > 0 or (below == 0 and inclusive):
            world.consequences.append((one.id, rule["id"], rule["action"], None, None, None, None))
            scale = linked_scale(world, rule["fact"], one)
            annual = one.row[rule["fact"]]
            if annual is not None and scale.index(annual) < scale.index(rule["max_grade"]):  # type: ignore[arg-type]
                world.violations.add((one.id, rule["id"]))


def linked_scale(world: World, fact: str, one: Subject) -> list[str]:
    return world.pack.scales[world.pack.facts[fact]["scales"][one.tier]]


def cross_check(world: World, rule: Raw, settled: Settled) -> None:
    """Two results that lie too many ranks apart are worth a second look."""
    distance = world.pack.setting(rule["distance"])
    for one in world.concerned(rule):
        other = one.row[rule["fact"]]
        if one.id in settled and other is not None:
            at = linked_scale(world, rule["fact"], one).index(other)  # type: ignore[arg-type]
            if abs(at - world.rank(one, settled[one.id])) >= distance:
                world.notices.add((one.id, rule["id"]))


def shape(world: World, rule: Raw, settled: Settled) -> None:
    """In each pool more in the middle than at the ends; a pool that is graded in part has no shape yet."""
    lead, graded, shown = Counter[str](), Counter[str](), Counter[str]()
    for one in world.concerned(rule):
        if (key := pool_key(world.pack, one)) is None or one.ungraded:
            continue
        shown[key] += 1
        if one.id in settled:
            graded[key] += 1
            lead[key] += (settled[one.id] in rule["middle"]) - (settled[one.id] in rule["ends"])
    whole = {key for key in shown if graded[key] >= world.case.pools.get(key, shown[key])}
    world.notices |= {(key, rule["id"]) for key in whole if lead[key] <= 0}


def order(world: World, rule: Raw, settled: Settled) -> None:
    """In check mode, a better grade than one with a higher score needs a reason, unless rules are the reason."""
    if world.mode != "check":
        return
    pool = next(pool for pool in world.pack.pools if pool["id"] == rule["pool"])
    ranked = [one for one in world.of_tiers(pool["tiers"]) if one.id in settled and rule["id"] not in one.spared]
    for one in ranked:
        at = world.rank(one, settled[one.id])
        excused = one.row[rule["reason"]] is True or demands(world, one, at)
        if not excused and any(_is_passed(world, rule, settled, one, other) for other in ranked):
            world.violations.add((one.id, rule["id"]))


def _is_passed(world: World, rule: Raw, settled: Settled, one: Subject, other: Subject) -> bool:
    """Whether the other one has a higher score, a worse grade, and could have had the better one."""
    key, at = pool_key(world.pack, one), world.rank(one, settled[one.id])
    if key is None or key != pool_key(world.pack, other) or world.rank(other, settled[other.id]) <= at:
        return False
    score, rival = number(one.row[rule["of"]]), number(other.row[rule["of"]])
    is_open = max([0, *ranks(world, other, "force"), *ranks(world, other, "ceiling")]) <= at
    return score is not None and rival is not None and rival > score and is_open
