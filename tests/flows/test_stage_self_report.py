"""印发述廉报告 at its boundaries: a team of three owes four reports (BZ-35)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.duty import Obligation, Submission
from models.outbox import Message
from models.roster import Person
from models.session import writing
from tasks.cycle.adjust_subjects import add_subject, withdraw_subject
from tasks.desk import Desk
from tasks.stages import self_report
from tests.flows.first_stages import (
    TODAY,
    report,
)
from tests.support import fill_form, make_cycle, make_desk, open_stage, unmet


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield make_desk(session, make_cycle(session), TODAY)


def test_one_missing_report_holds_the_stage_and_is_named(desk: Desk) -> None:
    open_stage(desk, self_report)
    everyone = [row.code for row in desk.subjects()]
    fill_form(desk, "self_reports", *[report(code) for code in everyone if code != "P13"])
    facts = self_report.stage_facts(desk)
    name = next(row.name for row in desk.subjects() if row.code == "P13")
    assert facts == {"reports_expected": 8, "reports_missing": 1}
    assert self_report.reports(desk, facts)[0].table == ({"单位": "州水务局", "事项": "述廉报告", "缺少": name},)
    assert unmet(desk, self_report) == ["BZ-35"]
    fill_form(desk, "self_reports", report("P13"))
    assert unmet(desk, self_report) == []


def test_every_subject_owes_a_report_before_the_stage_ends(desk: Desk) -> None:
    open_stage(desk, self_report)
    owed = desk.session.exec(select(Obligation)).all()
    due = desk.stage("self_report").due_on
    assert {row.owner for row in owed} == {row.code for row in desk.subjects()}
    assert due is not None
    assert {desk.calendar.between(row.due_on, due) for row in owed} == {3}


def test_a_registered_report_is_submitted_and_accepted_once(desk: Desk) -> None:
    open_stage(desk, self_report)
    fill_form(desk, "self_reports", report("U1"))
    self_report.settle(desk)
    self_report.settle(desk)
    owed = desk.session.exec(select(Obligation).where(Obligation.owner == "U1")).one()
    handed_in = desk.session.exec(select(Submission)).one()
    assert (owed.state, handed_in.state, handed_in.attempt) == ("accepted", "accepted", 1)


def test_a_report_that_came_early_is_taken_when_the_stage_opens(desk: Desk) -> None:
    fill_form(desk, "self_reports", *[report(row.code) for row in desk.subjects()])
    open_stage(desk, self_report)
    assert unmet(desk, self_report) == []


def test_each_unit_is_told_once(desk: Desk) -> None:
    open_stage(desk, self_report)
    self_report.open_stage(desk)
    sent = desk.session.exec(select(Message)).all()
    assert sorted(row.recipient for row in sent) == ["U1", "U2"]
    assert "班子成员3份" in sent[0].body


def test_who_joins_later_owes_a_report_and_who_leaves_owes_none(desk: Desk) -> None:
    open_stage(desk, self_report)
    desk.session.add(Person(id="P99", name="新任"))
    desk.session.flush()
    add_subject(desk, code="P99", unit_id="U1", tier="deputy", title="副局长", reason="调入", by="管理员甲")
    withdraw_subject(desk, code="P12", reason="调离", by="管理员甲")
    assert unmet(desk, self_report) == ["BZ-35"]
    owed = {row.owner: row.state for row in desk.session.exec(select(Obligation))}
    assert (owed["P99"], owed["P12"]) == ("open", "waived")
    assert self_report.stage_facts(desk)["reports_expected"] == 8
