"""The proposal stage: what is missing is named, facts are frozen, the committee confirms (BZ-31, BZ-41…44)."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from models.cycle import Gate
from models.evidence import Investigation
from models.grading import FactFrame, PreliminaryGrade, Proposal, ProposalSheet
from tasks.cycle.gates import current_gate
from tasks.desk import Desk
from tasks.stages import propose
from tests.flows.last_stages import (
    EXTERNAL,
    desk_at_proposal,
    fill_evidence,
    fill_external,
    fill_midyear,
    fill_opinions,
    fill_preliminary,
    hand_in,
    reply,
    run,
    waiting,
)
from tests.support import unmet

MEETING = "州纪委常委会第3次会议"


@pytest.fixture
def desk(bring: Callable[..., Desk]) -> Desk:
    return bring(desk_at_proposal)


def at_confirmation(session: Session, grades: dict[str, str]) -> Desk:
    """Bring the cycle to the question whether the proposal is confirmed; all other preliminary grades are 较好."""
    desk = desk_at_proposal(session)
    fill_evidence(desk, grades)
    run(desk, "propose")
    return desk


def sheets(desk: Desk) -> list[ProposalSheet]:
    return list(desk.session.exec(select(ProposalSheet).order_by(ProposalSheet.round)))


def proposed(desk: Desk) -> dict[str, str]:
    query = select(Proposal).join(ProposalSheet).where(ProposalSheet.state != "replaced")
    return {row.subject: row.grade for row in desk.session.exec(query)}


def test_nothing_is_asked_while_evidence_is_missing_and_each_kind_is_counted(desk):
    outcome = run(desk, "propose")
    assert outcome.gate_key is None
    assert propose.stage_facts(desk) == {
        "midyear_missing": 3,
        "preliminary_missing": 12,
        "opinions_missing": 6,
        "external_missing": 18,
        "blocks": 0,
        "proposal_confirmed": False,
    }


def test_five_external_results_of_six_hold_the_stage_and_six_do_not(desk):
    fill_midyear(desk)
    fill_opinions(desk)
    fill_preliminary(desk, {row.code: "较好" for row in desk.subjects()})
    result = {"status": "not_applicable", "result": "", "dated": desk.today}
    rows = [{"unit": unit, "item": item, **result} for unit in ("U1", "U2", "U3") for item in EXTERNAL]
    hand_in(desk, "external_results", rows[:-1])
    assert "BZ-43" in unmet(desk, propose)
    named = next(
        report for report in propose.reports(desk, propose.stage_facts(desk)) if report.key == "propose-missing"
    )
    assert [row["对象"] for row in named.table] == ["州交通局:安全生产"]
    hand_in(desk, "external_results", rows[-1:])
    assert unmet(desk, propose) == ["BZ-43-confirmed"]


def test_one_party_that_was_not_asked_holds_the_stage(desk):
    """BZ-42: the leader in charge and the organisation department are heard on every unit."""
    fill_midyear(desk)
    fill_external(desk)
    fill_preliminary(desk, {row.code: "较好" for row in desk.subjects()})
    said = {"name": "岳文澜", "opinion": "同意", "given_on": desk.today}
    parties = ("leader_in_charge", "organisation_department")
    rows = [{"unit": unit, "party": party, **said} for unit in ("U1", "U2", "U3") for party in parties]
    hand_in(desk, "opinions", rows[:-1])
    assert unmet(desk, propose) == ["BZ-42", "BZ-43-confirmed"]
    assert run(desk, "propose").gate_key is None
    hand_in(desk, "opinions", rows[-1:])
    assert unmet(desk, propose) == ["BZ-43-confirmed"]


def test_one_subject_without_preliminary_grade_holds_the_stage(desk):
    fill_midyear(desk)
    fill_opinions(desk)
    fill_external(desk)
    codes = [row.code for row in desk.subjects()]
    fill_preliminary(desk, dict.fromkeys(codes[1:], "较好"))
    assert "BZ-41" in unmet(desk, propose)
    assert sheets(desk) == []
    fill_preliminary(desk, {codes[0]: "较好"})
    assert run(desk, "propose").gate_key is not None


@pytest.mark.parametrize(("complaints", "asked"), [(2, True), (3, False)])
def test_a_block_keeps_the_question_back_and_is_named_with_its_clause(desk, complaints, asked):
    about = {"about": "U1", "content": "反映问题", "received_on": "2010-12-20"}
    hand_in(desk, "complaints", [{"number": f"J{n}", **about} for n in range(complaints)])
    desk.session.add(Investigation(cycle_id=desk.cycle_id, subject="U1", rules=["BZ-40"], state="open"))
    fill_evidence(desk)
    run(desk, "propose")
    assert (current_gate(desk.session, desk.cycle_id) is not None) is asked
    facts = propose.stage_facts(desk)
    blocks = next(report.table for report in propose.reports(desk, facts) if report.key == "propose-blocks")
    assert [row["规则"] for row in blocks] == ([] if asked else ["BZ-40"])
    assert all("组织专项调查" in row["条文"] for row in blocks)


def test_a_second_pass_with_the_same_facts_keeps_sheet_and_frame(bring):
    desk = bring(at_confirmation, {})
    run(desk, "propose")
    assert [(row.round, row.state) for row in sheets(desk)] == [(1, "drafted")]
    assert len(desk.session.exec(select(FactFrame)).all()) == 1


def test_a_corrected_opinion_makes_a_new_round_and_drops_the_old_question(bring):
    desk = bring(at_confirmation, {})
    first = waiting(desk)
    fill_preliminary(desk, {"U2": "一般"})
    run(desk, "propose")
    assert [(row.round, row.state) for row in sheets(desk)] == [(1, "replaced"), (2, "drafted")]
    assert proposed(desk)["U2"] == "一般"
    assert first.state == "dropped"
    assert waiting(desk).title == "确认定等建议(第2稿)"
    history = desk.session.exec(select(PreliminaryGrade).where(PreliminaryGrade.subject == "U2")).all()
    assert [(row.grade, row.state) for row in history] == [("较好", "replaced"), ("一般", "current")]


def test_an_answer_to_an_overtaken_sheet_is_refused(bring):
    desk = bring(at_confirmation, {})
    fill_preliminary(desk, {"U2": "一般"})
    outcome = reply(desk, "propose", meeting=MEETING, changes=[])
    assert outcome.state == "waiting"
    assert "请按新一稿确认" in waiting(desk).question


def test_the_ceiling_of_a_rule_is_proposed_and_shown_with_its_rule(bring):
    desk = bring(at_confirmation, {"U1": "好", "P11": "差"})
    row = desk.session.exec(select(Proposal).where(Proposal.subject == "U1")).one()
    assert (row.preliminary, row.grade, row.ceiling, row.ceiling_rule) == ("好", "较好", "较好", "BZ-05")
    assert "| 州水务局 | 好 | 较好 | 不得高于“较好”(BZ-05) |" in waiting(desk).question


def test_subjects_that_tie_for_the_last_seat_are_listed_for_the_committee(desk):
    fill_evidence(desk)
    fill_preliminary(desk, {"U1": "好", "U2": "好"}, rank={"U1": 1, "U2": 1})
    run(desk, "propose")
    assert "并列待定:州水务局、州林业局" in waiting(desk).question
    assert proposed(desk)["U1"] == proposed(desk)["U2"] == "较好"


@pytest.mark.parametrize(("grade", "stands"), [("好", False), ("较好", True)])
def test_a_change_against_a_hard_rule_is_refused_with_its_clause(bring, grade, stands):
    desk = bring(at_confirmation, {"U1": "一般", "P11": "差"})
    change = {"subject": "U1", "grade": grade, "reason": "全年重点任务完成突出"}
    outcome = reply(desk, "propose", meeting=MEETING, changes=[change])
    assert (outcome.state == "closed") is stands
    if not stands:
        assert "BZ-05“主要领导干部考核评定为“差”的,其所在领导班子不得评定为“好””" in waiting(desk).question
        assert proposed(desk)["U1"] == "一般"


def test_a_soft_rule_may_go_on_to_the_deciding_body(bring):
    desk = bring(at_confirmation, {"U1": "好"})
    change = {"subject": "U2", "grade": "好", "reason": "并列第一"}
    assert reply(desk, "propose", meeting=MEETING, changes=[change]).state == "closed"
    sheet = sheets(desk)[0]
    assert [row["rule"] for row in sheet.assessment["violations"]] == ["BZ-07"]
    changed = desk.session.exec(select(Proposal).where(Proposal.subject == "U2")).one()
    assert (changed.grade, changed.reason) == ("好", "并列第一")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([{"subject": "U1", "grade": "一般", "reason": " "}], "由“较好”改为“一般”,未写理由"),
        ([{"subject": "U1", "grade": "较好", "reason": "理由"}], "与建议相同"),
        ([{"subject": "X9", "grade": "一般", "reason": "理由"}], "收到“X9”"),
        ([{"subject": "U1", "grade": "良好", "reason": "理由"}], "好、较好、一般、差"),
        ([{"subject": "U1", "grade": "一般", "reason": "理由"}] * 2, "出现了两次"),
    ],
)
def test_a_faulty_change_is_refused_in_words(bring, changes, said):
    desk = bring(at_confirmation, {})
    assert reply(desk, "propose", meeting=MEETING, changes=changes).state == "waiting"
    assert said in waiting(desk).question


def test_the_stage_may_be_proposed_anew_after_a_rewind(bring):
    desk = bring(at_confirmation, {})
    reply(desk, "propose", meeting=MEETING)
    desk.move(desk.stage("propose"), "reopen", opened_on=None, due_on=None, closed_on=None)
    run(desk, "propose")
    assert [(row.round, row.state) for row in sheets(desk)] == [(1, "replaced"), (2, "drafted")]
    assert [gate.state for gate in desk.session.exec(select(Gate).order_by(Gate.id))] == ["accepted", "open"]
