"""Bozhou's year of duties through the engine: sheets come in, turns are taken, periods say what they found."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from config.duties import find_duty
from config.scheme_loader import load_scheme
from models.duty import DeadlineChange
from models.evidence import Fact
from models.followup import FocusItem, RectificationItem
from models.grading import Consequence
from models.session import reading, writing
from models.transitions import move
from tasks.cycle.open_cycle import open_cycle
from tasks.duties.labels import label_figures
from tasks.duties.turn import turn_all
from tasks.intake.import_files import import_files
from tasks.sheets.faults import SheetFaults
from tasks.wiring import House
from tests.flows import duty_house
from tests.flows.duty_house import copy_of, flaws, obligations, period, table, year_world
from tests.flows.engine_house import set_today
from tests.support import fresh_engine, make_params, moment

SCHEME, SCOPE = "bozhou", "bozhou-2010"
NEW_YEAR = date(2010, 1, 1)
PLAN_CLOSES = date(2010, 5, 14)  # thirty working days after 31 March


def opened(factory: pytest.TempPathFactory, **size: int) -> Iterator[House]:
    folder = factory.mktemp("year")
    world = year_world(fresh_engine(folder), folder, SCHEME, NEW_YEAR, **size)
    yield world
    world.engine.dispose()


@pytest.fixture(scope="module")
def small_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two units; only read, or copied."""
    yield from opened(tmp_path_factory)


@pytest.fixture(scope="module")
def large_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Forty-three units with a principal each; only copied."""
    yield from opened(tmp_path_factory, units=43, deputies=0)


@pytest.fixture
def world(small_year: House, tmp_path: Path) -> Iterator[House]:
    """Two units whose year has begun."""
    copy = copy_of(small_year, tmp_path)
    yield copy
    copy.engine.dispose()


@pytest.fixture
def large(large_year: House, tmp_path: Path) -> Iterator[House]:
    """Forty-three units whose year has begun."""
    copy = copy_of(large_year, tmp_path)
    yield copy
    copy.engine.dispose()


def hand_in(world: House, form: str, on: date, *rows: dict[str, Any]) -> None:
    duty_house.hand_in(world, SCOPE, form, on, *rows)


def turn(world: House, duty: str, on: date) -> Any:
    return duty_house.turn(world, SCHEME, duty, on)


def refused(world: House, folder: Path, form: str, row: dict[str, Any]) -> str:
    """Bring one row as a file, and return why it is refused."""
    path = folder / f"{form}.csv"
    cells = [("否", "是")[value] if isinstance(value, bool) else str(value) for value in row.values()]
    path.write_text(f"{','.join(row)}\n{','.join(cells)}\n", encoding="utf-8")
    with pytest.raises(SheetFaults) as refusal:
        import_files(world, SCOPE, [path], apply=True, by="管理员甲")
    return str(refusal.value)


def state(world: House, duty: str) -> dict[str, str]:
    return {row.owner: row.state for row in obligations(world, duty)}


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
    closed = period(world, "plan_breakdown", "2010")
    assert closed.state == "closed"
    assert table(closed, "未分解的全会任务") == left
    assert flaws(closed, "BZ-24") == ["U1: 全会任务未全部分解:缺第12项“任务12”"] * len(left)


def test_a_plan_cannot_be_compared_while_no_task_is_registered(world):
    plan(world, "U1")
    turn(world, "plan_breakdown", PLAN_CLOSES)
    assert ["尚未登记" in text for text in flaws(period(world, "plan_breakdown", "2010"), "BZ-24")] == [True]


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
    contents = table(period(world, "plan_breakdown", "2010"), "当年考核内容")
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
    """Leave items of last year's cycle, the first of them carried over as a focus item."""
    day = date(2009, 12, 1)
    with writing(world.engine) as session:
        cycle = open_cycle(session, params=make_params(year=2009), today=day, now=moment(day), by="管理员甲")
        rows = [
            RectificationItem(
                cycle_id=cycle.id, subject=subject, number=n, origin="BZ-17", problem=f"问题{n}", requirement="整改",
                opened_on=date(2010, 1, 20), due_on=date(2010, 4, 20),
            )
            for n in range(1, count + 1)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        session.add(FocusItem(scheme_id=SCHEME, year=2010, subject=subject, text="问题1", item_id=rows[0].id))


@pytest.mark.parametrize(("planned", "left"), [((1, 2, 3), []), ((1, 3), [("U1", 2, "问题2")])])
def test_last_years_items_are_in_the_plan_or_named(world, planned, left):
    """BZ-56: three items of 2009 are three focus items of 2010, carried over or still followed."""
    tasks(world, 1)
    left_over(world, "U1", 3)
    hand_in(world, "plan_items", date(2010, 3, 1), *(item(n, task=1, focus=n) for n in planned))
    turn(world, "plan_breakdown", PLAN_CLOSES)
    closed = period(world, "plan_breakdown", "2010")
    assert [row[1:3] for row in table(closed, "未列入方案的上年重点事项")] == [row[1:] for row in left]
    assert [text.partition(":")[0] for text in flaws(closed, "BZ-56")] == [code for code, _, _ in left]
    assert closed.outcome["figures"]["focus_items"] == 3


def test_a_focus_item_is_its_subjects_own(world):
    """BZ-56: what the team plans does not answer for a member's item."""
    tasks(world, 1)
    left_over(world, "P12", 1)
    hand_in(world, "plan_items", date(2010, 3, 1), item(1, focus=1))
    turn(world, "plan_breakdown", PLAN_CLOSES)
    assert len(flaws(period(world, "plan_breakdown", "2010"), "BZ-56")) == 1


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
    found = flaws(period(large, "contact_points", "2010"), "BZ-27")
    assert [text[:5] for text in found] == gaps


def test_a_contact_person_who_stopped_covers_nobody(world):
    hand_in(world, "contact_points", date(2010, 1, 11), contact("U1"), contact("U2", ended=True))
    turn(world, "contact_points", date(2010, 2, 1))
    assert len(flaws(period(world, "contact_points", "2010"), "BZ-27")) == 1


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
    assert period(world, "contact_hearing", "2010Q2").state == "open"
    turn(world, "contact_hearing", date(2010, 7, 1))
    late = [
        row for row in obligations(world, "contact_hearing") if row.state == "open" and row.due_on < date(2010, 7, 1)
    ]
    assert [(row.slot, row.recipient) for row in late] == [("2010Q2", "discipline_standing_committee")]
    assert period(world, "contact_hearing", "2010Q2").outcome["figures"]["missing"] == 1
    assert period(world, "contact_hearing", "2010Q1").outcome["figures"]["missing"] == 0


def test_the_hearing_is_told_what_the_contact_persons_found_in_its_quarter(world):
    """BZ-28: a visit on 31 March belongs to the first quarter, one on 1 April does not."""
    visit = {"contact": "岳望舒", "findings": "责任书已签"}
    days = (date(2010, 3, 30), date(2010, 3, 31), date(2010, 4, 1))
    units = ("U1", "U1", "U2")
    rows = ({"unit": unit, "inspected_on": day, **visit} for unit, day in zip(units, days, strict=True))
    hand_in(world, "contact_inspections", date(2010, 4, 1), *rows)
    turn(world, "contact_hearing", date(2010, 4, 1))
    closed = period(world, "contact_hearing", "2010Q1")
    figures = closed.outcome["figures"]
    assert (figures["inspections"], figures["units_inspected"]) == (2, 1)
    assert [row[:2] for row in table(closed, "督导检查记录")] == [
        ("2010-03-30", "州水务局"),
        ("2010-03-31", "州水务局"),
    ]


# BZ-29: the half-yearly meeting


def meet(world: House, on: date, units: int, present: int) -> None:
    hand_in(world, "supervision_meetings", on, {"held_on": on, "chair": "岳望舒", "minutes": "通报督查情况"})
    rows = ({"unit": f"U{n}", "person": f"P{n}1", "present": n <= present, "held_on": on} for n in range(1, units + 1))
    hand_in(world, "meeting_attendance", on, *rows)


@pytest.mark.parametrize(("present", "absent"), [(41, ["P421", "P431"]), (43, [])])
def test_absent_principals_of_the_half_yearly_meeting_are_listed(large, present, absent):
    """BZ-29: 41 of 43 principals leave two absences."""
    meet(large, date(2010, 6, 29), 43, present)
    turn(large, "supervision_meeting", date(2010, 7, 1))
    found = flaws(period(large, "supervision_meeting", "2010H1"), "BZ-29")
    assert [text.partition(":")[0] for text in found] == absent


def test_one_meeting_in_the_year_leaves_the_second_half_missing(world):
    """BZ-29: at the year's end."""
    meet(world, date(2010, 6, 29), 2, 2)
    turn(world, "supervision_meeting", date(2011, 1, 1))
    missing = {
        slot: period(world, "supervision_meeting", slot).outcome["figures"]["missing"] for slot in ("2010H1", "2010H2")
    }
    assert missing == {"2010H1": 0, "2010H2": 1}


# BZ-30, BZ-31: the mid-year check


def checked(unit: str, on: date, role: str = "standing_committee_member") -> dict[str, Any]:
    results = {"responsibility_result": "已落实", "key_tasks_result": "已完成"}
    return {"unit": unit, "leader": "岳望舒", "leader_role": role, **results, "midyear_checked": True, "checked_on": on}


def test_the_check_is_owed_by_every_unit_from_june_to_august(world):
    """BZ-30: nothing is owed on 31 May; the window is 1 June to 31 August."""
    turn(world, "midyear_check", date(2010, 5, 31))
    assert obligations(world, "midyear_check") == []
    turn(world, "midyear_check", date(2010, 6, 1))
    assert [(row.owner, row.opened_on, row.due_on) for row in obligations(world, "midyear_check")] == [
        (unit, date(2010, 6, 1), date(2010, 8, 31)) for unit in ("U1", "U2")
    ]


def test_a_unit_without_record_is_missing_and_the_other_has_its_fact(world):
    """BZ-30, BZ-31: the record is the fact without which nobody of the unit may be graded."""
    hand_in(world, "midyear", date(2010, 6, 17), checked("U1", date(2010, 6, 17)))
    turn(world, "midyear_check", date(2010, 9, 1))
    closed = period(world, "midyear_check", "2010")
    assert (closed.outcome["figures"]["expected"], closed.outcome["figures"]["missing"]) == (2, 1)
    assert state(world, "midyear_check") == {"U1": "accepted", "U2": "open"}
    with reading(world.engine) as session:
        facts = session.exec(select(Fact).where(Fact.name == "midyear_checked")).all()
        assert [(fact.subject, fact.value) for fact in facts] == [("U1", "true")]


def test_a_check_led_by_another_is_refused(small_year, tmp_path):
    """BZ-30: an ordinary member of the commission may not lead it."""
    row = checked("U1", date(2010, 6, 17), "other")
    assert "BZ-30" in refused(small_year, tmp_path, "midyear", row)


# BZ-47, BZ-51, BZ-57: cases, clues, the survey


def case(number: str, action: str = "ADMONITION_TALK", **changes: Any) -> dict[str, Any]:
    told = {"subject": "P12", "channel": "midyear", "problem": "招标备案不及时", "opened_on": "2010-07-05"}
    return {"number": number, "action": action, **told, **changes}


def test_a_case_without_channel_is_refused(small_year, tmp_path):
    """BZ-47: it says on what it rests."""
    assert "依据来源" in refused(small_year, tmp_path, "accountability_cases", case("究1") | {"channel": ""})


@pytest.mark.parametrize("channel", ["midyear", "year_end", "ordinary"])
def test_a_case_of_each_channel_proposes_its_measure(world, channel):
    """BZ-47: proposed by the quarter's closing, with its number and problem, to be settled by a person."""
    hand_in(world, "accountability_cases", date(2010, 7, 5), case("究1", channel=channel))
    turn(world, "supervision", date(2010, 10, 1))
    figures = period(world, "supervision", "2010Q3").outcome["figures"]
    assert (figures["cases"], figures[f"cases_{channel}"]) == (1, 1)
    with reading(world.engine) as session:
        row = session.exec(select(Consequence)).one()
        assert (row.subject, row.rule, row.action, row.state) == ("P12", "BZ-47", "ADMONITION_TALK", "proposed")
        assert "REMINDER_TALK" in row.options
        assert "责任追究" in row.detail["clause"]


def test_cases_of_one_quarter_are_put_together_by_whom_and_what(world):
    """BZ-47: two reasons for one talk are one proposal with both; another measure is another."""
    rows = (case("究1"), case("究2", channel="ordinary"), case("究3", "DISCIPLINARY_SANCTION"))
    hand_in(world, "accountability_cases", date(2010, 7, 5), *rows)
    turn(world, "supervision", date(2010, 10, 1))
    with reading(world.engine) as session:
        found = {row.action: row.detail["grounds"] for row in session.exec(select(Consequence))}
    assert {action: [ground["编号"] for ground in grounds] for action, grounds in found.items()} == {
        "ADMONITION_TALK": ["究1", "究2"],
        "DISCIPLINARY_SANCTION": ["究3"],
    }


@pytest.mark.parametrize(("action", "told"), [("ADMONITION_TALK", 1), ("RECTIFICATION_ORDER", 0)])
def test_a_measure_that_stands_already_is_not_proposed_again_but_told(world, action, told):
    """BZ-47: a second case of the year for the same talk does not vanish silently."""
    hand_in(world, "accountability_cases", date(2010, 3, 5), case("究1", opened_on="2010-03-05"))
    turn(world, "supervision", date(2010, 4, 1))
    with writing(world.engine) as session:
        row = session.exec(select(Consequence)).one()
        done = {"settled_action": row.action, "settled_by": "纪委常委乙", "settled_on": date(2010, 4, 2)}
        move(session, [row], "impose", by="纪委常委乙", at=moment(date(2010, 4, 2)), **done)
    hand_in(world, "accountability_cases", date(2010, 7, 5), case("究2", action))
    turn(world, "supervision", date(2010, 10, 1))
    assert len(flaws(period(world, "supervision", "2010Q3"), "BZ-47")) == told


def clues(results: Sequence[str]) -> list[dict[str, Any]]:
    moved = {"source_step": "investigation", "target": "discipline", "transferred_on": "2010-08-02"}
    told = {"content": "违规审批", "found_on": "2010-07-12"}
    return [{"number": f"线{n}", "result": result, **moved, **told} for n, result in enumerate(results, start=1)]


def test_nine_clues_come_to_eight_disciplined_and_one_handed_to_justice(world):
    """BZ-51: the two figures of the speech."""
    hand_in(world, "case_clues", date(2010, 9, 1), *clues(["disciplined"] * 8 + ["judicial"]))
    turn(world, "supervision", date(2011, 1, 1))
    figures = period(world, "supervision", "2010Q4").outcome["figures"]
    assert {name: figures[name] for name in ("clues", "disciplined", "judicial")} == {
        "clues": 9,
        "disciplined": 8,
        "judicial": 1,
    }
    assert len(table(period(world, "supervision", "2010Q3"), "案件线索")) == 9


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"target": "none"}, "移送何处"), ({"transferred_on": ""}, "移送日期"), ({"source_step": ""}, "发现环节")],
)
def test_a_clue_says_where_it_came_from_and_went(small_year, tmp_path, changes, told):
    """BZ-51: source step, transfer target, result."""
    assert told in refused(small_year, tmp_path, "case_clues", clues(["disciplined"])[0] | changes)


def test_a_clue_that_was_not_transferred_yet_is_pending(world):
    row = {"number": "线1", "source_step": "hotline", "content": "待核", "found_on": date(2010, 7, 12)}
    hand_in(world, "case_clues", date(2010, 7, 12), row)
    turn(world, "supervision", date(2010, 10, 1))
    figures = period(world, "supervision", "2010Q3").outcome["figures"]
    assert (figures["clues"], figures["transferred"], figures["disciplined"]) == (1, 0, 0)


def question(number: int, satisfied: int) -> dict[str, Any]:
    told = {"number": "调1", "body": "统计调查队", "random": True, "sample": 1000, "dated": "2010-05-20"}
    return {**told, "question_number": number, "question": f"问题{number}", "satisfied": satisfied}


def test_satisfaction_is_told_by_question_and_grades_nobody(world):
    """BZ-57: 867 and 804 of 1000 are 86.7 % and 80.4 %; no fact comes of it."""
    hand_in(world, "satisfaction", date(2010, 5, 20), question(1, 867), question(2, 804))
    turn(world, "supervision", date(2010, 7, 1))
    told = table(period(world, "supervision", "2010Q2"), "第三方满意度调查")
    assert [(row[0], row[-1]) for row in told] == [("问题1", "86.70"), ("问题2", "80.40")]
    with reading(world.engine) as session:
        assert session.exec(select(Fact)).all() == []


@pytest.mark.parametrize(("changes", "told"), [({"satisfied": 1001}, "不能多于"), ({"random": False}, "随机")])
def test_a_survey_that_is_no_random_sample_is_refused(small_year, tmp_path, changes, told):
    row = question(1, 867) | changes
    assert told in refused(small_year, tmp_path, "satisfaction", row)


def test_every_number_of_the_year_is_told_in_chinese(world):
    """All duties are turned to the year's end; no figure goes by the name that the code knows."""
    set_today(world, date(2011, 1, 4))
    turned = turn_all(world, SCHEME)
    assert [each.error for each in turned if each.error] == []
    pack = load_scheme(SCHEME)
    closed = [found for each in turned for found in each.closed]
    labels = {label for found in closed for label in label_figures(find_duty(pack, found.duty), found.figures)}
    assert len(labels) > 20
    assert [label for label in labels if label.isascii()] == []
