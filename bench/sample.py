"""An invented roster of any size, its cycle, and what is known about each subject, always the same by seed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy import Engine, insert
from sqlmodel import Session, select

from bench.databases import NOW
from bench.figure import PER_UNIT, Size
from config.calendar import WorkCalendar
from config.settings import Settings
from models.cycle import Cycle
from models.roster import Person, Post, Unit
from models.session import writing
from tasks.cycle.open_cycle import CycleParams, open_cycle
from tasks.wiring import House

SEED = 20101220
SCHEME, YEAR = "bozhou", 2010
KEY = f"{SCHEME}-{YEAR}"
BY = "管理员"
VOTERS = 60

Cell = tuple[str, str, str]


def unit_ids(units: int) -> list[str]:
    """Return the ids of that many units."""
    return [f"U{number:06}" for number in range(1, units + 1)]


def people_of(unit: str) -> list[str]:
    """Return the ids of a unit's ten leaders, the principal first."""
    return [f"P{unit[1:]}{rank:02}" for rank in range(1, PER_UNIT + 1)]


def name_of(code: str) -> str:
    """Return the name of a unit or person."""
    return f"第{code}单位" if code.startswith("U") else f"干部{code}"


def subjects_of(units: int) -> list[tuple[str, str, str]]:
    """Return (id, tier, unit) of every team, principal and deputy."""
    rows = []
    for unit in unit_ids(units):
        first, *others = people_of(unit)
        rows += [(unit, "team", unit), (first, "principal", unit), *((each, "deputy", unit) for each in others)]
    return rows


def subject_facts(units: int) -> Iterator[Cell]:
    """Give (subject, fact, value) with all that a proposal needs: tallies that add up, opinions, few special cases."""
    chance = Random(SEED)
    for code, tier, unit in subjects_of(units):
        if tier == "team":
            yield unit, "midyear_checked", "true"
        good, fair = chance.randint(20, VOTERS), chance.randint(0, 9)
        ballots = dict(zip(BALLOTS, (VOTERS + 9, good, VOTERS - good, fair, 9 - fair), strict=True))
        yield from ((code, name, str(value)) for name, value in ballots.items())
        unhappy = chance.random() < 0.03
        yield code, "survey_valid", "100"
        yield code, "survey_dissatisfied", "34" if unhappy else str(chance.randint(0, 33))
        if unhappy:
            yield code, "investigation", chance.choice(("substantiated", "unsubstantiated"))
        yield code, "nonvote_evidence", str(chance.randint(1, 4))
        yield code, "preliminary_grade", chance.choices(("好", "较好", "一般", "差"), (20, 70, 9, 1))[0]


BALLOTS = ("ballots_valid", "ballots_good", "ballots_fairly_good", "ballots_fair", "ballots_poor")


def make_house(engine: Engine, folder: Path) -> House:
    """Return a house on a database, its documents in a folder, on plain working days."""
    return House(Settings(data=folder, out=folder / "out"), engine, WorkCalendar())


def fill_roster(engine: Engine, size: Size) -> None:
    """Insert units, people and posts as plain rows."""
    units = unit_ids(size.units)
    posts = [row for row in subjects_of(size.units) if row[1] != "team"]
    since = date(2007, 3, 1)
    with writing(engine) as session:
        session.execute(insert(Unit), [{"id": unit, "name": name_of(unit)} for unit in units])
        session.execute(insert(Person), [{"id": code, "name": name_of(code)} for code, _, _ in posts])
        session.execute(
            insert(Post),
            [
                {"person_id": code, "unit_id": unit, "tier": tier, "principal": tier == "principal", "start_on": since}
                for code, tier, unit in posts
            ],
        )


def params() -> CycleParams:
    """Return what the cycle is launched with."""
    return CycleParams(scheme=SCHEME, year=YEAR, hotline="0900-5550112", office="考核办公室", contact="0900-5550131")


def open_year(session: Session) -> Cycle:
    """Open the cycle on the roster."""
    return open_cycle(session, params=params(), today=NOW.date(), now=NOW, by=BY)


def the_cycle(session: Session) -> Cycle:
    """Return the one cycle."""
    return session.exec(select(Cycle)).one()
