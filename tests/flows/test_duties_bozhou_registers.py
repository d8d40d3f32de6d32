"""Bozhou's meetings, mid-year check, cases, clues and surveys through the engine (BZ-29…31, 47, 51, 57)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from config.duties import find_duty
from config.scheme_loader import load_scheme
from models.evidence import Fact
from models.grading import Consequence
from models.session import reading, writing
from models.transitions import move
from tasks.duties.labels import label_figures
from tasks.duties.turn import turn_all
from tasks.wiring import House
from tests.duty_house import flaws, obligations, period_of, table
from tests.flows.bozhou_year import SCHEME, hand_in, refused, state, turn
from tests.flows.engine_house import set_today
from tests.support import moment

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
    found = flaws(period_of(large, "2010H1", "supervision_meeting"), "BZ-29")
    assert [text.partition(":")[0] for text in found] == absent


def test_one_meeting_in_the_year_leaves_the_second_half_missing(world):
    """BZ-29: at the year's end."""
    meet(world, date(2010, 6, 29), 2, 2)
    turn(world, "supervision_meeting", date(2011, 1, 1))
    missing = {
        slot: period_of(world, slot, "supervision_meeting").outcome["figures"]["missing"]
        for slot in ("2010H1", "2010H2")
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
    closed = period_of(world, "2010", "midyear_check")
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
    figures = period_of(world, "2010Q3", "supervision").outcome["figures"]
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


@pytest.mark.parametrize("action", ["ADMONITION_TALK", "RECTIFICATION_ORDER"])
def test_a_second_case_of_the_year_is_proposed_beside_what_stands(world, action):
    """BZ-47: a second case for the same talk does not vanish silently."""
    hand_in(world, "accountability_cases", date(2010, 3, 5), case("究1", opened_on="2010-03-05"))
    turn(world, "supervision", date(2010, 4, 1))
    with writing(world.engine) as session:
        row = session.exec(select(Consequence)).one()
        done = {"settled_action": row.action, "settled_by": "纪委常委乙", "settled_on": date(2010, 4, 2)}
        move(session, [row], "impose", by="纪委常委乙", at=moment(date(2010, 4, 2)), **done)
    hand_in(world, "accountability_cases", date(2010, 7, 5), case("究2", action))
    turn(world, "supervision", date(2010, 10, 1))
    with reading(world.engine) as session:
        rows = session.exec(select(Consequence).order_by(Consequence.id)).all()
        assert [(row.action, row.state) for row in rows] == [("ADMONITION_TALK", "imposed"), (action, "proposed")]


def clues(results: Sequence[str]) -> list[dict[str, Any]]:
    moved = {"source_step": "investigation", "target": "discipline", "transferred_on": "2010-08-02"}
    told = {"content": "违规审批", "found_on": "2010-07-12"}
    return [{"number": f"线{n}", "result": result, **moved, **told} for n, result in enumerate(results, start=1)]


def test_nine_clues_come_to_eight_disciplined_and_one_handed_to_justice(world):
    """BZ-51: the two figures of the speech."""
    hand_in(world, "case_clues", date(2010, 9, 1), *clues(["disciplined"] * 8 + ["judicial"]))
    turn(world, "supervision", date(2011, 1, 1))
    figures = period_of(world, "2010Q4", "supervision").outcome["figures"]
    assert {name: figures[name] for name in ("clues", "disciplined", "judicial")} == {
        "clues": 9,
        "disciplined": 8,
        "judicial": 1,
    }
    assert len(table(period_of(world, "2010Q3", "supervision"), "案件线索")) == 9


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
    figures = period_of(world, "2010Q3", "supervision").outcome["figures"]
    assert (figures["clues"], figures["transferred"], figures["disciplined"]) == (1, 0, 0)


def question(number: int, satisfied: int) -> dict[str, Any]:
    told = {"number": "调1", "body": "统计调查队", "random": True, "sample": 1000, "dated": "2010-05-20"}
    return {**told, "question_number": number, "question": f"问题{number}", "satisfied": satisfied}


def test_satisfaction_is_told_by_question_and_grades_nobody(world):
    """BZ-57: 867 and 804 of 1000 are 86.7 % and 80.4 %; no fact comes of it."""
    hand_in(world, "satisfaction", date(2010, 5, 20), question(1, 867), question(2, 804))
    turn(world, "supervision", date(2010, 7, 1))
    told = table(period_of(world, "2010Q2", "supervision"), "第三方满意度调查")
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
