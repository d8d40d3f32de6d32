"""Rectification: quarterly reports, verification by others, closing, carry-over into next year (BZ-17, BZ-55, 56)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from models.duty import DeadlineChange, Obligation, Submission
from models.followup import FocusItem, RectificationItem, RectificationReport
from models.outbox import Message
from models.session import writing
from tasks.desk import Desk
from tasks.followup.rectification import overdue_days
from tasks.followup.verifications import verification_faults
from tasks.stage import Outcome
from tasks.stages import rectify
from tests.flows.kept import desk_after
from tests.flows.last_stages import (
    at,
    circulate,
    decide_all,
    desk_at_proposal,
    fill_appraisals,
    fill_evidence,
    fill_feedback,
    hand_in,
    reply,
    run,
)

DECIDED = date(2010, 1, 12)
TALK = date(2010, 2, 10)  # as in BZ-55
QUARTER_ENDS = [date(2010, 3, 31), date(2010, 6, 30), date(2010, 9, 30), date(2010, 12, 31)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A cycle at the day of the talk with P12, who is to mend two things by 20 April."""
    with desk_after("rectify", lambda session: at_rectification(session, {"P12": "一般"}), tmp_path) as desk:
        yield desk


def at_rectification(session: Session, grades: dict[str, str]) -> Desk:
    desk = desk_at_proposal(session, units=1, on=DECIDED)
    fill_evidence(desk, grades)
    assert decide_all(desk).state == "closed"
    later = circulate(desk, date(2010, 1, 20))
    run(later, "feedback")
    reply(later, "feedback", default_all="impose_all", changes=[])
    talk = at(desk, TALK)
    fill_appraisals(talk)
    fill_feedback(talk)
    assert run(talk, "feedback").state == "closed"
    run(talk, "rectify")
    return talk


def report(desk: Desk, day: date, quarter: str, *numbers: int, **changes: Any) -> Outcome:
    row = {"subject": "P12", "quarter": quarter, "measures": "补齐台账", "responsible": "顾文澜"}
    row |= {"progress": "已补齐", "evidence": "台账", "done": True, "reported_on": day} | changes
    later = at(desk, day)
    hand_in(later, "rectification_reports", [{**row, "item": number} for number in numbers])
    return run(later, "rectify")


def verify(desk: Desk, day: date, by: str, *numbers: int, accepted: bool = True, **more: Any) -> Outcome:
    row = {"subject": "P12", "verified_by": by, "accepted": accepted, "opinion": "现场核对", "verified_on": day}
    row |= more
    later = at(desk, day)
    hand_in(later, "verifications", [{**row, "item": number} for number in numbers])
    return run(later, "rectify")


def items(desk: Desk) -> list[RectificationItem]:
    return list(desk.session.exec(select(RectificationItem).order_by(RectificationItem.number)))


def owed(desk: Desk) -> list[Obligation]:
    query = select(Obligation).where(Obligation.duty == "rectification_report").order_by(Obligation.due_on)
    return list(desk.session.exec(query))


def test_a_talk_owes_a_report_at_each_quarter_end_to_the_next_assessment(desk):
    assert [(row.owner, row.due_on) for row in owed(desk)] == [("P12", day) for day in QUARTER_ENDS]


def test_without_talk_or_order_the_stage_closes_at_once(sqlite_engine):
    with writing(sqlite_engine) as session:
        desk = at_rectification(session, {})
        assert desk.stage("rectify").state == "closed"


def test_a_report_is_missing_from_the_day_after_its_due_day(desk):
    run(at(desk, date(2010, 3, 31)), "rectify")
    assert rectify.stage_facts(at(desk, date(2010, 3, 31)))["reports_missing"] == 0
    assert rectify.stage_facts(at(desk, date(2010, 4, 1)))["reports_missing"] == 1


def test_a_quarter_is_reported_once_every_open_item_is(desk):
    report(desk, date(2010, 3, 30), "2010Q1", 1)
    assert [row.state for row in owed(desk)] == ["open"] * 4
    report(desk, date(2010, 3, 31), "2010Q1", 2)
    assert [row.state for row in owed(desk)] == ["accepted", "open", "open", "open"]
    handed_in = select(Submission).join(Obligation).where(Obligation.duty == "rectification_report")
    assert [row.state for row in desk.session.exec(handed_in)] == ["accepted"]
    assert [row.state for row in items(desk)] == ["reported", "reported"]


def test_a_corrected_report_replaces_the_one_before(desk):
    report(desk, date(2010, 3, 30), "2010Q1", 1, progress="进行中", done=False)
    report(desk, date(2010, 3, 31), "2010Q1", 1)
    rows = desk.session.exec(select(RectificationReport).order_by(RectificationReport.id)).all()
    assert [(row.state, row.progress) for row in rows] == [("replaced", "进行中"), ("current", "已补齐")]


@pytest.mark.parametrize(
    ("by", "why"), [("顾文澜", "验收人“顾文澜”就是责任人或报告人"), ("邵景行", "就是责任人"), ("岳文澜", "")]
)
def test_an_item_is_closed_by_someone_else_than_those_responsible(desk, by, why):
    report(desk, date(2010, 3, 31), "2010Q1", 1, 2, responsible="邵景行" if by == "邵景行" else "顾文澜")
    verify(desk, date(2010, 4, 2), by, 1)
    assert items(desk)[0].state == ("reported" if why else "closed")
    assert items(desk)[0].verified_by == ("" if why else by)
    faults = [text for _, text in verification_faults(desk)]
    assert len(faults) == bool(why)
    assert all(why in text for text in faults)


def test_an_item_without_a_report_stays_open(desk):
    verify(desk, date(2010, 4, 2), "岳文澜", 1)
    assert items(desk)[0].state == "open"
    assert [text for _, text in verification_faults(desk)] == ["尚无季度报告,不能验收"]


def deadlines(desk: Desk) -> list[Obligation]:
    query = select(Obligation).where(Obligation.duty == "rectification_item").order_by(Obligation.slot)
    return list(desk.session.exec(query))


def test_each_item_is_owed_on_its_own_deadline(desk):
    told = [(row.owner, row.slot, row.recipient, row.due_on, row.state) for row in deadlines(desk)]
    assert told == [("P12", str(number), "U1", date(2010, 4, 20), "open") for number in (1, 2)]
    report(desk, date(2010, 3, 31), "2010Q1", 1, 2, done=False)
    assert [row.state for row in deadlines(desk)] == ["open", "open"]
    report(desk, date(2010, 4, 1), "2010Q2", 1)
    assert [row.state for row in deadlines(desk)] == ["submitted", "open"]
    verify(desk, date(2010, 4, 2), "岳文澜", 1, 2)
    assert [row.state for row in deadlines(desk)] == ["accepted", "accepted"]


def test_what_verification_did_not_accept_goes_back_with_its_reason_and_is_asked_for_anew(desk):
    report(desk, date(2010, 3, 31), "2010Q1", 1, 2)
    verify(desk, date(2010, 4, 2), "岳文澜", 1, accepted=False)
    item, owed_again = items(desk)[0], deadlines(desk)[0]
    assert (item.state, item.returned, item.verified_by) == ("open", "现场核对", "")
    assert (owed_again.state, owed_again.attempt, owed_again.due_on) == ("returned", 2, date(2010, 4, 20))
    shown = [row for row in rectify.reports(desk, rectify.stage_facts(desk))[1].table if row["序号"] == 1]
    assert [(row["状态"], row["退回理由"]) for row in shown] == [("退回重改", "现场核对")]
    told = desk.session.exec(select(Message).where(Message.kind == "obligation")).all()
    assert ["第1项验收未通过" in message.body for message in told if message.recipient == "U1"].count(True) == 1


def test_returned_work_waits_for_the_verification_after_the_next_report(desk):
    report(desk, date(2010, 3, 31), "2010Q1", 1, 2)
    verify(desk, date(2010, 4, 2), "岳文澜", 1, accepted=False)
    run(at(desk, date(2010, 4, 3)), "rectify")
    assert verification_faults(desk) == []
    report(desk, date(2010, 4, 6), "2010Q2", 1, progress="已重新整改")
    assert (items(desk)[0].state, deadlines(desk)[0].state) == ("reported", "submitted")
    verify(desk, date(2010, 4, 7), "岳文澜", 1)
    assert (items(desk)[0].state, deadlines(desk)[0].state) == ("closed", "accepted")


def test_a_verifier_may_set_a_new_deadline_for_what_goes_back(desk):
    report(desk, date(2010, 3, 31), "2010Q1", 1, 2)
    verify(desk, date(2010, 4, 2), "岳文澜", 1, accepted=False, due_again="2010-05-31")
    assert [row.due_on for row in deadlines(desk)] == [date(2010, 5, 31), date(2010, 4, 20)]
    change = desk.session.exec(select(DeadlineChange)).one()
    assert (change.cause, change.due_before, change.due_after) == ("return", date(2010, 4, 20), date(2010, 5, 31))


def test_all_items_closed_end_the_stage_and_later_quarters_are_owed_no_more(desk):
    report(desk, date(2010, 3, 31), "2010Q1", 1, 2)
    outcome = verify(desk, date(2010, 4, 2), "岳文澜", 1, 2)
    assert outcome.state == "closed"
    assert [row.state for row in owed(desk)] == ["accepted", "waived", "waived", "waived"]
    assert {row.state for row in items(desk)} == {"closed"}


def test_a_quarter_that_ended_before_the_items_were_closed_is_still_owed(desk):
    report(desk, date(2010, 4, 5), "2010Q2", 1, 2)
    outcome = verify(desk, date(2010, 4, 6), "岳文澜", 1, 2)
    assert outcome.state == "waiting"
    assert rectify.stage_facts(at(desk, date(2010, 4, 6)))["reports_missing"] == 1
    assert report(desk, date(2010, 4, 7), "2010Q1", 1, 2).state == "closed"


def test_open_items_are_carried_over_after_the_last_quarter_and_all_become_focus(desk):
    for day, quarter in zip(QUARTER_ENDS, ("2010Q1", "2010Q2", "2010Q3", "2010Q4"), strict=True):
        assert report(desk, day, quarter, 1, 2, done=False).state == "waiting"
    verify(desk, date(2010, 12, 31), "岳文澜", 1)
    assert run(at(desk, date(2010, 12, 31)), "rectify").state == "waiting"
    assert run(at(desk, date(2011, 1, 1)), "rectify").state == "closed"
    assert [row.state for row in items(desk)] == ["closed", "carried_over"]
    focus = desk.session.exec(select(FocusItem).order_by(FocusItem.id)).all()
    assert [(row.year, row.subject, row.item_id) for row in focus] == [(2010, "P12", row.id) for row in items(desk)]


def test_a_reminder_goes_out_once_when_a_quarter_opens(desk):
    for day in (date(2010, 3, 31), date(2010, 4, 1), date(2010, 4, 2)):
        run(at(desk, day), "rectify")
    told = desk.session.exec(select(Message.dedupe).where(Message.kind == "quarterly_report")).all()
    assert [dedupe.rpartition("|")[2] for dedupe in told] == ["2010Q1", "2010Q2"]


@pytest.mark.parametrize(("day", "late"), [(date(2010, 4, 20), 0), (date(2010, 4, 21), 1), (date(2010, 5, 20), 30)])
def test_an_item_is_late_from_the_day_after_its_deadline(desk, day, late):
    assert overdue_days(items(desk)[0], day) == late


def test_a_report_on_an_item_that_does_not_exist_is_left_aside(desk):
    report(desk, date(2010, 3, 31), "2010Q1", 7)
    assert desk.session.exec(select(RectificationReport)).all() == []


def test_each_quarter_leaves_a_report_of_the_subject_and_a_summary(desk, out):
    report(desk, date(2010, 3, 31), "2010Q1", 1, 2)
    run(at(desk, date(2010, 7, 1)), "rectify")
    folder = out / desk.cycle.key / "整改"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")) == [
        "2010Q1/P12_顾文澜.html",
        "2010Q1/汇总.html",
        "2010Q2/P12_顾文澜.html",
        "2010Q2/汇总.html",
    ]
    text = (folder / "2010Q2" / "汇总.html").read_text(encoding="utf-8")
    assert "2010年第一季度：已收" in text
    assert "2010年第二季度：逾期" in text
    assert "附件：各整改对象2010年第二季度整改报告（1份）" in text
    assert all(path.with_suffix(".docx").is_file() for path in folder.rglob("*.html"))
