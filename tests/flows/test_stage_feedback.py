"""Feedback: consequences settled by a person, complete appraisals, the right channel, letters (BZ-17, BZ-50…54)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from models.followup import ArchiveEntry, Feedback, RectificationItem
from models.grading import Consequence
from tasks.desk import Desk
from tasks.followup.appraisals import feedback_gaps
from tasks.grading.result_uses import results_for
from tasks.stage import Outcome
from tasks.stages import feedback
from tests.flows.last_stages import (
    circulate,
    decide_all,
    desk_at_proposal,
    fill_appraisals,
    fill_evidence,
    fill_feedback,
    hand_in,
    reply,
    run,
    waiting,
)
from tests.support import unmet

CIRCULAR = date(2011, 1, 12)
TALK = "P12|BZ-17|ADMONITION_TALK"
ORDER = "P12|BZ-17|RECTIFICATION_ORDER"


def at_feedback(session: Session, grades: dict[str, str], *poor_before: str) -> Desk:
    """Bring a cycle with these grades to the feedback; all others are 较好, and some were 差 the year before."""
    desk = desk_at_proposal(session)
    past = {"year": 2009, "grade": "差", "dated": "2010-01-10"}
    hand_in(desk, "past_grades", [{"subject": subject, **past} for subject in poor_before])
    fill_evidence(desk, grades)
    assert decide_all(desk).state == "closed"
    later = circulate(desk, CIRCULAR)
    run(later, "feedback")
    return later


def settle(desk: Desk, *changes: dict[str, str], default_all: str = "impose_all") -> Outcome:
    return reply(desk, "feedback", default_all=default_all, changes=list(changes))


def change(name: str, decision: str, action: str = "", reason: str = "") -> dict[str, str]:
    return {"consequence": name, "decision": decision, "action": action, "reason": reason}


def consequence(desk: Desk, name: str) -> Consequence:
    subject, rule, action = name.split("|")
    query = select(Consequence).where(Consequence.subject == subject, Consequence.rule == rule)
    return desk.session.exec(query.where(Consequence.action == action)).one()


def items(desk: Desk, subject: str) -> list[RectificationItem]:
    query = select(RectificationItem).where(RectificationItem.subject == subject).order_by(RectificationItem.number)
    return list(desk.session.exec(query))


def test_imposing_all_settles_every_proposed_consequence(bring):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk)
    assert {row.state for row in desk.session.exec(select(Consequence))} == {"imposed"}
    assert consequence(desk, TALK).settled_by == "纪委常委乙"
    assert unmet(desk, feedback) == ["BZ-53", "BZ-52"]


@pytest.mark.parametrize(("reason", "stands"), [("", False), ("主动说明问题", True)])
def test_an_admonition_may_become_a_reminder_only_with_a_reason(bring, reason, stands):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk, change(TALK, "replace", "REMINDER_TALK", reason))
    row = consequence(desk, TALK)
    assert row.state == ("replaced" if stands else "proposed")
    assert row.settled_action == ("REMINDER_TALK" if stands else "")
    if not stands:
        assert "变更须写理由" in waiting(desk).question


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([change(TALK, "waive")], "免予须写理由"),
        ([change(TALK, "replace", "REMOVAL", "理由")], "不在可选之列:诫勉谈话、提醒谈话"),
        ([change(TALK, "replace", "ADMONITION_TALK", "理由")], "与建议相同,请选“落实”"),
        ([change(TALK, "impose", "REMINDER_TALK", "理由")], "须选“变更”并写理由"),
        ([change(TALK, "impose"), change(TALK, "impose")], "出现了两次"),
    ],
)
def test_a_faulty_settlement_is_refused_in_words(bring, rows, said):
    desk = bring(at_feedback, {"P12": "一般", "P13": "差"}, "P13")
    settle(desk, *rows, change("P13|BZ-19|ORDERED_RESIGNATION", "impose", "REMOVAL"))
    assert said in waiting(desk).question
    assert {row.state for row in desk.session.exec(select(Consequence))} == {"proposed"}


def test_settling_one_by_one_names_every_one_left_out(bring):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk, change(TALK, "impose"), default_all="individually")
    assert "顾文澜的“责令限期整改”(BZ-17)未列出" in waiting(desk).question
    names = [f"{row.subject}|{row.rule}|{row.action}" for row in desk.session.exec(select(Consequence))]
    settle(desk, *(change(name, "impose") for name in names), default_all="individually")
    assert feedback.stage_facts(desk)["consequences_unsettled"] == 0


def test_a_measure_on_a_cadre_poor_two_years_running_is_chosen_by_a_person(bring):
    desk = bring(at_feedback, {"P12": "差"}, "P12")
    name = "P12|BZ-19|ORDERED_RESIGNATION"
    settle(desk)
    assert "须由人选定一项措施" in waiting(desk).question
    settle(desk, change(name, "impose", "DEMOTION"))
    assert (consequence(desk, name).state, consequence(desk, name).settled_action) == ("imposed", "DEMOTION")


def test_nothing_is_asked_where_nothing_is_proposed(bring):
    desk = bring(at_feedback, {"U1": "好"})
    for row in desk.session.exec(select(Consequence)).all():
        desk.move(row, "impose", settled_action=row.action)
    assert feedback.ask(desk, feedback.stage_facts(desk)) is None


@pytest.mark.parametrize("part", ["good_practices", "staff_opinions", "group_opinion", "merits", "shortcomings"])
def test_an_appraisal_lacks_any_part_that_is_blank(bring, part):
    desk = bring(at_feedback, {})
    settle(desk)
    fill_appraisals(desk)
    fill_appraisals(desk, ["U1"], **{part: ""})
    feedback.settle(desk)
    assert list(feedback_gaps(desk)) == ["U1"]
    fill_appraisals(desk, ["U1"])
    feedback.settle(desk)
    assert feedback_gaps(desk) == {}


def test_a_members_appraisal_may_leave_good_practices_to_the_teams(bring):
    desk = bring(at_feedback, {})
    settle(desk)
    fill_appraisals(desk, ["U1", "P11"])
    fill_appraisals(desk, ["P11"], good_practices="")
    feedback.settle(desk)
    assert "P11" not in feedback_gaps(desk)


def test_requirements_are_needed_by_subjects_of_a_talk_and_by_nobody_else(bring):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk)
    fill_appraisals(desk, requirements="")
    feedback.settle(desk)
    assert feedback_gaps(desk) == {"P12": ["整改要求"]}


@pytest.mark.parametrize(("channel", "state"), [("letter", "waiting"), ("face_to_face", "closed")])
def test_a_subject_of_a_talk_is_told_face_to_face(bring, channel, state):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk, change(TALK, "replace", "REMINDER_TALK", "情节较轻"))
    fill_appraisals(desk)
    fill_feedback(desk, "letter")
    fill_feedback(desk, channel, ["P12"])
    assert run(desk, "feedback").state == state
    assert feedback.stage_facts(desk)["wrong_channel"] == (channel == "letter")


def test_a_corrected_channel_corrects_the_record(bring):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk)
    fill_appraisals(desk)
    fill_feedback(desk, "letter")
    assert run(desk, "feedback").state == "waiting"
    fill_feedback(desk, "face_to_face", ["P12"])
    assert run(desk, "feedback").state == "closed"


def test_each_shortcoming_becomes_an_item_with_its_requirement_and_the_orders_deadline(bring):
    desk = bring(at_feedback, {"P12": "一般"})
    fill_appraisals(desk)
    settle(desk)
    assert [(row.number, row.problem, row.requirement) for row in items(desk, "P12")] == [
        (1, "招标备案不及时", "逐项补齐备案"),
        (2, "谈心谈话走过场", "每季度谈话一次"),
    ]
    assert {row.due_on for row in items(desk, "P12")} == {date(2011, 4, 12)}
    assert items(desk, "P11") == []


@pytest.mark.parametrize(
    ("problems", "wanted", "expected"),
    [
        ("甲\n乙\n丙", "一", ["一", "一", "一"]),
        ("甲\n乙", "一\n二\n三", ["一", "二;三"]),
        ("甲", "", ["限期整改"]),
    ],
)
def test_requirements_that_do_not_match_in_number_still_leave_no_item_bare(bring, problems, wanted, expected):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk)
    fill_appraisals(desk, ["P12"], shortcomings=problems, requirements=wanted)
    feedback.settle(desk)
    assert [row.requirement for row in items(desk, "P12")] == expected


def test_a_waived_talk_and_order_leave_nothing_to_rectify(bring):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk, change(TALK, "waive", "", "已调离"), change(ORDER, "waive", "", "已调离"))
    fill_appraisals(desk)
    feedback.settle(desk)
    assert items(desk, "P12") == []


def test_every_subject_gets_a_letter_and_only_those_concerned_an_order(bring, out):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk, change(TALK, "replace", "REMINDER_TALK", "情节较轻"))
    fill_appraisals(desk)
    fill_feedback(desk)
    assert run(desk, "feedback").state == "closed"
    folder: Path = out / desk.cycle.key
    assert len(list((folder / "反馈意见书").rglob("*.html"))) == 12
    orders = [path.name for path in (folder / "谈话和整改通知书").glob("*.html")]
    assert orders == ["P12_顾文澜.html"]
    text = (folder / "谈话和整改通知书" / orders[0]).read_text(encoding="utf-8")
    assert "提醒谈话" in text
    assert "2011年4月12日" in text
    assert len(desk.session.exec(select(Feedback).where(Feedback.state == "given")).all()) == 12


def test_what_was_imposed_joins_the_archive(bring):
    desk = bring(at_feedback, {"P12": "一般"})
    settle(desk)
    fill_appraisals(desk)
    fill_feedback(desk)
    run(desk, "feedback")
    told: Any = results_for(desk.session, "P12", "reward")[0]
    assert set(told.consequences) == {"年度考核等次受限", "诫勉谈话", "责令限期整改"}
    assert results_for(desk.session, "P11", "reward")[0].consequences == ()
    kinds = [entry.kind for entry in desk.session.exec(select(ArchiveEntry))]
    assert (kinds.count("grade"), kinds.count("consequence")) == (9, 1)
