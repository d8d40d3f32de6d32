"""What it would have taken to be graded one step better, tried out: one change alone, several together, or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.explaining.assessed import Assessed, Edit
from scoring.explaining.obstacles import Lift, Obstacle, keys_of, obstacles_of

Verdict = Literal["top", "alone", "together", "others", "open"]
ROUNDS = 5
TRIES = 12


@dataclass(frozen=True)
class Needed:
    """The next better grade (None at the top), what stands before it, and what was found to be enough.

    `alone` are single changes each of which is enough; `together` is a set that is enough only as a whole. With
    `others` the set needs facts of other subjects; with `open` nothing that was tried is enough.
    """

    target: str | None
    verdict: Verdict
    obstacles: tuple[Obstacle, ...] = ()
    alone: tuple[Lift, ...] = ()
    together: tuple[Lift, ...] = ()


def needed_for(known: Assessed, subject: str) -> Needed:
    """What the subject would have needed; every change named as enough was assessed anew with all others' facts."""
    grades = known.scale(subject).grades
    if not grades:
        return Needed(None, "top")
    rank = known.ranks.get(subject)
    if rank == 1:
        return Needed(None, "top")
    target = len(grades) if rank is None else rank - 1
    name = "可以定等" if rank is None else grades[target - 1]
    first = obstacles_of(known, subject, target)
    own = [lift for obstacle in first for lift in obstacle.lifts]
    alone = _worded(lift for lift in own[:TRIES] if _reaches(known, subject, target, [lift]))
    if alone:
        verdict: Verdict = "alone" if any(lift.own for lift in alone) else "others"
        return Needed(name, verdict, tuple(first), tuple(alone))
    found, plan = _together(known, subject, target, first)
    if not plan:
        return Needed(name, "open", tuple(found))
    verdict = "together" if all(lift.own for lift in plan) else "others"
    return Needed(name, verdict, tuple(found), (), tuple(plan))


def _together(
    known: Assessed, subject: str, target: int, first: Sequence[Obstacle]
) -> tuple[list[Obstacle], list[Lift]]:
    """Lifts one obstacle after the other, also those that only show then; a smallest set that is enough, else none."""
    found, plan, state = list(first), list[Lift](), known
    waiting = list(first)
    for _ in range(ROUNDS):
        for obstacle in waiting:
            chosen = _best(known, subject, target, obstacle, plan)
            plan += [chosen] if chosen is not None and chosen not in plan else []
        state = known.edited(_edits(plan))
        if _above(state, subject, target):
            return found, _smallest(known, subject, target, plan)
        told = {obstacle.key for obstacle in found}
        waiting = [obstacle for obstacle in obstacles_of(state, subject, target) if obstacle.key not in told]
        found += waiting
        if not waiting:
            break
    return found, []


def _best(known: Assessed, subject: str, target: int, obstacle: Obstacle, plan: Sequence[Lift]) -> Lift | None:
    """The lift after which the fewest obstacles are left, the first of equals."""
    if len(obstacle.lifts) < 2:
        return next(iter(obstacle.lifts), None)
    left = {}
    for lift in obstacle.lifts[:TRIES]:
        state = known.edited(_edits([*plan, lift]))
        rest = keys_of(state, subject, target)
        left[lift] = (len(rest), obstacle.key in rest)
    return min(left, key=lambda lift: left[lift])


def _worded(lifts: Iterable[Lift]) -> list[Lift]:
    """One lift of those that say the same."""
    return list({lift.words: lift for lift in lifts}.values())


def _smallest(known: Assessed, subject: str, target: int, plan: list[Lift]) -> list[Lift]:
    kept = list(plan)
    for lift in plan:
        rest = [other for other in kept if other is not lift]
        if rest and _reaches(known, subject, target, rest):
            kept = rest
    return kept


def _reaches(known: Assessed, subject: str, target: int, lifts: Iterable[Lift]) -> bool:
    return _above(known.edited(_edits(lifts)), subject, target)


def _above(state: Assessed, subject: str, target: int) -> bool:
    rank = state.ranks.get(subject)
    return rank is not None and rank <= target


def _edits(lifts: Iterable[Lift]) -> list[Edit]:
    """One edit a fact, the last one named."""
    return list({(edit.subject, edit.fact): edit for lift in lifts for edit in lift.edits}.values())
