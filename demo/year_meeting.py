"""Meetings, ballots, interviews and survey of December 2010: tallies that fit the grades, and those of 18.2."""

from datetime import date, timedelta
from random import Random
from typing import Any

from demo.roster import Roster, part
from demo.year_grades import DAY, FAIR, FAIRLY_GOOD, GOOD, POOR, Grades

Row = dict[str, Any]
FIRST_MEETING = date(2010, 12, 13)
COUNTED = date(2010, 12, 23)
OTHERS_INTERVIEWED = 10
# category: (share of the forms in hundredths, all of them from the front line)
CATEGORIES = {
    "party_delegate": (12, False),
    "deputy": (12, False),
    "cppcc_member": (10, False),
    "discipline_member": (6, False),
    "special_supervisor": (6, False),
    "conduct_supervisor": (14, True),
    "service_recipient": (40, True),
}
DISSATISFIED = {"A": 10, "B": 31, "E": 30}  # of 90 (18.2)
BALLOTS_F = {"ballots_good": 18, "ballots_fairly_good": 40, "ballots_fair": 12, "ballots_poor": 20}  # of 90 (18.2)
LOW_SHARE = {GOOD: (1, 5), FAIRLY_GOOD: (4, 11), FAIR: (18, 27), POOR: (24, 30)}  # 一般 and 差, in hundredths
GOOD_SHARE = {GOOD: (62, 78), FAIRLY_GOOD: (38, 55), FAIR: (20, 32), POOR: (12, 24)}


def forms_returned(rng: Random, roster: Roster) -> dict[str, int]:
    """Return how many survey forms came back in each unit: 90 in the six of 18.2."""
    six = {part(name) for name in "ABCDEF"}
    return {unit.id: 90 if unit.id in six else rng.randint(72, 96) for unit in roster.units}


def held_on(number: int) -> date:
    """Return the day of a unit's meeting, from 13 to 17 December."""
    return FIRST_MEETING + timedelta(days=number % 5)


def meeting_rows(rng: Random, roster: Roster, returned: dict[str, int]) -> list[Row]:
    """Return one meeting a unit."""
    return [
        {
            "unit": unit.id,
            "held_on": held_on(number).isoformat(),
            "place": f"{unit.name}会议室",
            "chair": roster.principals(unit.id, DAY)[0].name,
            "attendees": returned[unit.id] + rng.randint(30, 60),
        }
        for number, unit in enumerate(roster.units, start=1)
    ]


def invitee_rows(roster: Roster, returned: dict[str, int]) -> list[Row]:
    """Return the invited by category; those from the front line are more than half (BZ-39)."""
    return [
        {"unit": unit.id, "category": category, **counts, "dated": held_on(number).isoformat()}
        for number, unit in enumerate(roster.units, start=1)
        for category, counts in _invited(returned[unit.id]).items()
    ]


def _invited(forms: int) -> dict[str, dict[str, int]]:
    back = {name: forms * share // 100 for name, (share, _) in CATEGORIES.items()}
    back["service_recipient"] += forms - sum(back.values())
    return {
        name: {
            "invited": count + 2,
            "frontline": count + 2 if CATEGORIES[name][1] else (count + 2) // 3,
            "attended": count + 1,
            "survey_returned": count,
        }
        for name, count in back.items()
    }


def speech_rows(roster: Roster) -> list[Row]:
    """Return the oral reports of each team and each principal (BZ-36)."""
    rows = []
    for number, unit in enumerate(roster.units, start=1):
        leaders, day = roster.principals(unit.id, DAY), held_on(number).isoformat()
        rows.append({"unit": unit.id, "subject": unit.id, "speaker": leaders[0].name, "spoken_on": day})
        rows += [{"unit": unit.id, "subject": one.id, "speaker": one.name, "spoken_on": day} for one in leaders]
    return rows


def ballot_rows(rng: Random, roster: Roster, grades: Grades) -> list[Row]:
    """Return everybody's ballots; only F's have more than a third 一般 and 差 (BZ-40)."""
    return [row for unit in roster.units for row in _ballots_of(rng, roster, grades, unit.id)]


def _ballots_of(rng: Random, roster: Roster, grades: Grades, unit: str) -> list[Row]:
    valid = 90 if unit in {part(name) for name in "ABCDEF"} else rng.randint(78, 118)
    codes = [unit, *(one.id for one in roster.members(unit, DAY))]
    counts = {code: _ballots(rng, valid, grades.preliminary[code]) for code in codes}
    if unit == part("F"):
        counts[unit] = BALLOTS_F
    day = COUNTED.isoformat()
    return [{"subject": code, "ballots_valid": valid, **count, "counted_on": day} for code, count in counts.items()]


def _ballots(rng: Random, valid: int, grade: str) -> dict[str, int]:
    low = valid * rng.randint(*LOW_SHARE[grade]) // 100
    good = valid * rng.randint(*GOOD_SHARE[grade]) // 100
    poor = low * rng.randint(0, 40) // 100
    return {
        "ballots_good": good,
        "ballots_fairly_good": valid - good - low,
        "ballots_fair": low - poor,
        "ballots_poor": poor,
    }


def survey_rows(rng: Random, roster: Roster, grades: Grades, returned: dict[str, int]) -> list[Row]:
    """Return everybody's survey; only B's team has more than a third dissatisfied, E's exactly a third (BZ-13)."""
    fixed = {part(name): count for name, count in DISSATISFIED.items()}
    rows = []
    for unit in roster.units:
        for code in (unit.id, *(one.id for one in roster.members(unit.id, DAY))):
            valid, low = returned[unit.id], LOW_SHARE[grades.preliminary[code]]
            against = fixed.get(code, valid * rng.randint(*low) // 100)
            rows.append(_survey(rng, code, valid, against))
    return rows


def _survey(rng: Random, code: str, valid: int, against: int) -> Row:
    unknown = rng.randint(0, 4)
    content = (valid - against - unknown) * rng.randint(55, 80) // 100
    return {
        "subject": code,
        "survey_valid": valid,
        "survey_satisfied": content,
        "survey_basically_satisfied": valid - against - unknown - content,
        "survey_dissatisfied": against,
        "survey_unknown": unknown,
        "counted_on": COUNTED.isoformat(),
    }


def interview_rows(roster: Roster) -> list[Row]:
    """Return the talks: every member and ten others in each unit (BZ-37)."""
    rows: list[Row] = []
    for number, unit in enumerate(roster.units, start=1):
        day = held_on(number).isoformat()
        members: list[str | None] = [one.id for one in roster.members(unit.id, DAY)]
        for place, member in enumerate([*members, *([None] * OTHERS_INTERVIEWED)], start=1):
            kind = "member" if member else "other"
            rows.append({"unit": unit.id, "number": place, "kind": kind, "member": member, "talked_on": day})
    return [row | {"interviewer": roster.leaders[row["number"] % len(roster.leaders)]} for row in rows]


def complaint_rows() -> list[Row]:
    """Return the calls to the hotline: three about one unit, which makes an investigation (BZ-40), two about others."""
    about = (part("hotline"), part("A"), part("hotline"), part("E"), part("hotline"))
    text = ("窗口办事拖延", "会议较多", "收费未公示", "答复群众不及时", "公车使用不规范")
    return [
        {
            "number": f"H{number:03}",
            "about": unit,
            "content": content,
            "received_on": (date(2010, 12, 8) + timedelta(days=2 * number)).isoformat(),
        }
        for number, (unit, content) in enumerate(zip(about, text, strict=True), start=1)
    ]
