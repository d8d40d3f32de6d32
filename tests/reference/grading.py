"""How bounds make a grade, and how linkages and places add to them."""

from collections.abc import Callable

from tests.reference.pack import Raw
from tests.reference.world import Bound, Subject, World

LIMITS = {"cap": ("ceiling", "max_grade"), "force": ("force", "grade"), "lift": ("floor", "min_grade")}


def bounded(world: World, subject: Subject) -> str | None:
    """The worst force, else the better of base and floor, no better than any ceiling and place; None without a base."""
    if subject.ungraded or not world.pack.grades(subject.tier):
        return None
    by_effect = {effect: ranks(world, subject, effect) for effect in ("force", "ceiling", "floor", "place")}
    if by_effect["force"]:
        at = max(by_effect["force"])
    elif subject.base is None:
        return None
    else:
        at = min([world.rank(subject, subject.base), *by_effect["floor"]])
        at = max([at, *by_effect["ceiling"], *by_effect["place"]])
    return world.pack.grades(subject.tier)[at]


def ranks(world: World, subject: Subject, effect: str) -> list[int]:
    return [world.rank(subject, bound.grade) for bound in subject.bounds if bound.effect == effect]


def ceiling(world: World, subject: Subject) -> Bound | None:
    """The lowest of forces and ceilings, of equal ones the first; None at the top and for who is not graded at all."""
    bounds = [] if subject.ungraded else [one for one in subject.bounds if one.effect in ("force", "ceiling")]
    worst = max(bounds, key=lambda bound: world.rank(subject, bound.grade), default=None)
    return worst if worst is not None and world.rank(subject, worst.grade) else None


def limit(world: World, rule: Raw) -> None:
    """Caps, forces and lifts: a subject's own facts bound its grade."""
    effect, key = LIMITS[rule["kind"]]
    for subject in world.concerned(rule):
        if world.holds(subject, rule["id"], rule["when"]):
            subject.bounds.append(Bound(effect, rule["id"], rule[key]))


def bar(world: World, rule: Raw) -> None:
    """Every grade down to the named one is closed."""
    for subject in world.concerned(rule):
        if world.holds(subject, rule["id"], rule["when"]):
            scale = world.pack.grades(subject.tier)
            best = scale[scale.index(rule["from_grade"]) + 1]
            subject.bounds.append(Bound("ceiling", rule["id"], best))


def link(world: World) -> None:
    """Linkages again and again until none adds a bound; bounds only accumulate, so this ends."""
    rules = sorted(world.pack.of_kind("linkage"), key=lambda rule: "when" not in rule)  # those on facts first
    while sum([_linked(world, rule) for rule in rules]):
        continue


def _linked(world: World, rule: Raw) -> bool:
    """Binds whom the sources reach by the grades that stand now; whether that added a bound."""
    added = False
    for source, reaches in [(source, _reaches(world, rule, source)) for source in world.concerned(rule)]:
        for target in _targets(world, rule, source):
            fresh = [bound for bound in reaches if bound not in target.bounds]
            target.bounds += fresh
            added = added or bool(fresh)
    return added


def _reaches(world: World, rule: Raw, source: Subject) -> list[Bound]:
    """The bounds that a source sends; none from who is not graded at all."""
    if source.ungraded:
        return []
    effect = "force" if rule.get("force_grade") else "ceiling"
    grade = rule.get("force_grade") or rule.get("max_grade")
    if "when" in rule:
        return [Bound(effect, rule["id"], grade)] if world.holds(source, rule["id"], rule["when"]) else []
    at = current(world, source)
    if at is None:
        return []
    table = rule.get("table") or {rule["at_or_below"]: grade}
    return [
        Bound(effect, rule["id"], world.pack.setting(best))
        for worst, best in table.items()
        if world.rank(source, at) >= world.rank(source, worst)
    ]


def _targets(world: World, rule: Raw, source: Subject) -> list[Subject]:
    """Everyone of the target tiers in the unit, the source too when its tier is one of them or with `include_self`."""
    reached = [one for one in world.of_tiers(rule["targets"]) if one.unit == source.unit]
    reached += [source] if rule.get("include_self") and source not in reached else []
    return [target for target in reached if rule["id"] not in target.spared]


def current(world: World, subject: Subject) -> str | None:
    """The grade that linkages start from: the given one in check mode, the bounded one in propose mode.

    Nothing is proposed for who is blocked, so only a force on it is certain enough to reach others.
    """
    if subject.ungraded:
        return None
    if world.mode == "check":
        return subject.given if subject.given in world.pack.grades(subject.tier) else None
    if world.blocked(subject) and not ranks(world, subject, "force"):
        return None
    return bounded(world, subject)


def demands(world: World, one: Subject, wanted: int) -> bool:
    """Whether a force, or a floor that no ceiling goes before, demands this rank or a better one."""
    if forces := ranks(world, one, "force"):
        return max(forces) <= wanted
    floors, ceilings = ranks(world, one, "floor"), ranks(world, one, "ceiling")
    return bool(floors) and max([min(floors), *ceilings]) <= wanted


def breaks(world: World, subject: Subject, bound: Bound) -> bool:
    """Whether the given grade leaves a bound; a force goes before ceilings, both before floors."""
    if subject.given is None or subject.ungraded:
        return False
    scale = world.pack.grades(subject.tier)
    if subject.given not in scale:
        return False
    at, wanted = scale.index(subject.given), scale.index(bound.grade)
    forces = ranks(world, subject, "force")
    if bound.effect == "force":
        return at not in (wanted, max(forces))
    if forces and at == max(forces):
        return False
    if bound.effect == "ceiling":
        return at < wanted
    return at > max([wanted, *forces, *ranks(world, subject, "ceiling")])


def seats(world: World, rule: Raw, size: int, part: int) -> int:
    """How many places a pool of this size has."""
    whole = rule.get("whole", 100)
    round_: Callable[[int, int], int] = {
        "floor": lambda up, down: up // down,
        "ceil": lambda up, down: -(-up // down),
        "half_up": lambda up, down: (2 * up + down) // (2 * down),
    }[world.pack.setting(rule.get("rounding", "floor"))]
    return max(round_(part * size, whole), world.pack.setting(rule.get("minimum", 0)))
