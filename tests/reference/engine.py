"""The order of effect, one subject after the other: slow, plain, and written from the specification alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.case import CaseFrames
from tests.reference import consequences, evidence, grading, marks, places, results
from tests.reference.components import add_components, band
from tests.reference.pack import Raw, RefPack
from tests.reference.values import text
from tests.reference.world import UNGRADED, Subject, World, read_world

BEFORE: dict[str, Callable[[World, Raw], None]] = {
    "protect": evidence.protect,
    "block": evidence.block,
    "flag": evidence.flag,
    "coverage": evidence.coverage,
    "cover": evidence.cover,
    "require": evidence.require,
    "emphasis": evidence.emphasis,
    "ungraded": evidence.ungraded,
    "cap": grading.limit,
    "force": grading.limit,
    "lift": grading.limit,
    "bar": grading.bar,
}
ORDER = (
    ("protect",),
    ("block", "flag", "coverage", "cover", "require", "emphasis"),
    ("ungraded",),
    ("cap", "force", "lift", "bar"),
)
RESULTS: dict[str, Callable[[World, Raw, dict[str, str]], None]] = {
    "annual_cap": results.annual_cap,
    "cross_check": results.cross_check,
    "shape": results.shape,
    "order": results.order,
}
FOLLOWS: dict[str, Callable[[World, Raw, dict[str, str]], None]] = {
    "on_grade": consequences.on_grade,
    "on_fact": consequences.on_fact,
    "consecutive": consequences.consecutive,
    "cumulative": consequences.cumulative,
}
MARKS: dict[str, Callable[[World, Raw], None]] = {"spread": marks.spread, "leniency": marks.leniency}


@dataclass(frozen=True)
class Answer:
    """What both sides are compared by; findings as sets of (subject or pool, rule)."""

    grades: dict[str, str]
    ceilings: dict[str, tuple[str, str]]
    violations: frozenset[tuple[str, str]]
    blocks: frozenset[tuple[str, str]]
    notices: frozenset[tuple[str, str]]
    consequences: tuple[tuple[object, ...], ...]
    scores: dict[tuple[str, str], str]


def assess(maps: Mapping[str, Raw], case: CaseFrames, mode: str) -> Answer:
    """The answer of the reference for the files of a pack and a case."""
    world = open_world(maps, case, mode)
    _base(world)
    for kinds in ORDER:
        for rule in world.pack.of_kind(*kinds):
            BEFORE[rule["kind"]](world, rule)
    evidence.leave_ungraded(world)
    _without_base(world)
    grading.link(world)
    _quotas(world)
    _broken_bounds(world)
    settled = settled_grades(world, ungraded=False)
    graded = {name: grade for name, grade in settled.items() if grade != UNGRADED}
    for rule in world.pack.of_kind(*RESULTS):
        RESULTS[rule["kind"]](world, rule, graded)
    for rule in world.pack.of_kind(*MARKS):
        MARKS[rule["kind"]](world, rule)
    for rule in world.pack.consequences:
        FOLLOWS[rule["kind"]](world, rule, graded)
    return _answer(world)


def open_world(maps: Mapping[str, Raw], case: CaseFrames, mode: str) -> World:
    """Subjects with everything that rules may read, before any rule."""
    world = read_world(RefPack(maps, case.config), case, mode)
    add_components(world)
    return world


def _quotas(world: World) -> None:
    """In the order of the pack, linkages behind each; again while a later fall can overfill."""
    again = world.pack.of_kind("quota")
    while again:
        before = sum(len(one.bounds) for one in world.subjects)
        for rule in again:
            (places.fill if world.mode == "propose" else places.count)(world, rule)
            grading.link(world)
        if world.mode == "check" or sum(len(one.bounds) for one in world.subjects) == before:
            return
        again = [rule for rule in again if rule.get("only") or "part_by_grade" in rule]


def _base(world: World) -> None:
    """Where a proposal starts: a given grade, else the top; in a cycle, or where a score blocks, nowhere (BZ-41)."""
    for one in world.subjects:
        if not world.pack.grades(one.tier):
            continue
        told = _told(world, one)
        asked = world.case.base == "block" or (
            world.pack.base.get("bands") and one.absent.get(world.pack.base["score"]) == "block"
        )
        if told is not None or not asked or world.mode == "check":
            one.base = str(told) if told is not None else world.pack.grades(one.tier)[0]


def _without_base(world: World) -> None:
    """In a cycle nothing is proposed for a subject of which nobody has an opinion."""
    for one in world.subjects:
        if world.pack.grades(one.tier) and one.base is None and not one.ungraded:
            world.blocks.add((one.id, world.pack.base["id"]))


def _told(world: World, one: Subject) -> object:
    """The group's grade, else the band of the score; the top where neither is asked for."""
    base = world.pack.base
    told = one.row.get(base["grade"]) if base.get("grade") else None
    if told is None and base.get("bands"):
        told = band(world, {"of": base["score"], "bands": base["bands"]}, one, "grade")
    asks = base.get("grade") or base.get("bands")
    return told if asks else world.pack.grades(one.tier)[0]


def _broken_bounds(world: World) -> None:
    for one in world.subjects:
        world.violations |= {(one.id, bound.rule) for bound in one.bounds if grading.breaks(world, one, bound)}


def settled_grades(world: World, *, ungraded: bool = True) -> dict[str, str]:
    """What is told as grade: as given, or as proposed for those who are not blocked; also 不确定等次 or without it."""
    if world.mode == "check":
        return {one.id: one.given for one in world.subjects if one.given is not None and one.ungraded <= ungraded}
    found = {
        one.id: UNGRADED if one.ungraded else grading.bounded(world, one)
        for one in world.subjects
        if not world.blocked(one) and one.ungraded <= ungraded
    }
    return {name: grade for name, grade in found.items() if grade is not None}


def _answer(world: World) -> Answer:
    closed = {one.id: grading.ceiling(world, one) for one in world.subjects}
    return Answer(
        grades=settled_grades(world),
        ceilings={name: (bound.grade, bound.rule) for name, bound in closed.items() if bound is not None},
        violations=frozenset(world.violations),
        blocks=frozenset(world.blocks),
        notices=frozenset(world.notices),
        consequences=tuple(sorted(world.consequences, key=repr)),
        scores={
            (one.id, name): text(value, world.pack.value_labels(name))
            for one in world.subjects
            for name, value in one.scores.items()
        },
    )


def answer_of(found: Mapping[str, Any]) -> Answer:
    """The same for what the core says in JSON."""
    pairs = {
        kind: frozenset((row["subject"] or row["pool"], row["rule"]) for row in found[kind])
        for kind in ("violations", "blocks", "notices")
    }
    rows = [
        (row["subject"], row["rule"], row["action"], True if row.get("review") else None,
         row.get("value"), row.get("starts"), row.get("ends"))
        for row in found["consequences"]
    ]  # fmt: skip
    return Answer(
        grades=dict(found["grades"]),
        ceilings={name: (row["grade"], row["rule"]) for name, row in found["ceilings"].items()},
        consequences=tuple(sorted(rows, key=repr)),
        scores={(one, name): value for one, by in found.get("scores", {}).items() for name, value in by.items()},
        **pairs,
    )
