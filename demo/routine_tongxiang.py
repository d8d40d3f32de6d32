"""What comes in for Tongxiang's recurring duties in 2010, on the same roster: charges, monthly reviews, meetings."""

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random
from typing import Any

from demo.roster import DemoPerson, Roster

Row = dict[str, Any]
Sheets = dict[str, list[Row]]
YEAR = 2010
SHEET_DAY = 20  # of the month, before anybody is reminded of what is due on the fifth of the next
LATE_MONTHS, LATE_DAY, LATE_RATERS = (3, 6, 9), 12, 2  # whose reviews come after they were asked for a third time
FAIR, POORER = "一般", "较差"
TWICE_LOW, ONCE_LOW = {3: FAIR, 7: POORER}, {5: FAIR}  # month: grade
USUAL = ("好", "较好", "较好")


def tongxiang_days(rng: Random, roster: Roster) -> Iterator[tuple[date, Sheets]]:
    """Give each day on which something comes in, with its sheets."""
    low = _low(rng, [one.id for one in _in_post(roster, 1) if one in _in_post(roster, 12)])
    yield date(YEAR, 1, 11), {"charges": _charges(roster)}
    for month in range(1, 13):
        rows = _reviews(rng, roster, low, month)
        late = sorted({row["rater"] for row in rows})[:LATE_RATERS] if month in LATE_MONTHS else []
        yield date(YEAR, month, SHEET_DAY), {"monthly_reviews": [row for row in rows if row["rater"] not in late]}
        if late:
            day = date(YEAR, month + 1, LATE_DAY)
            behind = [row | {"rated_on": day.isoformat()} for row in rows if row["rater"] in late]
            yield day, {"monthly_reviews": behind}
    yield date(YEAR, 4, 26), {"duty_problems": [_problem(next(iter(low)))]}
    yield from _meetings()


def _in_post(roster: Roster, month: int) -> list[DemoPerson]:
    """Return those in post on the first of a month, unit by unit."""
    return [one for unit in roster.units for one in roster.members(unit.id, date(YEAR, month, 1))]


def _rater(roster: Roster, one: DemoPerson) -> str:
    """Principals are rated by the leader in charge of their unit, the others by their first principal."""
    if one.tier == "principal":
        return next(unit.leader_in_charge for unit in roster.units if unit.id == one.unit)
    return roster.principals(one.unit, max(one.start_on, date(YEAR, 1, 1)))[0].name


def _charges(roster: Roster) -> list[Row]:
    first = date(YEAR, 1, 1)
    everybody = {one.id: one for one in (*_in_post(roster, 1), *_in_post(roster, 12))}
    return [
        {"rater": _rater(roster, one), "cadre": one.id, "since": max(one.start_on, first).isoformat(), "until": None}
        for one in everybody.values()
    ]


def _low(rng: Random, cadres: list[str]) -> dict[str, dict[int, str]]:
    """Return by cadre the months with 一般 or worse: two cadres twice (TX-09), three once."""
    picked = rng.sample(cadres, 5)
    return {cadre: TWICE_LOW if place < 2 else ONCE_LOW for place, cadre in enumerate(picked)}


def _reviews(rng: Random, roster: Roster, low: Mapping[str, Mapping[int, str]], month: int) -> list[Row]:
    return [
        {
            "cadre": one.id,
            "month": f"{YEAR}-{month:02}",
            "rater": _rater(roster, one),
            "grade": low.get(one.id, {}).get(month) or rng.choice(USUAL),
            "remark": "",
            "rated_on": date(YEAR, month, SHEET_DAY).isoformat(),
        }
        for one in _in_post(roster, month)
    ]


def _problem(cadre: str) -> Row:
    return {
        "number": "2010-1",
        "cadre": cadre,
        "problem": "分管的项目三个月没有进展,未报告原因",
        "found_on": date(YEAR, 4, 26).isoformat(),
    }


def _meetings() -> Iterator[tuple[date, Sheets]]:
    """One meeting of each kind, a quarter each (TX-13); the first with all its four parts."""
    kinds = {date(YEAR, 2, 24): "kickoff", date(YEAR, 6, 24): "midyear"}
    kinds |= {date(YEAR, 9, 24): "situation", date(YEAR, 12, 24): "congress"}
    parts = ("observation", "town_speeches", "department_comments", "leader_comments")
    for number, (day, kind) in enumerate(kinds.items(), start=1):
        held = {"held_on": day.isoformat(), "kind": kind, "minutes": f"示范委办〔2010〕{number}号"}
        yield day, {"quarterly_meetings": [held | dict.fromkeys(parts, kind == "kickoff")]}
