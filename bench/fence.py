"""A transaction behind the claim's fence, and the claim itself, against a plain transaction with the same write."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col

from bench.databases import Shelf
from bench.figure import Figure, Size, compare, stopwatch
from bench.sample import fill_roster, make_house, params, unit_ids
from models.roster import Unit
from models.session import writing
from tasks.cycle.claim import fenced_desk
from tasks.cycle.launch import launch_cycle
from tasks.wiring import House

FENCE_GOAL = 50.0
CLAIM_GOAL = 200.0


def measure(size: Size, shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """Two figures a kind of database: milliseconds a transaction."""
    for shelf in shelves:
        with shelf.fresh() as engine:
            fill_roster(engine, size)
            world = make_house(engine, folder)
            for name, goal, once in (
                ("fenced_write", FENCE_GOAL, _fenced(world)),
                ("claim", CLAIM_GOAL, _claimed(world)),
            ):
                yield compare(f"{name}_{shelf.kind}", once, repeats=size.transactions, goal=goal, unit="ms")


def _fenced(world: House) -> Callable[[], tuple[float, float]]:
    claim = launch_cycle(world, params(), "bench")

    def once() -> tuple[float, float]:
        plain = _plain(world)
        with stopwatch() as watch, fenced_desk(world, claim, "announce") as desk:
            _write(desk.session)
        return watch.seconds, plain

    return once


def _claimed(world: House) -> Callable[[], tuple[float, float]]:
    runs = count(1)

    def once() -> tuple[float, float]:
        plain = _plain(world)
        with stopwatch() as watch:
            launch_cycle(world, params(), f"bench-{next(runs)}")
        return watch.seconds, plain

    return once


def _plain(world: House) -> float:
    with stopwatch() as watch, writing(world.engine) as session:
        _write(session)
    return watch.seconds


def _write(session: Session) -> None:
    first = unit_ids(1)[0]
    session.exec(update(Unit).where(col(Unit.id) == first).values(leader_in_charge="分管领导"))
