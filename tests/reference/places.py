"""Quotas: filled in propose mode, counted in check mode; nobody who is entitled waits for a seat."""

from itertools import groupby

from tests.reference.grading import bounded, demands, seats
from tests.reference.pack import Raw
from tests.reference.world import Bound, Subject, World, pool_key


def fill(world: World, rule: Raw) -> None:
    """Seats go to the entitled, then in order while whole groups of one rank fit; the others drop below the grade.

    A blocked subject stays in the size of its pool and takes no seat: nothing is proposed for it.
    """
    for key, subjects in pool_members(world, rule).items():
        free = seats_of(world, rule, key, subjects)
        if free is None:
            continue
        holders = [one for one in subjects if not world.blocked(one) and holds(world, rule, one, bounded(world, one))]
        entitled = [one for one in holders if is_entitled(world, rule, one)]
        others = [one for one in holders if one not in entitled]
        _seat(world, rule, key, others, max(0, free - len(entitled)))


def _seat(world: World, rule: Raw, key: str, others: list[Subject], free: int) -> None:
    if len(others) <= free:
        return
    waiting = sorted(others, key=lambda one: standing(world, one))
    for _, group in groupby(waiting, key=lambda one: standing(world, one)):
        tied = list(group)
        if len(tied) <= free:
            free -= len(tied)
            continue
        if free:
            world.notices.add((key, rule["id"]))
        free = 0
        for one in tied:
            scale = world.pack.grades(one.tier)
            one.bounds.append(Bound("place", rule["id"], scale[scale.index(rule["grade"]) + 1]))


def count(world: World, rule: Raw) -> None:
    """In check mode: more than the seats and more than are entitled breaks the rule, in the name of the pool."""
    for key, subjects in pool_members(world, rule).items():
        free = seats_of(world, rule, key, subjects)
        if free is None:
            continue
        taken = sum(holds(world, rule, one, one.given) for one in subjects)
        entitled = [one for one in subjects if is_entitled(world, rule, one)]
        if rule.get("only"):  # who is entitled to more than this grade takes no place of it
            entitled = [one for one in entitled if holds(world, rule, one, one.given)]
        if taken > max(free, len(entitled)):
            world.violations.add((key, rule["id"]))


def pool_members(world: World, rule: Raw) -> dict[str, list[Subject]]:
    """Those of a quota's pool who are not ungraded and not spared, by instance of the pool."""
    pool = next(pool for pool in world.pack.pools if pool["id"] == rule["pool"])
    found: dict[str, list[Subject]] = {}
    for one in world.of_tiers(pool["tiers"]):
        key = pool_key(world.pack, one)
        if key is not None and not one.ungraded:
            found.setdefault(key, []).append(one)
    return found


def seats_of(world: World, rule: Raw, key: str, subjects: list[Subject]) -> int | None:
    """The seats of one instance; None where the quota is silent."""
    size = world.case.pools.get(key, len(subjects))
    if "part_by_grade" not in rule:
        return seats(world, rule, size, world.pack.setting(rule["part"]))
    table = rule["part_by_grade"]
    units = {one.unit for one in subjects}
    found = [one for one in world.of_tiers([table["tier"]]) if one.unit in units]
    grade = settled(world, found[0]) if len(found) == 1 else None
    if grade is None or grade not in table["grades"]:
        world.notices.add((key, rule["id"]))
        return None
    return seats(world, rule, size, world.pack.setting(table["grades"][grade]))


def settled(world: World, one: Subject) -> str | None:
    """The grade as given, or as proposed unless blocked."""
    if world.mode == "check":
        return one.given
    return None if world.blocked(one) else bounded(world, one)


def holds(world: World, rule: Raw, one: Subject, grade: str | None) -> bool:
    """Whether a grade takes a seat: the quota's or better, exactly the quota's with `only`."""
    if grade is None or grade not in (scale := world.pack.grades(one.tier)):
        return False
    at, wanted = scale.index(grade), scale.index(rule["grade"])
    return at == wanted if rule.get("only") else at <= wanted


def is_entitled(world: World, rule: Raw, one: Subject) -> bool:
    """Whether a force, or a floor that no ceiling goes before, demands the grade."""
    wanted = world.rank(one, rule["grade"])
    if rule["id"] in one.spared:
        return True
    return demands(world, one, wanted)


def standing(world: World, one: Subject) -> tuple[int, object]:
    """The place of a subject in the order of the base, best first; those without one last and equal."""
    base = world.pack.base
    name = base.get("order") or base.get("score")
    value = one.row.get(name) if name else None
    if value is None:
        return (1, 0)
    highest = base.get("highest_first", False) or not base.get("order")
    return (0, -value if highest else value)  # type: ignore[operator]
