"""What comes in for Bozhou's recurring duties in 2010: plans, contact points, hearings, meetings, instruments."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.roster import DemoUnit, Roster

Row = dict[str, Any]
Sheets = dict[str, list[Row]]
TASKS = ("落实党风廉政建设责任制", "规范权力运行和办事公开", "纠正损害群众利益的不正之风")
LATE_PLANS = (
    7,
    19,
    36,
)  # ordinals of the units whose plan comes after the due day, the last one when it was escalated
RETURNED_PLANS = (12, 28)  # whose plan is returned at its first review
NO_TASK = {16: 3}  # a unit's ordinal: the task that it does not take up
MIDYEAR_AT_LAST = 5  # units checked in the last days before the due day
ABSENT = (5, 23)  # ordinals of the units whose principal misses a meeting; the first of them is not even listed


def bozhou_days(rng: Random, roster: Roster, midyear: list[Row]) -> Iterator[tuple[date, Sheets]]:
    """Give each day on which something comes in, with its sheets.

    `midyear` are the records that the year brings at the end of August; most come in as soon as they are written.
    """
    yield date(2010, 1, 8), {"plenary_tasks": _tasks()}
    yield date(2010, 1, 20), {"contact_points": _contacts(roster)}
    yield from _plans(roster)
    yield from _instruments(roster)
    yield from _hearings(rng, roster)
    yield from _meetings(roster)
    yield date(2010, 6, 25), _registers(roster)
    yield date(2010, 8, 18), {"midyear": midyear[:-MIDYEAR_AT_LAST]}


def _tasks() -> list[Row]:
    return [
        {"number": number, "task": task, "document": "示范纪〔2010〕1号", "dated": "2010-01-08"}
        for number, task in enumerate(TASKS, start=1)
    ]


def _contacts(roster: Roster) -> list[Row]:
    names = roster.holders["discipline_standing_committee"]
    return [
        {
            "unit": unit.id,
            "contact": names[place % len(names)],
            "title": "州纪委常委",
            "level": "county_or_above",
            "ended": False,
            "assigned_on": "2010-01-20",
        }
        for place, unit in enumerate(roster.units)
    ]


def _plans(roster: Roster) -> Iterator[tuple[date, Sheets]]:
    """Plans come in March; two are returned and come again, three are late (BZ-24, BZ-25)."""
    ordinal = dict(enumerate(roster.units, start=1))
    usual = [unit for number, unit in ordinal.items() if number not in LATE_PLANS]
    sent_back = [ordinal[number] for number in RETURNED_PLANS]
    early, late = [ordinal[number] for number in LATE_PLANS[:2]], [ordinal[LATE_PLANS[2]]]
    approved = [unit for unit in usual if unit not in sent_back]
    yield date(2010, 3, 12), {"plan_items": _items(roster, usual, date(2010, 3, 12))}
    reviews = [*_reviews(approved, 1, date(2010, 3, 19)), *_reviews(sent_back, 1, date(2010, 3, 19), approved=False)]
    yield date(2010, 3, 19), {"plan_reviews": reviews}
    yield (
        date(2010, 4, 2),
        {
            "plan_items": _items(roster, [*early, *sent_back], date(2010, 4, 2)),
            "plan_reviews": [*_reviews(early, 1, date(2010, 4, 2)), *_reviews(sent_back, 2, date(2010, 4, 2))],
        },
    )
    day = date(2010, 4, 8)
    yield day, {"plan_items": _items(roster, late, day), "plan_reviews": _reviews(late, 1, day)}


def _items(roster: Roster, units: list[DemoUnit], day: date) -> list[Row]:
    place = {unit.id: number for number, unit in enumerate(roster.units, start=1)}
    return [
        _item(roster, unit, number, task, day)
        for unit in units
        for number, task in enumerate(TASKS, start=1)
        if NO_TASK.get(place[unit.id]) != number
    ]


def _item(roster: Roster, unit: DemoUnit, number: int, task: str, day: date) -> Row:
    leads = roster.principals(unit.id, day)[0].id
    return {
        "unit": unit.id,
        "number": number,
        "task": number,
        "focus": 0,
        "subject": unit.id if number == 1 else leads,
        "target": f"年内完成:{task}",
        "measures": "逐项明确责任人,每季度检查一次",
        "deadline": "2010-11-30",
        "dated": day.isoformat(),
    }


def _reviews(units: list[DemoUnit], number: int, day: date, *, approved: bool = True) -> list[Row]:
    return [
        {
            "unit": unit.id,
            "round": number,
            "unclear_responsibility": False,
            "not_tied_to_business": False,
            "measures_not_specific": not approved,
            "approved": approved,
            "opinion": "" if approved else "措施不具体,请写明责任人和时限",
            "dated": day.isoformat(),
        }
        for unit in units
    ]


def _instruments(roster: Roster) -> Iterator[tuple[date, Sheets]]:
    """Four instruments in spring, one of them answered late, and two in autumn (BZ-26)."""
    spring, autumn = date(2010, 3, 5), date(2010, 9, 3)
    kinds = {"listing": "stage", "inquiry": "special", "reminder": "individual"}
    asked = [(1, 3, "listing"), (2, 10, "inquiry"), (3, 17, "inquiry"), (4, 25, "reminder")]
    yield spring, {"instruments": [_instrument(roster, *one, kinds[one[2]], spring) for one in asked]}
    prompt, tardy = date(2010, 3, 10), date(2010, 3, 26)
    yield prompt, {"instrument_replies": [_reply(roster, *one[:2], prompt) for one in (asked[1], asked[3])]}
    yield tardy, {"instrument_replies": [_reply(roster, *one[:2], tardy) for one in (asked[0], asked[2])]}
    later = [(5, 8, "inquiry"), (6, 30, "reminder")]
    yield autumn, {"instruments": [_instrument(roster, *one, kinds[one[2]], autumn) for one in later]}
    answered = autumn + timedelta(days=5)
    yield answered, {"instrument_replies": [_reply(roster, *one[:2], answered) for one in later]}


def _instrument(roster: Roster, number: int, place: int, kind: str, work: str, day: date) -> Row:
    return {
        "number": f"督〔2010〕{number}号",
        "unit": roster.units[place].id,
        "work": work,
        "kind": kind,
        "matter": "重点任务进度落后,请说明情况",
        "requirement": "查明原因,提出措施",
        "issued_on": day.isoformat(),
    }


def _reply(roster: Roster, number: int, place: int, day: date) -> Row:
    return {
        "number": f"督〔2010〕{number}号",
        "unit": roster.units[place].id,
        "result": "已召开专题会议研究,调整分工,进度已赶上",
        "remaining": "",
        "replied_on": day.isoformat(),
    }


def _hearings(rng: Random, roster: Roster) -> Iterator[tuple[date, Sheets]]:
    """One hearing a quarter; the record of the second comes when the office was asked for it (BZ-28)."""
    chair = roster.holders["discipline_standing_committee"][0]
    held = {date(2010, 3, 26): 0, date(2010, 6, 28): 8, date(2010, 9, 27): 0, date(2010, 12, 27): 0}
    for number, (day, delay) in enumerate(held.items(), start=1):
        visits = [_visit(roster, place, day) for place in sorted(rng.sample(range(len(roster.units)), 12))]
        hearing = {
            "held_on": day.isoformat(),
            "meeting": f"州纪委常委会2010年第{number}次会议",
            "chair": chair,
            "reports_heard": len(visits),
            "minutes": "听取联系点督导检查情况,研究存在的问题",
        }
        yield day + timedelta(days=delay), {"contact_inspections": visits, "contact_hearings": [hearing]}


def _visit(roster: Roster, place: int, held: date) -> Row:
    names = roster.holders["discipline_standing_committee"]
    return {
        "unit": roster.units[place].id,
        "contact": names[place % len(names)],
        "findings": "责任分解已落实到人,台账齐全",
        "problems": "",
        "advice": "抓好下一阶段重点任务",
        "inspected_on": (held - timedelta(days=place % 20 + 1)).isoformat(),
    }


def _meetings(roster: Roster) -> Iterator[tuple[date, Sheets]]:
    """One meeting each half-year; from the first, one principal is absent and one is not listed (BZ-29)."""
    for day, missed in ((date(2010, 6, 29), ABSENT), (date(2010, 12, 28), ())):
        meeting = {
            "held_on": day.isoformat(),
            "place": "州机关会议中心",
            "chair": roster.leaders[0],
            "minutes": "各单位正职汇报责任制落实情况",
        }
        yield day, {"supervision_meetings": [meeting], "meeting_attendance": list(_attendance(roster, day, missed))}


def _attendance(roster: Roster, day: date, missed: tuple[int, ...]) -> Iterator[Row]:
    for place, unit in enumerate(roster.units, start=1):
        for person in roster.principals(unit.id, day):
            if missed and place == missed[0]:
                continue
            came = place not in missed
            yield {
                "unit": unit.id,
                "person": person.id,
                "present": came,
                "reason": "" if came else "外出学习",
                "held_on": day.isoformat(),
            }


def _registers(roster: Roster) -> Sheets:
    """What a year brings beside: a survey by others, a clue, a case of accountability (BZ-57, BZ-51, BZ-47)."""
    survey = {"number": "2010-1", "body": "示范调查队", "random": True, "sample": 1000, "dated": "2010-06-20"}
    questions = {"对党政领导重视党风廉政建设的满意度": 867, "对近两年反腐倡廉建设成效的满意度": 804}
    clue = {
        "number": "线索2010-1",
        "source_step": "contact_point",
        "subject": None,
        "content": "反映一项工程未经招标,情况待查",
        "target": "discipline",
        "transferred_on": "2010-06-18",
        "result": "pending",
        "found_on": "2010-06-10",
    }
    case = {
        "number": "追究2010-1",
        "subject": roster.deputies(roster.units[20].id, date(2010, 6, 1))[0].id,
        "channel": "ordinary",
        "problem": "分管的窗口多次超期办结",
        "evidence": "督查记录",
        "action": "REMINDER_TALK",
        "opened_on": "2010-06-22",
    }
    return {
        "satisfaction": [
            survey | {"question_number": number, "question": question, "satisfied": satisfied}
            for number, (question, satisfied) in enumerate(questions.items(), start=1)
        ],
        "case_clues": [clue],
        "accountability_cases": [case],
    }
