"""The years 2008 and 2009, in which the cases C-01…C-04 happen: grades, ledger, and the same as case files."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from demo.roster import DemoPerson, Roster, part
from demo.year_grades import FAIR, FAIRLY_GOOD, GOOD, POOR

YEARS = (2008, 2009)
GOOD_TEAMS, GOOD_CADRES, FAIR_TEAMS, FAIR_CADRES = 13, 40, 3, 9
Row = dict[str, Any]


@dataclass(frozen=True)
class PastYear:
    """One past year: everybody's grade, who led, and the facts that forced grades."""

    year: int
    grades: dict[str, str]
    led_by: dict[str, list[str]]
    facts: list[Row]

    @property
    def decided_on(self) -> str:
        """Return the day on which that year's grades were decided."""
        return date(self.year + 1, 1, 20).isoformat()


def make_past(rng: Random, roster: Roster) -> dict[int, PastYear]:
    """Invent both years; 差 are the teams of C-01, C-02, C-03 and F, two principals and one deputy (C-04)."""
    return {year: _make_year(rng, roster, year) for year in YEARS}


def _make_year(rng: Random, roster: Roster, year: int) -> PastYear:
    day = date(year, 12, 31)
    poor_units = [part("C-01"), part("C-02")] if year == 2008 else [part("C-03"), part("F")]
    others = [unit.id for unit in roster.units if unit.id not in poor_units]
    picked = rng.sample(others, GOOD_TEAMS + FAIR_TEAMS)
    teams = {unit.id: FAIRLY_GOOD for unit in roster.units}
    teams |= dict.fromkeys(picked[:GOOD_TEAMS], GOOD) | dict.fromkeys(picked[GOOD_TEAMS:], FAIR)
    teams |= dict.fromkeys(poor_units, POOR)
    members = [one for unit in roster.units for one in roster.members(unit.id, day)]
    cadres = _cadres(rng, roster, members, poor_units, year)
    led = {unit.id: [one.id for one in roster.principals(unit.id, day)] for unit in roster.units}
    return PastYear(year, teams | cadres, led, _facts(roster, year))


def _cadres(rng: Random, roster: Roster, members: list[DemoPerson], poor: list[str], year: int) -> dict[str, str]:
    grades = {one.id: FAIRLY_GOOD for one in members}
    able = [one.id for one in members if one.unit not in poor and one.tier == "deputy"]
    picked = rng.sample(able, GOOD_CADRES + FAIR_CADRES + 1)
    grades |= dict.fromkeys(picked[:GOOD_CADRES], GOOD) | dict.fromkeys(picked[GOOD_CADRES:-1], FAIR)
    if year == 2008:
        sanctioned = {one.id for unit in poor for one in roster.principals(unit, date(year, 12, 31))}
        return grades | {picked[-1]: POOR} | dict.fromkeys(sanctioned, POOR)
    return grades | {one.id: FAIR for one in roster.principals(part("F"), date(year, 12, 31))}


def _facts(roster: Roster, year: int) -> list[Row]:
    """What forced grades: party sanctions of principals (BZ-48), a manual veto after a deputy's accident (BZ-49)."""
    if year == 2009:
        return [{"subject": part("C-03"), "name": "manual_veto", "value": True}]
    return [{"subject": one.id, "name": "party_sanction", "value": True} for one in sanctioned_principals(roster)]


def sanctioned_principals(roster: Roster) -> list[DemoPerson]:
    """Return the principals of C-01 and C-02 in 2008."""
    return [one for case in ("C-01", "C-02") for one in roster.principals(part(case), date(2008, 12, 31))]


def past_rows(past: dict[int, PastYear]) -> list[Row]:
    """Return the rows of the form 往年结果表."""
    return [
        {
            "year": one.year,
            "subject": code,
            "grade": grade,
            "led_by": "、".join(one.led_by.get(code, [])),
            "dated": one.decided_on,
        }
        for one in past.values()
        for code, grade in one.grades.items()
    ]


def past_events(roster: Roster) -> list[Row]:
    """Return the ledger rows of both past years."""
    rows = [
        _event(
            f"2008-{n}", "sanction", one.id, "party_discipline", date(2008, 9, 9 + n), "违反廉洁自律规定,受到党纪处分"
        )
        for n, one in enumerate(sanctioned_principals(roster), start=1)
    ]
    driver = next(one for one in roster.persons if one.unit == part("C-03") and one.end_on is not None)
    rows.append(_event("2009-1", "incident", driver.id, "other", date(2009, 8, 17), "酒后驾车发生交通事故"))
    return rows


def _event(number: str, kind: str, about: str, subtype: str, day: date, detail: str) -> Row:
    return {
        "number": number,
        "kind": kind,
        "about": about,
        "subtype": subtype,
        "document": f"示范纪〔{day.year}〕{day.day}号",
        "occurred_on": day.isoformat(),
        "detail": detail,
        "revoked": False,
        "revoked_reason": "",
    }


def past_case(roster: Roster, past: dict[int, PastYear], year: int) -> Row:
    """Return one past year in the format of case files (design, section 8)."""
    one, day = past[year], date(year, 12, 31)
    members = [person for unit in roster.units for person in roster.members(unit.id, day)]
    told: dict[str, bool | int] = {"midyear_checked": True, "survey_valid": 80, "survey_dissatisfied": 6}
    usual: list[Row] = [
        {"subject": unit.id, "name": name, "value": value} for unit in roster.units for name, value in told.items()
    ]
    usual += [{"subject": code, "name": "nonvote_evidence", "value": 2} for code in one.grades]
    return {
        "name": f"{year} 年",
        "year": year,
        "units": [{"id": unit.id, "type": unit.type, "name": unit.name} for unit in roster.units],
        "subjects": [
            *({"id": unit.id, "tier": "team", "unit": unit.id, "name": unit.name} for unit in roster.units),
            *({"id": who.id, "tier": who.tier, "unit": who.unit, "name": who.name} for who in members),
        ],
        "facts": usual + one.facts,
        "history": [
            row
            for earlier in past.values()
            if earlier.year < year
            for row in _history(earlier)
            if row["subject"] in one.grades
        ],
        "proposals": [{"subject": code, "grade": grade} for code, grade in one.grades.items()],
    }


def _history(past: PastYear) -> list[Row]:
    return [
        {"subject": code, "year": past.year, "grade": grade}
        | ({"led_by": past.led_by[code]} if code in past.led_by else {})
        for code, grade in past.grades.items()
    ]
