"""What keeps a subject from a better grade: each bound above it, with the nearest changes that would lift it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from scoring.components.exact import amount
from scoring.conditions import Condition
from scoring.explaining.assessed import Assessed, Edit, conditions_of, reads_of
from scoring.explaining.nearest import Found
from scoring.explaining.places import seat_lifts
from scoring.explaining.probing import Passes, Probe
from scoring.explaining.steps import rule_of, said_of
from scoring.explaining.words import as_fact, samples, shown
from scoring.fact_decl import BLOCK
from scoring.kinds.evidence import Block
from scoring.kinds.limit import Bar
from scoring.kinds.linkage import Linkage
from scoring.kinds.quota import Quota

Key = tuple[str, str, str]  # kind, rule, source
MISSING = "缺少:"  # how a block for want of facts begins
DEPTH = 3  # linkages followed back to their sources


@dataclass(frozen=True)
class Lift:
    """A change that lifts one obstacle; `own` when it only concerns facts of the subject itself or of its unit."""

    words: str
    edits: tuple[Edit, ...]
    own: bool = True


@dataclass(frozen=True)
class Obstacle:
    """One bound or block; `source` is the subject from which a linkage reaches, `through` what holds that one."""

    kind: str
    rule: str
    said: str
    source: str = ""
    needs: str = ""
    lifts: tuple[Lift, ...] = ()
    through: tuple["Obstacle", ...] = ()

    @property
    def key(self) -> Key:
        return (self.kind, self.rule, self.source)


@dataclass(frozen=True)
class _Pending:
    """An obstacle that is known to stand; `build` looks for what would lift it, which takes a while."""

    key: Key
    build: Callable[[], Obstacle]


def obstacles_of(known: Assessed, subject: str, target: int, seen: frozenset[str] = frozenset()) -> list[Obstacle]:
    """The obstacles between a subject and the rank `target` (1 is best), blocks first."""
    found = {each.key: each for each in _pending(known, subject, target, seen)}
    return [each.build() for each in found.values()]


def keys_of(known: Assessed, subject: str, target: int) -> set[Key]:
    """Which obstacles stand, without looking for what would lift them."""
    return {each.key for each in _pending(known, subject, target, frozenset())}


def _pending(known: Assessed, subject: str, target: int, seen: frozenset[str]) -> Iterator[_Pending]:
    yield from _blocks(known, subject, target)
    yield from _bounds(known, subject, target, seen | {subject})


def _blocks(known: Assessed, subject: str, target: int) -> Iterator[_Pending]:
    for row in known.findings(subject, "blocks"):
        rule, said = row["rule"], row["detail"]
        make = _base if rule == known.scheme.base.id else _blocked
        yield _Pending(("block", rule, ""), partial(make, known, subject, target, "block", rule, said))


def _blocked(known: Assessed, subject: str, _target: int, kind: str, rule: str, said: str) -> Obstacle:
    if said.startswith(MISSING):
        return Obstacle(kind, rule, said, lifts=tuple(_supplied(known, subject, rule, said)))
    conditions = [one.when for one in known.rules.get(rule, []) if isinstance(one, Block)]
    lifts = [lift for each in conditions for lift in _false(known, subject, each)]
    return Obstacle(kind, rule, said, lifts=tuple(dict.fromkeys(lifts)))


def _supplied(known: Assessed, subject: str, rule: str, said: str) -> Iterator[Lift]:
    """All facts that the block calls missing, supplied with some value that they can have."""
    decls = known.scheme.names
    read = [name for one in known.rules.get(rule, []) for name in reads_of(one, decls)]
    names = [name for name in read if decls[name].label in said]
    facts, tier = [known.scheme.facts[name] for name in Probe(known, subject).facts_behind(names)], known.tier(subject)
    lacking = [
        fact for fact in facts if known.value(subject, fact.name) is None and (fact.missing or {}).get(tier) == BLOCK
    ]
    if lacking:
        words = "补上" + "、".join(fact.label for fact in lacking)
        tried = [samples(fact, tier) for fact in lacking]
        for at in range(max(len(values) for values in tried)):
            chosen = zip(lacking, (values[at % len(values)] for values in tried), strict=True)
            yield Lift(words, tuple(Edit(known.owner(subject, fact.name), fact.name, value) for fact, value in chosen))


def _bounds(known: Assessed, subject: str, target: int, seen: frozenset[str]) -> Iterator[_Pending]:
    base, floor = known.value(subject, "base"), known.value(subject, "floor")
    if base is not None and base > target and (floor is None or floor > target):
        rule = known.scheme.base.id
        yield _Pending(("base", rule, ""), partial(_base, known, subject, target, "base", rule, ""))
    for row in known.steps(subject):
        kind, writer = row["kind"], rule_of(known, subject, row)
        binds = kind in ("ceiling", "force", "seat") and _bound(known, subject, writer, row) > target
        if isinstance(writer, Linkage) and binds:
            yield from _linked(known, subject, target, writer, row, seen)
        elif binds or kind == "ungraded":
            yield _Pending((kind, row["rule"], ""), partial(_limited, known, subject, writer, row))


def _limited(known: Assessed, subject: str, rule: object, row: dict[str, Any]) -> Obstacle:
    lifts = seat_lifts(known, subject, rule, Lift) if isinstance(rule, Quota) else _conditions(known, subject, rule)
    said = said_of(known, subject, row["inputs"])
    return Obstacle(row["kind"], row["rule"], said, lifts=tuple(lifts))


def _bound(known: Assessed, subject: str, rule: object, row: dict[str, Any]) -> int:
    """The best rank that a trace row leaves open; where the rule does not say it, the rank after the step."""
    grades = known.scale(subject).grades
    grade = rule.from_grade if isinstance(rule, Bar) else getattr(rule, "grade", "")
    if grade in grades:
        return grades.index(grade) + 1 + isinstance(rule, (Bar, Quota))
    return grades.index(row["after"]) + 1 if row["after"] in grades else 1


def _base(known: Assessed, subject: str, target: int, kind: str, rule: str, said: str) -> Obstacle:
    """The start is too low: a better preliminary grade, or the points that are missing to the next band."""
    base, facts = known.scheme.base, known.scheme.facts
    fact = base.grade_fact
    if fact is not None and fact in facts and (base.score is None or known.value(subject, fact) is not None):
        decl, now = facts[fact], shown(facts[fact], known.value(subject, fact))
        wanted = decl.choices(known.tier(subject))[target - 1 : target]
        lifts = [
            Lift(f"{decl.label}为“{grade}”(现{_quoted(now)})", (Edit(known.owner(subject, fact), fact, grade),))
            for grade in wanted
        ]
        return Obstacle(kind, rule, said or f"{decl.label}={now}", lifts=tuple(lifts))
    names, probe = reads_of(base, known.scheme.names), Probe(known, subject)
    lifts = []
    for name in probe.facts_behind(names):
        lifts += _lifts(known, subject, name, probe.nearest(name, [*names, "base"], _at_least(target)))
    decls = [known.scheme.names[name] for name in names]
    told = ",".join(f"{decl.label}={shown(decl, known.value(subject, decl.name))}" for decl in decls)
    return Obstacle(kind, rule, said or told, needs=_points(known, subject, target), lifts=tuple(lifts))


def _at_least(target: int) -> Passes:
    return lambda frame: (frame["base"] <= target).fill_null(False).to_list()


def _points(known: Assessed, subject: str, target: int) -> str:
    """How many points are missing to the band of the target, where the base says it by bands of a score."""
    base, grades = known.scheme.base, known.scale(subject).grades
    score = known.value(subject, base.score) if base.score and base.bands else None
    limits = [limit for limit, grade in base.bands if limit is not None and grade in grades[:target]]
    if score is None or not limits or base.score is None:
        return ""
    limit = min(amount(known.board, each) for each in limits)
    decl = known.scheme.names[base.score]
    return f"{decl.label}须达 {shown(decl, limit)},现 {shown(decl, score)},差 {shown(decl, limit - score)}"


def _linked(
    known: Assessed, subject: str, target: int, rule: Linkage, row: dict[str, Any], seen: frozenset[str]
) -> Iterator[_Pending]:
    members = known.members(subject)
    for source in dict.fromkeys(told.partition(":")[0] for told in row["inputs"].split(",")):
        key = (row["kind"], row["rule"], source)
        if source in members and rule.when is not None:
            yield _Pending(key, partial(_caused, known, subject, source, rule, row))
        elif source in members and source != subject:
            yield _Pending(
                key, partial(_through, known, source, _free(known, subject, target, source, rule), row, seen)
            )


def _caused(known: Assessed, subject: str, source: str, rule: Linkage, row: dict[str, Any]) -> Obstacle:
    """A fact of the source binds: its own fact may be the subject's."""
    assert rule.when is not None
    lifts = tuple(_false(known, source, rule.when, own=source == subject))
    return Obstacle(row["kind"], row["rule"], said_of(known, subject, row["inputs"]), source, lifts=lifts)


def _free(known: Assessed, subject: str, target: int, source: str, rule: Linkage) -> int:
    """The worst rank of the source at which the linkage leaves the target open; 0 where none does."""
    own, theirs, rank = known.scale(subject).grades, known.scale(source).grades, known.ranks.get(source) or 1
    for grade, bound in rule.steps:  # from mild to strict
        left = str(known.board.setting(bound))
        if left in own[target:] and grade in theirs[:rank]:
            return theirs.index(grade)
    return rank - 1


def _through(known: Assessed, source: str, wanted: int, row: dict[str, Any], seen: frozenset[str]) -> Obstacle:
    """The source has to come to the rank `wanted`; what holds it below is asked in turn."""
    grades, rank = known.scale(source).grades, known.ranks.get(source) or 1
    through = (
        () if source in seen or len(seen) > DEPTH or wanted < 1 else tuple(obstacles_of(known, source, wanted, seen))
    )
    lifts: tuple[Lift, ...] = ()
    if through and all(obstacle.lifts for obstacle in through):
        first = [obstacle.lifts[0] for obstacle in through]
        edits = tuple(edit for lift in first for edit in lift.edits)
        lifts = (Lift(f"{known.call(source)}:" + ",且".join(lift.words for lift in first), edits, own=False),)
    needs = f"{known.call(source)}须为“{grades[wanted - 1]}”以上,现“{grades[rank - 1]}”" if wanted >= 1 else ""
    return Obstacle(row["kind"], row["rule"], said_of(known, source, row["inputs"]), source, needs, lifts, through)


def _conditions(known: Assessed, subject: str, rule: object) -> Iterator[Lift]:
    for condition in conditions_of(rule):
        yield from _false(known, subject, condition)


def _false(known: Assessed, subject: str, condition: Condition, *, own: bool = True) -> Iterator[Lift]:
    """The nearest changes of one fact each under which the condition is plainly false."""
    probe = Probe(known, subject)
    for fact in probe.facts_behind(condition.names):
        found = probe.nearest(fact, condition.names, lambda frame: _denied(probe, condition, frame))
        yield from _lifts(known, subject, fact, found, own=own)


def _denied(probe: Probe, condition: Condition, frame: pl.DataFrame) -> list[bool]:
    return [answer is False for answer in probe.holds(condition, frame)]


def _lifts(known: Assessed, subject: str, fact: str, found: Sequence[Found], *, own: bool = True) -> list[Lift]:
    decl, now = known.scheme.facts[fact], known.value(subject, fact)
    about = "" if own else known.call(subject)
    edit = [Edit(known.owner(subject, fact), fact, as_fact(each.value)) for each in found]
    return [
        Lift(f"{about}{decl.label}{_wish(each, shown(decl, each.value))}(现{shown(decl, now)})", (change,), own)
        for each, change in zip(found, edit, strict=True)
    ]


def _wish(found: Found, value: str) -> str:
    if not found.from_here_on:
        return f"为{_quoted(value)}"
    return f"≤{value}" if found.side == "down" else f"≥{value}"


def _quoted(value: str) -> str:
    return value if value[:1].isdigit() else f"“{value}”"
