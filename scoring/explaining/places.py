"""Places of a pool: who holds the last one or ties for it, and what it would take to come before them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from scoring.components.among import Ranking
from scoring.components.arithmetic import Mean
from scoring.explaining.assessed import Assessed, Edit
from scoring.explaining.probing import Probe
from scoring.explaining.words import as_fact, shown
from scoring.kinds.quota import Quota

if TYPE_CHECKING:
    from scoring.explaining.obstacles import Lift

Make = Callable[..., "Lift"]


@dataclass(frozen=True)
class Rival:
    """Whom to come before: the last who holds a place, or, with a place left, the first of those who tie for it."""

    subject: str
    holds: bool
    seats: int
    place: int


def seat_lifts(known: Assessed, subject: str, rule: Quota, make: Make) -> Iterator["Lift"]:
    """To stand before the rival: by order another place, by score more points; nothing without any place."""
    base, rival = known.scheme.base, _rival(known, subject, rule)
    name = base.order_fact or base.score
    if rival is None or name is None:
        return
    driver, highest = _driver(known, subject, name, base.highest_first or base.order_fact is None)
    if driver in known.scheme.facts and driver == base.order_fact:
        yield from _ordered(known, subject, rival, driver, make)
    else:
        yield from _scored(known, subject, rival, driver, highest, make)


def _driver(known: Assessed, subject: str, name: str, highest: bool) -> tuple[str, bool]:
    """What an order rests on: the score behind a ranking, the one of several orders that the subject has."""
    components = {component.name: component for component in known.scheme.components}
    while isinstance(found := components.get(name), (Ranking, Mean)):
        if isinstance(found, Ranking):
            name, highest = found.of, not found.lowest_first
            continue
        present = [part for part in found.of if known.value(subject, part) is not None]
        if len(present) != 1:
            break
        name = present[0]
    return name, highest


def _rival(known: Assessed, subject: str, rule: Quota) -> Rival | None:
    board, trace = known.board, known.answer.trace
    seats = board.seats.get((rule.id, rule.label, str(known.value(subject, "pool"))), 0)
    lost = trace.filter((pl.col("rule") == rule.id) & (pl.col("kind") == "seat"))["subject"]
    grade = board.ranked(rule.grade)
    holds = (board.decided() == grade if rule.only else board.decided() <= grade).fill_null(False)
    pool = known.frame.filter(pl.col("pool") == known.value(subject, "pool"))
    rows = pool.select("id", order=board.order(), holds=holds).sort("order", nulls_last=True, maintain_order=True)
    holders = rows.filter("holds")["id"].to_list()
    waiting = rows.filter(pl.col("id").is_in(lost.implode()))["id"].to_list()
    others = holders if len(holders) >= seats else [each for each in waiting if each != subject]
    if not seats or not others:
        return None
    place = rows.with_columns(place=pl.col("order").rank("min")).filter(pl.col("id") == subject)["place"][0]
    full = len(holders) >= seats
    return Rival(others[-1] if full else others[0], full, seats, int(place or rows.height))


def _ordered(known: Assessed, subject: str, rival: Rival, fact: str, make: Make) -> Iterator["Lift"]:
    """Where a holder is in the way the two change places; who has no order stands behind all others."""
    decl, mine, theirs = known.scheme.facts[fact], known.value(subject, fact), known.value(rival.subject, fact)
    told = f"{decl.label}须排在{known.call(rival.subject)}({shown(decl, theirs)})之前,现为{shown(decl, mine)}"
    told = told if theirs is not None else f"{decl.label}须排出先后,现未排序"
    if rival.holds:
        behind: Any = known.frame[fact].max()
        after = mine if mine is not None and mine != theirs else int(behind or 0) + 1
        yield make(
            f"{told};名额{rival.seats}",
            (Edit(subject, fact, as_fact(theirs or 0)), Edit(rival.subject, fact, as_fact(after))),
        )
    elif theirs is None or theirs > 0:
        yield make(f"{told};名额{rival.seats}", (Edit(subject, fact, as_fact(1 if theirs is None else theirs - 1)),))


def _scored(known: Assessed, subject: str, rival: Rival, name: str, highest: bool, make: Make) -> Iterator["Lift"]:
    decl, mine, theirs = known.scheme.names[name], known.value(subject, name), known.value(rival.subject, name)
    if mine is None or theirs is None:
        return
    probe = Probe(known, subject)
    word, where = (
        ("高于", f"现{shown(decl, mine)},第{rival.place}名") if highest else ("低于", f"现{shown(decl, mine)}")
    )
    told = f"{decl.label}须{word}{known.call(rival.subject)}的{shown(decl, theirs)}({where};名额{rival.seats})"

    def passes(frame: pl.DataFrame) -> list[bool]:
        return [bool(answer) for answer in (frame[name] > theirs if highest else frame[name] < theirs)]

    for fact in probe.facts_behind([name]):
        each = known.scheme.facts[fact]
        for found in probe.nearest(fact, [name], passes):
            now = shown(each, known.value(subject, fact))
            edit = Edit(known.owner(subject, fact), fact, as_fact(found.value))
            yield make(f"{told}:如{each.label}为{shown(each, found.value)}(现{now})", (edit,))
