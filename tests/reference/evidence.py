"""Rules that only look at facts: block, flag, require, coverage, cover, emphasis, ungraded, protect."""

from tests.reference.pack import Raw
from tests.reference.world import UNGRADED, World


def protect(world: World, rule: Raw) -> None:
    """Where it holds, the rules it names do nothing to the subject."""
    for subject in world.concerned(rule):
        if world.holds(subject, rule["id"], rule["when"]):
            subject.spared |= set(rule["spares"])
            if rule.get("review"):
                world.notices.add((subject.id, rule["id"]))


def block(world: World, rule: Raw) -> None:
    for subject in world.concerned(rule):
        if world.holds(subject, rule["id"], rule["when"]):
            world.blocks.add((subject.id, rule["id"]))


def flag(world: World, rule: Raw) -> None:
    for subject in world.concerned(rule):
        if world.holds(subject, rule["id"], rule["when"]):
            world.notices.add((subject.id, rule["id"]))


def coverage(world: World, rule: Raw) -> None:
    for subject in world.concerned(rule):
        if any(subject.row[name] is None for name in rule["facts"]):
            world.notices.add((subject.id, rule["id"]))


def cover(world: World, rule: Raw) -> None:
    """Every value that it asks for must be among those of the set."""
    into = {"violation": world.violations, "block": world.blocks, "notice": world.notices}
    for subject in world.concerned(rule):
        if "when" in rule and not world.holds(subject, rule["id"], rule["when"]):
            continue
        values = subject.row[rule["fact"]]
        if values is None:
            if subject.absent.get(rule["fact"]) == "block":
                world.blocks.add((subject.id, rule["id"]))
        elif set(rule["all_of"]) - set(values):  # type: ignore[arg-type]
            into[rule.get("effect", "violation")].add((subject.id, rule["id"]))


def ungraded(world: World, rule: Raw) -> None:
    for subject in world.concerned(rule):
        if world.holds(subject, rule["id"], rule["when"]):
            subject.ungraded = True
            if subject.given not in (None, UNGRADED):
                world.violations.add((subject.id, rule["id"]))


def leave_ungraded(world: World) -> None:
    """Who is proposed as 不确定等次 leaves its pool as well."""
    for subject in world.subjects:
        subject.ungraded |= subject.given == UNGRADED


def require(world: World, rule: Raw) -> None:
    """What must hold; with `only_graded` only of those who are given a grade or start from one."""
    for subject in world.concerned(rule):
        grade = subject.given if world.mode == "check" else subject.base
        if rule.get("only_graded") and grade in (None, UNGRADED):
            continue
        if world.holds(subject, rule["id"], rule["must"]) is False:
            world.violations.add((subject.id, rule["id"]))


def emphasis(world: World, rule: Raw) -> None:
    """The part that a city stresses should weigh most."""
    for one in world.concerned(rule):
        if world.holds(one, rule["id"], rule["when"]):
            weights = one.weights.get(rule["component"], {})
            own = weights.get(rule["part"])
            if own is not None and any(weight > own for weight in weights.values()):  # type: ignore[operator]
                world.notices.add((one.id, rule["id"]))
