"""A rehearsed year of the same steps as the demo's, for 200 units of 20 people, in one process on the real tables."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.databases import Shelf, raw_insert_seconds
from bench.figure import Figure, Size, stopwatch
from bench.sample import make_house
from config.settings import settings
from demo.hands import Hands, Stop, at_nine, set_hands
from demo.play import Play, take_sheets
from demo.roster import Extent
from demo.routine import CHOSEN, CONTACT, OFFICES, OVER, QUARTER_ENDS, SINCE, RoutineDay, routine_days
from demo.routine_play import served
from demo.year import DemoYear, build_demo
from models.duty import Submission
from models.evidence import Fact
from models.outbox import InboxItem
from models.session import writing
from models.transitions import move
from tasks.duties.turn import turn_duty
from tasks.duties.year import open_year, year_cycles
from tasks.followup.track_quarter import track_quarters
from tasks.wiring import House

GOAL = 60.0
LARGE, SMALL = Extent(200, 20), Extent(per_unit=4)
END, SOON = date(2012, 1, 5), date(2010, 3, 2)


def measure(size: Size, shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """One figure: a year on SQLite; its ratio is to a raw insert of what was submitted, said and found."""
    large = size.units >= LARGE.units
    year = build_demo(extent=LARGE if large else SMALL)
    days = routine_days(year)
    with next(shelf for shelf in shelves if shelf.kind == "sqlite").fresh() as engine:
        world = make_house(engine, folder / "year")
        with documents_in(world.settings.out), stopwatch() as watch:
            rehearse(world, year, days, until=END if large else SOON)
        raw = raw_insert_seconds(engine, Submission, InboxItem, Fact)
    yield Figure("rehearsed_year", watch.seconds, "s", watch.seconds / raw, GOAL)


def rehearse(world: House, year: DemoYear, days: Iterable[RoutineDay], *, until: date = END) -> None:
    """Play the annual cycle and the recurring duties day by day, with the reminders of the days between."""
    play = Play(world.engine, year)
    set_hands(world, SINCE)
    play.take_roster(SINCE)
    annual = [Stop(day.on, lambda day=day: play.play(day)) for day in year.days]  # type: ignore[misc]
    routine = [Stop(day.on, lambda day=day: _turn(world, day)) for day in days]  # type: ignore[misc]
    ends = [Stop(day, lambda: track_quarters(world)) for day in QUARTER_ENDS]
    begin, over = Stop(SINCE, lambda: _enable(world)), Stop(OVER, lambda: _disable(world))
    Hands(world, [begin, *annual, *routine, over, *ends], reminding=True).move_to(until)


def _enable(world: House) -> None:
    for scheme, chosen in CHOSEN.items():
        asked = {"office": OFFICES[scheme], "contact": CONTACT, "duties": chosen}
        with writing(world.engine) as session:
            now = at_nine(SINCE)
            open_year(
                session,
                scheme=scheme,
                year=SINCE.year,
                since=SINCE,
                params=asked,
                today=SINCE,
                now=now,
                by=OFFICES[scheme],
            )


def _turn(world: House, day: RoutineDay) -> None:
    """Take in the sheets of a day and turn the duties that they serve, then those whose deployments run on it."""
    for scheme, sheets in day.sheets.items():
        take_sheets(world.engine, f"{scheme}-{SINCE.year}", sheets, day.on)
        for duty in served(scheme, set(sheets)):
            if (scheme, duty.id) not in day.runs:
                turn_duty(world, scheme, duty.id)
    for scheme, duty_id in day.runs:
        turn_duty(world, scheme, duty_id)


def _disable(world: House) -> None:
    """End the recurring part, as the demo does: nobody is reminded of what the new year has opened."""
    with writing(world.engine) as session:
        for scheme in CHOSEN:
            move(
                session,
                year_cycles(session, scheme, "open"),
                "hold",
                by=OFFICES[scheme],
                at=at_nine(OVER),
                reason="年终",
            )


@contextmanager
def documents_in(folder: Path) -> Iterator[None]:
    """Let documents be written below a folder."""
    before = os.environ.get("KAOHE_OUT")
    os.environ["KAOHE_OUT"] = str(folder)
    settings.cache_clear()
    try:
        yield
    finally:
        os.environ.pop("KAOHE_OUT") if before is None else os.environ.update(KAOHE_OUT=before)
        settings.cache_clear()
