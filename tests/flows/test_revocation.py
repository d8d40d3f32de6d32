"""A revoked event reopens what rested on it, in open and closed cycles; nothing decided changes by itself."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from models.cycle import Gate
from models.duty import Obligation
from models.followup import ArchiveEntry, RectificationItem
from models.grading import Consequence, DecidedGrade
from models.outbox import Message
from models.session import writing
from tasks.desk import Desk
from tasks.followup.focus import focus_items
from tasks.grading.consequences import GRADE_REVIEW
from tasks.grading.result_uses import results_for
from tasks.grading.settlement import ask_routine
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
from tests.flows.routine_desk import reply_to

SANCTION = {
    "number": "C1",
    "kind": "sanction",
    "about": "P11",
    "subtype": "party_discipline",
    "document": "州纪发〔2009〕9号",
    "occurred_on": "2009-06-01",
    "detail": "违规接受宴请",
}
REVOKED = SANCTION | {"revoked": True, "revoked_reason": "复查撤销"}


def sanctioned(session: Session, *more: dict[str, Any]) -> Desk:
    """The principal of U1 was sanctioned: both are 差 (BZ-48); feedback is done, P21 is 一般 for another reason."""
    desk = desk_at_proposal(session, units=2, on=date(2010, 1, 12))
    hand_in(desk, "events", [SANCTION, *more])
    grades = {"U1": "差", "P11": "差", "P12": "较好", "P21": "一般"}
    fill_evidence(desk, grades)
    assert decide_all(desk).state == "closed"
    later = circulate(desk, date(2010, 1, 20))
    run(later, "feedback")
    reply(later, "feedback", default_all="impose_all", changes=[])
    talk = at(later, date(2010, 2, 10))
    fill_appraisals(talk)
    fill_feedback(talk)
    assert run(talk, "feedback").state == "closed"
    run(talk, "rectify")
    return talk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_after("sanctioned", sanctioned, tmp_path) as desk:
        yield desk


def rows(desk: Desk, *, review: bool = False) -> set[tuple[str, str, str]]:
    found = desk.session.exec(select(Consequence)).all()
    return {(row.subject, row.rule, row.state) for row in found if (row.action == GRADE_REVIEW) == review}


def revoke(desk: Desk, day: date = date(2010, 4, 6), row: dict[str, Any] = REVOKED) -> Desk:
    later = at(desk, day)
    hand_in(later, "events", [row])
    return later


def test_consequences_of_a_grade_that_the_event_forced_are_proposed_again(desk):
    assert ("P11", "BZ-17", "imposed") in rows(desk)
    later = revoke(desk)
    assert {state for subject, rule, state in rows(later) if rule == "BZ-17" and subject in ("U1", "P11")} == {
        "proposed"
    }
    assert {state for subject, _, state in rows(later) if subject == "P21"} == {"imposed"}
    row = later.session.exec(
        select(Consequence).where(Consequence.subject == "P11", Consequence.rule == "BZ-17")
    ).first()
    assert row is not None
    assert (row.settled_action, row.settled_on, row.detail["reopened"]["was"]) == ("", None, "ADMONITION_TALK")
    assert "州纪发〔2009〕9号(复查撤销)" in row.detail["remark"]


def test_the_decided_grades_stay_and_are_laid_before_the_committee(desk):
    before = {row.subject: row.grade for row in desk.session.exec(select(DecidedGrade))}
    later = revoke(desk)
    assert {row.subject: row.grade for row in later.session.exec(select(DecidedGrade))} == before
    assert rows(later, review=True) == {("U1", "BZ-48", "proposed"), ("P11", "BZ-48", "proposed")}


def test_the_administrator_is_told_once(desk):
    later = revoke(desk)
    revoke(later, date(2010, 4, 7))
    told = later.session.exec(select(Message).where(Message.recipient == "administrator", Message.kind == "gate")).all()
    assert ["须重新研究" in message.body for message in told].count(True) == 1


def test_the_archive_corrects_by_a_further_entry(desk):
    told = results_for(desk.session, "P11", "selection")[0]
    assert "诫勉谈话" in told.consequences
    count = len(desk.session.exec(select(ArchiveEntry)).all())
    later = revoke(desk)
    entries = later.session.exec(select(ArchiveEntry).order_by(ArchiveEntry.id)).all()
    assert len(entries) == count + 1
    assert (entries[-1].kind, entries[-1].person_id) == ("correction", "P11")
    assert "复查撤销" in entries[-1].content["reason"]
    told = results_for(later.session, "P11", "selection")[0]
    assert (told.grade, "诫勉谈话" in told.consequences) == ("差", False)


def test_an_open_cycle_asks_in_its_own_stage_and_the_answer_stands(desk):
    later = revoke(desk)
    assert ask_routine(later) is None
    outcome = run(later, "rectify")
    assert outcome.gate_key is not None
    assert run(later, "rectify").gate_key == outcome.gate_key
    reply(later, "rectify", default_all="impose_all", changes=[])
    assert {state for *_, state in rows(later)} == {"imposed"}


def test_items_of_a_measure_that_is_waived_after_all_are_withdrawn(desk):
    mine = select(RectificationItem.state).where(RectificationItem.subject == "P11")
    assert set(desk.session.exec(mine)) == {"open"}
    later = revoke(desk)
    run(later, "rectify")
    waived = [
        {"consequence": f"P11|BZ-17|{action}", "decision": "waive", "action": "", "reason": "事项已撤销"}
        for action in ("ADMONITION_TALK", "RECTIFICATION_ORDER")
    ]
    reply(later, "rectify", default_all="impose_all", changes=waived)
    assert set(later.session.exec(mine)) == {"withdrawn"}
    owed = select(Obligation.state).where(Obligation.owner == "P11", Obligation.duty.startswith("rectification"))
    assert set(later.session.exec(owed)) == {"waived"}
    others = select(RectificationItem.state).where(RectificationItem.subject == "P21")
    assert set(later.session.exec(others)) == {"open"}
    assert "P11" not in {row.subject for row in focus_items(later, 2010)}


def test_another_sanction_that_still_stands_keeps_everything(sqlite_engine):
    with writing(sqlite_engine) as session:
        other = SANCTION | {"number": "C2", "document": "州纪发〔2009〕10号"}
        desk = sanctioned(session, other)
        before = rows(desk)
        later = revoke(desk)
        assert rows(later) == before
        assert rows(later, review=True) == set()


@pytest.mark.parametrize(
    ("change", "reopened"),
    [({"detail": "更正文字"}, False), ({"about": "P21"}, True), ({"occurred_on": "2008-06-01"}, True)],
)
def test_a_corrected_event_reopens_only_what_it_no_longer_supports(desk, change, reopened):
    later = revoke(desk, row=SANCTION | change)
    assert bool(rows(later, review=True)) == reopened


def test_a_closed_cycle_takes_the_revocation_and_asks_anew(desk):
    closed = at(desk, date(2011, 2, 1))
    closed.move(closed.stage("rectify"), "close", closed_on=closed.today)
    closed.move(closed.cycle, "close", closed_at=closed.now)
    later = revoke(closed, date(2011, 2, 2))
    gate = later.session.exec(select(Gate).where(Gate.state == "open")).one()
    assert gate.stage == "routine"
    assert "所依据的事项已撤销" in gate.question
    waived = [
        {"consequence": name, "decision": "waive", "action": "", "reason": "事项已撤销"}
        for name in ("P11|BZ-17|ADMONITION_TALK", "P11|BZ-17|RECTIFICATION_ORDER")
    ]
    assert reply_to(later, gate, default_all="impose_all", changes=waived) is True
    assert {state for subject, rule, state in rows(later) if (subject, rule) == ("P11", "BZ-17")} == {"waived"}
    assert {state for *_, state in rows(later, review=True)} == {"imposed"}
