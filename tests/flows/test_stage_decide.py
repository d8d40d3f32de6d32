"""The party committee's decision: refused with every reason, or recorded with reasons and exceptions (BZ-45)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.grading import Consequence, DecidedGrade, Decision, DecisionException
from tasks.desk import Desk
from tasks.grading.decide_answer import read_decision
from tasks.grading.rules import confirmed_sheet
from tasks.stage import AnswerRefused, Outcome
from tests.flows.last_stages import at, desk_at_proposal, fill_evidence, hand_in, reply, run, waiting

MEETING = "州委常委会第2次会议"


def at_decision(session: Session, grades: dict[str, str], *poor_before: str) -> Desk:
    """Bring the cycle to the decision, which is asked two days after the confirmation; some were 差 the year before."""
    desk = desk_at_proposal(session)
    past = {"year": 2009, "grade": "差", "dated": "2010-01-10"}
    hand_in(desk, "past_grades", [{"subject": subject, **past} for subject in poor_before])
    fill_evidence(desk, grades)
    run(desk, "propose")
    assert reply(desk, "propose", meeting="州纪委常委会").state == "closed"
    later = at(desk, desk.today + timedelta(days=2))
    run(later, "decide")
    return later


def decide(desk: Desk, **values: Any) -> Outcome:
    return reply(desk, "decide", **({"meeting": MEETING, "decided_on": desk.today.isoformat()} | values))


def override(subject: str, grade: str, reason: str = "会议研究认为") -> dict[str, str]:
    return {"subject": subject, "grade": grade, "reason": reason}


def decided(desk: Desk) -> dict[str, str]:
    query = select(DecidedGrade).join(Decision).where(Decision.state == "decided")
    return {row.subject: row.grade for row in desk.session.exec(query)}


def test_a_decision_as_proposed_stands_for_every_subject(bring):
    desk = bring(at_decision, {"U1": "好", "P12": "一般"})
    assert decide(desk).state == "closed"
    assert len(decided(desk)) == 12
    assert (decided(desk)["U1"], decided(desk)["P12"]) == ("好", "一般")
    decision = desk.session.exec(select(Decision)).one()
    assert (decision.body, decision.meeting, decision.round) == ("州党委", MEETING, 1)


def test_an_override_is_kept_beside_its_proposal_with_the_reason(bring):
    desk = bring(at_decision, {})
    assert decide(desk, overrides=[override("P21", "一般", "分管工作出现失误")]).state == "closed"
    row = desk.session.exec(select(DecidedGrade).where(DecidedGrade.subject == "P21")).one()
    assert (row.proposed, row.grade, row.reason) == ("较好", "一般", "分管工作出现失误")


@pytest.mark.parametrize(("grade", "stands"), [("好", False), ("较好", True)])
def test_a_hard_rule_refuses_the_whole_decision_naming_rule_clause_and_subject(bring, grade, stands):
    desk = bring(at_decision, {"U1": "一般", "P11": "差"})
    assert (decide(desk, overrides=[override("U1", grade)]).state == "closed") is stands
    if not stands:
        assert "州水务局:P11:差;不得高于“较好”,拟定“好”(BZ-05“主要领导干部考核评定为“差”的" in waiting(desk).question
        assert decided(desk) == {}


@pytest.mark.parametrize(("raised", "stands"), [(["U1"], True), (["U1", "U2"], False)])
def test_one_team_of_three_is_within_the_quota_and_two_need_an_exception(bring, raised, stands):
    desk = bring(at_decision, {})
    overrides = [override(code, "好") for code in raised]
    assert (decide(desk, overrides=overrides).state == "closed") is stands
    if not stands:
        assert "“好”2个,3个中最多1个(BZ-07" in waiting(desk).question
        exception = {"rule": "BZ-07|team", "reason": "抗洪抢险表现突出"}
        assert decide(desk, overrides=overrides, exceptions=[exception]).state == "closed"
        kept = desk.session.exec(select(DecisionException)).one()
        assert (kept.rule, kept.target, kept.reason) == ("BZ-07", "team", "抗洪抢险表现突出")


def test_an_exception_that_nothing_needs_is_not_recorded(bring):
    desk = bring(at_decision, {})
    assert decide(desk, exceptions=[{"rule": "BZ-08|cadre", "reason": "备用"}]).state == "closed"
    assert desk.session.exec(select(DecisionException)).all() == []


@pytest.mark.parametrize(("days", "said"), [(-3, "早于定等建议的确认日期"), (-2, ""), (0, ""), (1, "晚于今天")])
def test_the_decision_lies_between_confirmation_and_today(bring, days, said):
    desk = bring(at_decision, {})
    day = desk.today + timedelta(days=days)
    outcome = decide(desk, decided_on=day.isoformat())
    assert (outcome.state == "closed") is (not said)
    if said:
        assert said in waiting(desk).question


def test_all_reasons_of_a_refusal_are_told_at_once(bring):
    desk = bring(at_decision, {"U1": "一般", "P11": "差"})
    answer = {
        "meeting": " ",
        "decided_on": "2012-01-01",
        "overrides": [override("U1", "好"), override("U1", "好"), override("U2", "好"), override("U3", "好", "")],
        "exceptions": [{"rule": "BZ-08|cadre", "reason": ""}],
    }
    answer["overrides"] += [override("X9", "好"), override("P12", "较好")]
    with pytest.raises(AnswerRefused) as refused:
        read_decision(desk, confirmed_sheet(desk), answer)
    said = "\n".join(refused.value.reasons)
    expected = (
        "会议名称",
        "晚于今天",
        "出现了两次",
        "未写理由",
        "没有考核对象“X9”",
        "与建议相同",
        "BZ-05",
        "BZ-07",
        "例外第 1 行",
    )
    assert [words for words in expected if words not in said] == []


def test_a_refused_answer_changes_nothing_and_the_next_one_stands(bring):
    desk = bring(at_decision, {})
    assert decide(desk, overrides=[override("U1", "好", " ")]).state == "waiting"
    assert desk.session.exec(select(Decision)).all() == []
    assert waiting(desk).attempt == 2
    assert decide(desk).state == "closed"


@pytest.mark.parametrize(
    ("grade", "follows"),
    [
        ("较好", set()),
        ("一般", {("BZ-16", "ANNUAL_GRADE_CAP"), ("BZ-17", "ADMONITION_TALK"), ("BZ-17", "RECTIFICATION_ORDER")}),
    ],
)
def test_consequences_are_proposed_from_the_grades_decided(bring, grade, follows):
    desk = bring(at_decision, {"P11": "较好" if grade == "一般" else "一般"})
    assert decide(desk, overrides=[override("P11", grade)]).state == "closed"
    rows = desk.session.exec(select(Consequence).where(Consequence.subject == "P11")).all()
    assert {(row.rule, row.action) for row in rows} == follows
    assert {row.state for row in rows} <= {"proposed"}


def test_two_years_of_the_lowest_grade_ask_for_a_measure_on_the_cadre(bring):
    desk = bring(at_decision, {"P12": "差", "P13": "差"}, "P12")
    decide(desk)
    rows = desk.session.exec(select(Consequence).where(Consequence.rule == "BZ-19")).all()
    assert [(row.subject, row.options[:2]) for row in rows] == [("P12", ["ORDERED_RESIGNATION", "REMOVAL"])]


def test_closing_twice_proposes_nothing_twice(bring):
    from tasks.grading.consequences import propose_consequences
    from tasks.grading.rules import standing_decision

    desk = bring(at_decision, {"U2": "一般"})
    decide(desk)
    before = len(desk.session.exec(select(Consequence)).all())
    assert propose_consequences(desk, standing_decision(desk)) == 0
    assert len(desk.session.exec(select(Consequence)).all()) == before
