"""Bozhou's plans, instruments and contact points through the engine: sheets come in, turns are taken (BZ-24…28)."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.duty import DeadlineChange
from models.followup import RectificationItem
from models.session import reading, writing
from tasks.cycle.open_cycle import open_cycle
from tasks.followup.focus import keep_focus
from tasks.wiring import House
from tests.duty_house import flaws, obligations, period_of, table
from tests.flows.bozhou_year import hand_in, refused, state, turn
from tests.support import make_desk, make_params, moment

PLAN_CLOSES = date(2010, 5, 14)  # thirty working days after 31 March


# BZ-24, BZ-25, BZ-56: the plan and its review


def tasks(world: House, count: int = 12) -> None:
    rows = ({"number": n, "task": f"任务{n}", "dated": date(2010, 2, 1)} for n in range(1, count + 1))
    hand_in(world, "plenary_tasks", date(2010, 2, 1), *rows)


def item(number: int, unit: str = "U1", **changes: Any) -> dict[str, Any]:
    texts = {"target": "年内完成", "measures": "每月一查", "deadline": "2010-11-30", "dated": "2010-03-01"}
    return {"unit": unit, "number": number, "task": number, "subject": unit, **texts, **changes}


def plan(world: House, *units: str, count: int = 12) -> None:
    hand_in(world, "plan_items", date(2010, 3, 1), *(item(n, unit) for unit in units for n in range(1, count + 1)))


def review(unit: str, number: int, on: date, **defects: bool) -> dict[str, Any]:
    return {"unit": unit, "round": number, "approved": not defects, "opinion": "见附件", "dated": on, **defects}


@pytest.mark.parametrize(("assigned", "left"), [(11, [("州水务局", 12, "任务12")]), (12, [])])
def test_a_task_that_nobody_was_given_is_named(world, assigned, left):
    """BZ-24: eleven of twelve tasks are not all."""
    tasks(world)
    plan(world, "U1", count=assigned)
    turn(world, "plan_breakdown", PLAN_CLOSES)
    closed = period_of(world, "2010", "plan_breakdown")
    assert closed.state == "closed"
    assert table(closed, "未分解的全会任务") == left
    assert flaws(closed, "BZ-24") == ["U1: 全会任务未全部分解:缺第12项“任务12”"] * len(left)


def test_a_plan_cannot_be_compared_while_no_task_is_registered(world):
    plan(world, "U1")
    turn(world, "plan_breakdown", PLAN_CLOSES)
    assert ["尚未登记" in text for text in flaws(period_of(world, "2010", "plan_breakdown"), "BZ-24")] == [True]


@pytest.mark.parametrize(
    ("blank", "told"), [("target", "年度目标任务"), ("measures", "工作措施"), ("deadline", "完成时限")]
)
def test_an_item_without_target_measure_or_deadline_is_refused(small_year, tmp_path, blank, told):
    """BZ-24: not even taken in."""
    assert told in refused(small_year, tmp_path, "plan_items", item(1) | {blank: ""})


def test_items_become_the_contents_of_the_years_assessment(world):
    """BZ-24: with who bears each, the team or a member."""
    tasks(world, 2)
    hand_in(world, "plan_items", date(2010, 3, 1), item(1), item(2, subject="P12", target="查办案件"))
    turn(world, "plan_breakdown", PLAN_CLOSES)
    contents = table(period_of(world, "2010", "plan_breakdown"), "当年考核内容")
    assert [(row[0], row[3], row[5]) for row in contents] == [
        ("州水务局", "年内完成", "2010-11-30"),
        ("州水务局", "查办案件", "2010-11-30"),
    ]
    assert [row[1] == "州水务局" for row in contents] == [True, False]


@pytest.mark.parametrize(
    ("defects", "becomes"),
    [
        ({"measures_not_specific": True}, "returned"),
        ({"unclear_responsibility": True, "not_tied_to_business": True}, "returned"),
        ({}, "accepted"),
    ],
)
def test_a_plan_with_a_defect_is_returned_and_one_without_approved(world, defects, becomes):
    """BZ-25: and who has handed in nothing still owes."""
    plan(world, "U1")
    turn(world, "plan_breakdown", date(2010, 3, 2))
    assert state(world, "plan_breakdown") == {"U1": "submitted", "U2": "open"}
    hand_in(world, "plan_reviews", date(2010, 3, 8), review("U1", 1, date(2010, 3, 8), **defects))
    turn(world, "plan_breakdown", date(2010, 3, 8))
    assert state(world, "plan_breakdown") == {"U1": becomes, "U2": "open"}


def test_a_returned_plan_is_due_again_in_ten_working_days_and_needs_a_new_sheet(world):
    """BZ-25: the items that were there before the review are no answer to it."""
    plan(world, "U1")
    day = date(2010, 3, 8)  # a Monday
    hand_in(world, "plan_reviews", day, review("U1", 1, day, measures_not_specific=True))
    turn(world, "plan_breakdown", day)
    turn(world, "plan_breakdown", date(2010, 3, 9))
    owed = obligations(world, "plan_breakdown")[0]
    assert (owed.state, owed.due_on, owed.attempt) == ("returned", date(2010, 3, 22), 2)
    with reading(world.engine) as session:
        assert [row.cause for row in session.exec(select(DeadlineChange))] == ["return"]
    mended = date(2010, 3, 15)
    hand_in(world, "plan_items", mended, item(1, measures="逐项开列", dated=mended))
    hand_in(world, "plan_reviews", mended, review("U1", 2, mended))
    turn(world, "plan_breakdown", mended)
    assert state(world, "plan_breakdown")["U1"] == "accepted"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (review("U1", 1, date(2010, 3, 8), measures_not_specific=True) | {"approved": True}, "不得通过"),
        (review("U1", 1, date(2010, 3, 8)) | {"approved": False}, "哪一类"),
    ],
)
def test_a_review_names_a_defect_exactly_when_it_returns(small_year, tmp_path, row, told):
    """BZ-25: the three defects are the only reasons."""
    assert told in refused(small_year, tmp_path, "plan_reviews", row)


def left_over(world: House, subject: str, count: int) -> None:
    """Leave items of last year's cycle, which became focus items of this year's plan."""
    day = date(2009, 12, 1)
    with writing(world.engine) as session:
        cycle = open_cycle(session, params=make_params(year=2009), today=day, now=moment(day), by="管理员甲")
        told = {"origin": "BZ-17", "requirement": "整改", "opened_on": date(2010, 1, 20), "due_on": date(2010, 4, 20)}
        session.add_all(
            RectificationItem(cycle_id=cycle.id, subject=subject, number=n, problem=f"问题{n}", **told)
            for n in range(1, count + 1)
        )
        session.flush()
        keep_focus(make_desk(session, cycle, day))


@pytest.mark.parametrize(("planned", "left"), [((1, 2, 3), []), ((1, 3), [("州水务局", 2, "问题2(整改要求:整改)")])])
def test_last_years_items_are_in_the_plan_or_named(world, planned, left):
    """BZ-56: three items of 2009 are three focus items of 2010."""
    tasks(world, 1)
    left_over(world, "U1", 3)
    hand_in(world, "plan_items", date(2010, 3, 1), *(item(n, task=1, focus=n) for n in planned))
    turn(world, "plan_breakdown", PLAN_CLOSES)
    closed = period_of(world, "2010", "plan_breakdown")
    assert table(closed, "未列入方案的上年重点事项") == left
    assert ["第2项“问题2" in text for text in flaws(closed, "BZ-56")] == [True] * len(left)
    assert closed.outcome["figures"]["focus_items"] == 3


def test_a_focus_item_is_its_subjects_own(world):
    """BZ-56: what the team plans does not answer for a member's item."""
    tasks(world, 1)
    left_over(world, "P12", 1)
    hand_in(world, "plan_items", date(2010, 3, 1), item(1, focus=1))
    turn(world, "plan_breakdown", PLAN_CLOSES)
    assert len(flaws(period_of(world, "2010", "plan_breakdown"), "BZ-56")) == 1


# BZ-26: listing, inquiry, reminder

PAIRS = {"stage": "listing", "special": "inquiry", "individual": "reminder"}


def instrument(number: str, work: str, unit: str = "U1", **changes: Any) -> dict[str, Any]:
    told = {"matter": "工程招标备案", "issued_on": "2010-03-01"}  # a Monday
    return {"number": number, "unit": unit, "work": work, "kind": PAIRS[work], **told, **changes}


@pytest.mark.parametrize(
    ("work", "due"),
    [("stage", date(2010, 4, 13)), ("special", date(2010, 3, 15)), ("individual", date(2010, 3, 8))],
)
def test_an_instrument_owes_a_reply_in_its_time(world, work, due):
    """BZ-26: 30, 10 and 5 working days; issued to one unit, owed by that unit."""
    hand_in(world, "instruments", date(2010, 3, 1), instrument("督〔2010〕1号", work))
    turn(world, "instruments", date(2010, 3, 1))
    assert [(row.unit_id, row.slot, row.due_on) for row in obligations(world, "instruments")] == [
        ("U1", "督〔2010〕1号", due)
    ]


@pytest.mark.parametrize("work", PAIRS)
@pytest.mark.parametrize("kind", PAIRS.values())
def test_only_the_instrument_of_its_work_is_taken(world, tmp_path, work, kind):
    """BZ-26: stage work is listed, special work inquired into, individual work reminded of."""
    row = instrument("督1", work, kind=kind)
    if PAIRS[work] == kind:
        hand_in(world, "instruments", date(2010, 3, 1), row)
    else:
        assert "BZ-26" in refused(world, tmp_path, "instruments", row)


def test_a_reply_answers_its_own_instrument(world):
    issued = [instrument("督1", "individual"), instrument("督2", "individual", "U2")]
    hand_in(world, "instruments", date(2010, 3, 1), *issued)
    reply = {"number": "督2", "unit": "U2", "result": "已备案", "replied_on": "2010-03-08"}
    hand_in(world, "instrument_replies", date(2010, 3, 8), reply)
    turn(world, "instruments", date(2010, 3, 8))
    assert {row.slot: row.state for row in obligations(world, "instruments")} == {"督1": "open", "督2": "accepted"}


# BZ-27, BZ-28: contact points and the quarterly hearing


def contact(unit: str, **changes: Any) -> dict[str, Any]:
    who = {"contact": "岳望舒", "title": "州纪委常委", "level": "county_or_above"}
    return {"unit": unit, **who, "assigned_on": "2010-01-11", **changes}


def hearing(on: date) -> dict[str, Any]:
    return {"held_on": on, "meeting": "州纪委常委会", "chair": "岳望舒", "reports_heard": 5, "minutes": "逐一听取"}


@pytest.mark.parametrize(("covered", "gaps"), [(42, ["U43: "]), (43, [])])
def test_a_unit_without_contact_person_is_a_gap(large, covered, gaps):
    """BZ-27: 42 of 43 units leave one."""
    hand_in(large, "contact_points", date(2010, 1, 11), *(contact(f"U{n}") for n in range(1, covered + 1)))
    turn(large, "contact_points", date(2010, 2, 1))
    found = flaws(period_of(large, "2010", "contact_points"), "BZ-27")
    assert [text[:5] for text in found] == gaps


def test_a_contact_person_who_stopped_covers_nobody(world):
    hand_in(world, "contact_points", date(2010, 1, 11), contact("U1"), contact("U2", ended=True))
    turn(world, "contact_points", date(2010, 2, 1))
    assert len(flaws(period_of(world, "2010", "contact_points"), "BZ-27")) == 1


def test_a_contact_person_is_of_county_level_or_above(small_year, tmp_path):
    """BZ-27: an ordinary cadre holds no contact point."""
    assert "BZ-27" in refused(small_year, tmp_path, "contact_points", contact("U1", level="other"))


def test_a_quarter_without_hearing_is_overdue_from_the_day_after(world):
    """BZ-28: one hearing in Q1; on 1 July the second quarter's is overdue."""
    hand_in(world, "contact_hearings", date(2010, 3, 25), hearing(date(2010, 3, 25)))
    turn(world, "contact_hearing", date(2010, 6, 30))
    assert [(row.slot, row.state) for row in obligations(world, "contact_hearing")] == [
        ("2010Q1", "accepted"),
        ("2010Q2", "open"),
    ]
    assert period_of(world, "2010Q2", "contact_hearing").state == "open"
    turn(world, "contact_hearing", date(2010, 7, 1))
    late = [
        row for row in obligations(world, "contact_hearing") if row.state == "open" and row.due_on < date(2010, 7, 1)
    ]
    assert [(row.slot, row.recipient) for row in late] == [("2010Q2", "discipline_standing_committee")]
    assert period_of(world, "2010Q2", "contact_hearing").outcome["figures"]["missing"] == 1
    assert period_of(world, "2010Q1", "contact_hearing").outcome["figures"]["missing"] == 0


def test_the_hearing_is_told_what_the_contact_persons_found_in_its_quarter(world):
    """BZ-28: a visit on 31 March belongs to the first quarter, one on 1 April does not."""
    visit = {"contact": "岳望舒", "findings": "责任书已签"}
    days = (date(2010, 3, 30), date(2010, 3, 31), date(2010, 4, 1))
    units = ("U1", "U1", "U2")
    rows = ({"unit": unit, "inspected_on": day, **visit} for unit, day in zip(units, days, strict=True))
    hand_in(world, "contact_inspections", date(2010, 4, 1), *rows)
    turn(world, "contact_hearing", date(2010, 4, 1))
    closed = period_of(world, "2010Q1", "contact_hearing")
    figures = closed.outcome["figures"]
    assert (figures["inspections"], figures["units_inspected"]) == (2, 1)
    assert [row[:2] for row in table(closed, "督导检查记录")] == [
        ("2010-03-30", "州水务局"),
        ("2010-03-31", "州水务局"),
    ]
