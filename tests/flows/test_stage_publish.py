"""Publication: the notice in working days, objections, the circular, a decision made anew (BZ-21, BZ-22, BZ-46)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select

from config.settings import settings
from models.followup import ArchiveEntry
from models.grading import Consequence, Decision, Objection, PublicNotice
from models.outbox import Message
from tasks.desk import Desk
from tasks.grading.archive import archive_decision, withdraw_decision
from tasks.grading.result_uses import UnknownUse, results_for
from tasks.grading.rules import standing_decision
from tests.flows.kept import desk_after
from tests.flows.last_stages import at, decide_all, desk_at_proposal, fill_evidence, hand_in, reply, run, waiting

DECIDED = date(2010, 1, 12)  # a Tuesday, as in BZ-46
LAST = date(2010, 1, 19)
AFTER = date(2010, 1, 20)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_after("publishing", at_publication, tmp_path) as desk:
        yield desk


def at_publication(session: Session) -> Desk:
    desk = desk_at_proposal(session, on=DECIDED)
    fill_evidence(desk, {"U1": "好", "P12": "一般"})
    assert decide_all(desk).state == "closed"
    run(desk, "publish")
    return desk


def object_on(desk: Desk, day: date, number: str = "Y01", subject: str = "P12") -> None:
    row = {"number": number, "subject": subject, "content": "与事实不符", "received_on": day}
    hand_in(at(desk, max(day, desk.today)), "objections", [row])


def notice(desk: Desk) -> PublicNotice:
    return desk.session.exec(select(PublicNotice).order_by(PublicNotice.id.desc())).first()


def test_the_notice_lasts_five_working_days_from_the_day_after_the_decision(desk):
    assert (notice(desk).from_on, notice(desk).to_on) == (date(2010, 1, 13), LAST)


def test_nothing_is_asked_on_the_last_day_and_the_circular_the_day_after(desk):
    assert run(at(desk, LAST), "publish").gate_key is None
    assert notice(desk).state == "published"
    assert run(at(desk, AFTER), "publish").gate_key is not None
    assert notice(desk).state == "expired"


@pytest.mark.parametrize(
    ("today", "circular_on", "said"),
    [
        (AFTER, LAST, "须在公示期满"),
        (AFTER, AFTER, ""),
        (AFTER, date(2010, 1, 21), "晚于今天"),
        (date(2010, 1, 25), date(2010, 1, 24), "不是工作日,其后第一个工作日是 2010-01-25"),
    ],
)
def test_the_circular_comes_after_the_notice_on_a_working_day_not_in_the_future(desk, today, circular_on, said):
    later = at(desk, today)
    run(later, "publish")
    outcome = reply(later, "publish", circular_number="州纪发1号", circular_on=circular_on.isoformat())
    assert (outcome.state == "closed") is (not said)
    if said:
        assert said in waiting(later).question


def test_a_circular_needs_its_number(desk):
    later = at(desk, AFTER)
    run(later, "publish")
    assert reply(later, "publish", circular_on=AFTER.isoformat()).state == "waiting"
    assert "请填写通报文号" in waiting(later).question


def test_the_circular_goes_to_every_unit_and_dates_the_orders(desk):
    later = at(desk, AFTER)
    run(later, "publish")
    reply(later, "publish", circular_number="州纪发1号", circular_on=AFTER.isoformat())
    attached = desk.session.exec(select(Message.attachments).where(Message.kind == "circular")).all()
    assert {names[0].rpartition("/")[2] for names in attached} == {"通报.docx"}
    assert (settings().out / attached[0][0]).is_file()
    kinds = desk.session.exec(select(Message.recipient).where(Message.kind == "circular")).all()
    assert sorted(kinds) == ["U1", "U2", "U3"]
    order = desk.session.exec(select(Consequence).where(Consequence.action == "RECTIFICATION_ORDER")).one()
    assert order.due_on == date(2010, 4, 20)


def test_each_decided_cadre_gets_one_archive_entry_and_no_team_one(desk):
    later = at(desk, AFTER)
    run(later, "publish")
    reply(later, "publish", circular_number="州纪发1号", circular_on=AFTER.isoformat())
    entries = desk.session.exec(select(ArchiveEntry)).all()
    assert len(entries) == 9
    assert {entry.kind for entry in entries} == {"grade"}
    assert archive_decision(later, standing_decision(later)) == 0


def test_a_withdrawn_decision_adds_a_correction_to_every_entry_and_deletes_none(desk):
    decision = standing_decision(desk)
    archive_decision(desk, decision)
    assert withdraw_decision(desk, decision, "复核") == 9
    entries = desk.session.exec(select(ArchiveEntry)).all()
    assert [entry.kind for entry in entries].count("grade") == 9
    assert results_for(desk.session, "P12", "selection") == []


@pytest.mark.parametrize(("day", "counts"), [(date(2010, 1, 13), 1), (LAST, 1), (AFTER, 0)])
def test_an_objection_counts_from_the_first_to_the_last_day_of_the_notice(desk, day, counts):
    object_on(desk, day)
    run(at(desk, AFTER), "publish")
    assert len(desk.session.exec(select(Objection)).all()) == counts


def test_an_objection_without_reply_refuses_the_circular(desk):
    object_on(desk, LAST)
    later = at(desk, AFTER)
    run(later, "publish")
    outcome = reply(later, "publish", objections=[], circular_number="1号", circular_on=AFTER.isoformat())
    assert outcome.state == "waiting"
    assert "异议“Y01”尚未答复" in waiting(later).question


def test_a_rejected_objection_lets_the_circular_go_out(desk):
    object_on(desk, LAST)
    later = at(desk, AFTER)
    run(later, "publish")
    rows = [{"number": "Y01", "upheld": False, "reply": "依据充分"}]
    outcome = reply(later, "publish", objections=rows, circular_number="1号", circular_on=AFTER.isoformat())
    assert outcome.state == "closed"
    row = desk.session.exec(select(Objection)).one()
    assert (row.state, row.reply, row.replied_on) == ("rejected", "依据充分", AFTER)


def test_an_upheld_objection_reopens_the_decision_and_what_it_proposed(desk):
    object_on(desk, LAST)
    later = at(desk, AFTER)
    run(later, "publish")
    outcome = reply(later, "publish", objections=[{"number": "Y01", "upheld": True, "reply": "属实"}])
    assert outcome.state == "rewound"
    assert [desk.stage(code).state for code in ("propose", "decide", "publish")] == ["closed", "pending", "pending"]
    assert [row.state for row in desk.session.exec(select(Decision))] == ["replaced"]
    assert {(row.state, row.reason) for row in desk.session.exec(select(Consequence))} == {("waived", "决定重议")}


def test_the_new_decision_is_published_anew_and_only_its_own_consequences_stand(desk):
    object_on(desk, LAST)
    later = at(desk, AFTER)
    run(later, "publish")
    reply(later, "publish", objections=[{"number": "Y01", "upheld": True, "reply": "属实"}])
    run(later, "decide")
    relieved = {"subject": "P12", "grade": "较好", "reason": "异议成立"}
    answer = {"meeting": "州委常委会第3次会议", "decided_on": AFTER.isoformat(), "overrides": [relieved]}
    assert reply(later, "decide", **answer).state == "closed"
    run(later, "publish")
    assert [row.state for row in desk.session.exec(select(PublicNotice).order_by(PublicNotice.id))] == [
        "reopened",
        "published",
    ]
    assert (notice(desk).from_on, notice(desk).to_on) == (date(2010, 1, 21), date(2010, 1, 27))
    standing = {(row.subject, row.action) for row in desk.session.exec(select(Consequence)) if row.state == "proposed"}
    assert standing == {("U2", "ANNUAL_GRADE_CAP"), ("U3", "ANNUAL_GRADE_CAP")}
    last = at(desk, date(2010, 1, 28))
    run(last, "publish")
    assert reply(last, "publish", circular_number="2号", circular_on="2010-01-28").state == "closed"
    assert [row.grade for row in results_for(desk.session, "P12", "selection")] == ["较好"]


def test_results_are_told_newest_first_for_a_use_that_the_clause_names(desk):
    hand_in(desk, "past_grades", [{"year": 2008, "subject": "P12", "grade": "好", "dated": "2009-01-10"}])
    archive_decision(desk, standing_decision(desk))
    rows = results_for(desk.session, "P12", "selection")
    assert [(row.year, row.grade, row.use) for row in rows] == [(2009, "一般", "选拔任用"), (2008, "好", "选拔任用")]
    with pytest.raises(UnknownUse, match="selection"):
        results_for(desk.session, "P12", "promotion")
