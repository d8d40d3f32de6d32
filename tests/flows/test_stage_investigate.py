"""专项调查 at its boundaries: what the rules propose, what the gate refuses, what concludes (BZ-13, BZ-40)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.audit import Audit
from models.duty import Obligation
from models.evidence import Finding
from models.outbox import Message
from models.session import writing
from tasks.desk import Desk
from tasks.evidence.collect_facts import collect_facts
from tasks.stage import AnswerRefused
from tasks.stages import investigate, propose
from tests.flows.first_stages import (
    TODAY,
    ballots,
    complain,
    listed,
    result,
    survey,
)
from tests.support import ask_gate, fill_form, make_cycle, make_desk, open_stage, unmet


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield make_desk(session, make_cycle(session), TODAY)


@pytest.mark.parametrize(("dissatisfied", "valid", "triggered"), [(34, 100, 1), (33, 99, 0), (33, 100, 0)])
def test_more_than_a_third_dissatisfied_is_proposed_as_mandatory(
    desk: Desk, dissatisfied: int, valid: int, triggered: int
) -> None:
    fill_form(desk, "survey", survey("P12", dissatisfied, valid))
    open_stage(desk, investigate)
    assert investigate.stage_facts(desk)["triggered"] == triggered
    assert [row.mandatory for row in listed(desk).values()] == [True] * triggered


@pytest.mark.parametrize(("tally", "triggered"), [((40, 20, 20, 11), 1), ((30, 30, 20, 10), 0)])
def test_more_than_a_third_of_poor_ballots_is_proposed(
    desk: Desk, tally: tuple[int, int, int, int], triggered: int
) -> None:
    fill_form(desk, "ballots", ballots("U1", *tally))
    open_stage(desk, investigate)
    assert investigate.stage_facts(desk)["triggered"] == triggered
    assert [row.mandatory for row in listed(desk).values()] == [False] * triggered


@pytest.mark.parametrize(("calls", "triggered"), [(3, 1), (2, 0)])
def test_three_complaints_are_proposed(desk: Desk, calls: int, triggered: int) -> None:
    complain(desk, *["U1"] * calls)
    open_stage(desk, investigate)
    assert investigate.stage_facts(desk)["triggered"] == triggered


def test_nothing_triggered_closes_at_once(desk: Desk) -> None:
    open_stage(desk, investigate)
    facts = investigate.stage_facts(desk)
    assert unmet(desk, investigate) == []
    assert investigate.ask(desk, facts) is None
    assert "未触发" in investigate.reports(desk, facts)[0].markdown


def test_a_confirmed_list_is_ordered_with_deadline_and_told_to_the_commission(desk: Desk) -> None:
    fill_form(desk, "survey", survey("P12", 34, 100))
    open_stage(desk, investigate)
    gate = ask_gate(desk, investigate)
    investigate.take_answer(desk, gate, {"dropped": [], "added": [{"subject": "U2", "reason": "巡察移交"}]})
    rows = listed(desk)
    assert {row.state for row in rows.values()} == {"open"}
    assert rows["P12"].due_on == desk.calendar.add(TODAY, 20)
    assert rows["U2"].rules == []
    assert unmet(desk, investigate) == ["BZ-13"]
    sent = desk.session.exec(select(Message).where(Message.kind == "investigation")).all()
    assert [row.recipient for row in sent] == ["discipline_standing_committee"] * 2
    assert all("不满意" not in row.body for row in sent)


def test_a_mandatory_investigation_may_not_be_dropped(desk: Desk) -> None:
    fill_form(desk, "survey", survey("P12", 34, 100))
    open_stage(desk, investigate)
    with pytest.raises(AnswerRefused, match="BZ-13"):
        investigate.take_answer(desk, ask_gate(desk, investigate), {"dropped": [{"subject": "P12", "reason": "轻微"}]})
    assert listed(desk)["P12"].state == "proposed"


def test_another_may_be_dropped_with_a_reason_only(desk: Desk) -> None:
    fill_form(desk, "ballots", ballots("U1", 40, 20, 20, 11))
    open_stage(desk, investigate)
    gate = ask_gate(desk, investigate)
    with pytest.raises(AnswerRefused, match="理由"):
        investigate.take_answer(desk, gate, {"dropped": [{"subject": "U1", "reason": " "}]})
    investigate.take_answer(desk, gate, {"dropped": [{"subject": "U1", "reason": "上年已查"}]})
    assert listed(desk)["U1"].state == "dropped"
    assert unmet(desk, investigate) == []


@pytest.mark.parametrize("row", [{"subject": "U1", "reason": "x"}, {"subject": "P99", "reason": "x"}])
def test_only_subjects_off_the_list_may_be_added(desk: Desk, row: dict[str, str]) -> None:
    fill_form(desk, "ballots", ballots("U1", 40, 20, 20, 11))
    open_stage(desk, investigate)
    with pytest.raises(AnswerRefused, match="不能增加"):
        investigate.take_answer(desk, ask_gate(desk, investigate), {"added": [row]})


@pytest.mark.parametrize("outcome", ["substantiated", "unsubstantiated"])
def test_a_result_concludes_and_becomes_a_fact(desk: Desk, outcome: str) -> None:
    fill_form(desk, "survey", survey("P12", 34, 100))
    open_stage(desk, investigate)
    investigate.take_answer(desk, ask_gate(desk, investigate), {})
    fill_form(desk, "investigation_results", result("P12", outcome))
    finding = {"number": 1, "text": "报销不实", "substantiated": True, "dated": "2010-12-20"}
    fill_form(desk, "findings", finding | {"subject": "P12"})
    assert unmet(desk, investigate) == []
    facts = collect_facts(desk.session, desk.cycle, TODAY).facts
    assert ("P12", "investigation", outcome) in facts.select("subject", "name", "value").rows()
    assert desk.session.exec(select(Finding)).one().text == "报销不实"
    assert desk.session.exec(select(Obligation)).one().state == "accepted"


def test_a_corrected_complaint_takes_a_draft_off_the_list_and_its_question_away(desk: Desk) -> None:
    open_stage(desk, investigate)
    complain(desk, "U1", "U1", "U1")
    gate = ask_gate(desk, investigate)
    complain(desk, "U1", "U1", "U2")
    assert unmet(desk, investigate) == []
    assert gate.state == "dropped"
    assert listed(desk) == {}


def test_an_answer_to_an_older_list_is_refused(desk: Desk) -> None:
    fill_form(desk, "survey", survey("P12", 34, 100))
    open_stage(desk, investigate)
    gate = ask_gate(desk, investigate)
    desk.move(gate, "answer", answer={})
    complain(desk, "P13", "P13", "P13")
    investigate.settle(desk)
    with pytest.raises(AnswerRefused, match="名单已重新生成"):
        investigate.take_answer(desk, gate, {})


def test_a_late_complaint_adds_to_a_confirmed_list(desk: Desk) -> None:
    fill_form(desk, "survey", survey("P12", 34, 100))
    open_stage(desk, investigate)
    investigate.take_answer(desk, ask_gate(desk, investigate), {})
    complain(desk, "U2", "U2", "U2")
    assert unmet(desk, investigate) == ["BZ-40", "BZ-13"]
    investigate.take_answer(desk, ask_gate(desk, investigate), {})
    assert {code: row.state for code, row in listed(desk).items()} == {"P12": "open", "U2": "open"}


def test_a_dropped_subject_comes_back_when_the_survey_demands_it(desk: Desk) -> None:
    fill_form(desk, "ballots", ballots("U1", 40, 20, 20, 11))
    open_stage(desk, investigate)
    gate = ask_gate(desk, investigate)
    investigate.take_answer(desk, gate, {"dropped": [{"subject": "U1", "reason": "上年已查"}]})
    desk.move(desk.stage("evaluate"), "reopen", reason="重新计票")
    fill_form(desk, "survey", survey("U1", 34, 100))
    assert unmet(desk, investigate) == ["BZ-40"]
    assert (listed(desk)["U1"].state, listed(desk)["U1"].mandatory) == ("proposed", True)


def test_a_complaint_during_the_proposal_sends_the_cycle_back(desk: Desk) -> None:
    open_stage(desk, investigate)
    investigate.close_stage(desk)
    open_stage(desk, propose)
    complain(desk, "U1", "U1", "U2")
    propose.settle(desk)
    assert desk.stage("propose").state == "open"
    complain(desk, "U1", "U1", "U1")
    propose.settle(desk)
    assert (desk.stage("propose").state, desk.stage("investigate").state) == ("pending", "pending")
    open_stage(desk, investigate)
    assert unmet(desk, investigate) == ["BZ-40"]


def test_what_a_person_took_off_the_list_does_not_send_the_cycle_back(desk: Desk) -> None:
    open_stage(desk, investigate)
    complain(desk, "U1", "U1", "U1")
    investigate.take_answer(desk, ask_gate(desk, investigate), {"dropped": [{"subject": "U1", "reason": "同一事项"}]})
    open_stage(desk, propose)
    propose.settle(desk)
    assert desk.stage("propose").state == "open"


def test_a_corrected_result_and_finding_replace_the_first_and_an_unchanged_one_is_no_news(desk: Desk) -> None:
    fill_form(desk, "survey", survey("P12", 34, 100))
    open_stage(desk, investigate)
    investigate.take_answer(desk, ask_gate(desk, investigate), {})
    finding = {"subject": "P12", "number": 1, "text": "报销不实", "substantiated": True, "dated": "2010-12-20"}
    for outcome, text in (("substantiated", "报销不实"), ("unsubstantiated", "票据齐全")):
        fill_form(desk, "investigation_results", result("P12", outcome))
        fill_form(desk, "findings", finding | {"text": text})
        investigate.settle(desk)
    links = len(desk.session.exec(select(Audit)).all())
    investigate.settle(desk)
    assert len(desk.session.exec(select(Audit)).all()) == links
    assert listed(desk)["P12"].result == "unsubstantiated"
    assert desk.session.exec(select(Finding)).one().text == "票据齐全"
