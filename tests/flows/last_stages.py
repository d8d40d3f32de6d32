"""Builders for the stages from the proposal on: evidence on every form, stages run as the engine runs them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session

from models.cycle import Gate
from tasks.cycle.gates import current_gate
from tasks.cycle.run_stage import enter_stage, work_stage
from tasks.desk import Desk
from tasks.stage import Outcome
from tasks.stages import propose
from tests.support import HOLDERS, fill_form, make_cycle, make_desk, moment, open_stage

PROPOSED_ON = date(2011, 1, 4)
EXTERNAL = (
    "conduct_appraisal",
    "law_enforcement_supervision",
    "party_building",
    "spiritual_civilisation",
    "public_order",
    "work_safety",
)


def desk_at_proposal(session: Session, *, units: int = 3, on: date = PROPOSED_ON, **params: Any) -> Desk:
    """Open a cycle, hand in invitees and tallies, and bring it to the proposal stage on a day of January."""
    opened = date(on.year - 1, 12, 1)
    cycle = make_cycle(session, units=units, today=opened, year=opened.year, **params)
    desk = make_desk(session, cycle, opened)
    fill_tallies(desk)
    desk = at(desk, on)
    open_stage(desk, propose)
    return desk


def fill_tallies(desk: Desk) -> None:
    """Hand in who was invited, and clean ballots and surveys of every team."""
    day, teams = desk.today, [row.code for row in desk.subjects("team")]
    came = {"invited": 10, "frontline": 6, "attended": 9, "survey_returned": 9}
    invited = {"category": "service_recipient", **came, "dated": day}
    hand_in(desk, "invitees", [{"unit": unit, **invited} for unit in teams])
    votes = {"ballots_good": 8, "ballots_fairly_good": 2, "ballots_fair": 0, "ballots_poor": 0}
    ballots = [{"subject": team, "ballots_valid": 10, **votes, "counted_on": day} for team in teams]
    hand_in(desk, "ballots", ballots)
    said = {"survey_satisfied": 9, "survey_basically_satisfied": 1, "survey_dissatisfied": 0, "survey_unknown": 0}
    hand_in(desk, "survey", [{"subject": team, "survey_valid": 10, **said, "counted_on": day} for team in teams])


def fill_evidence(desk: Desk, grades: Mapping[str, str] | None = None, *, otherwise: str = "较好") -> None:
    """Hand in all that a proposal needs: mid-year records, opinions, external results, preliminary grades."""
    fill_midyear(desk)
    fill_opinions(desk)
    fill_external(desk)
    fill_preliminary(desk, {row.code: otherwise for row in desk.subjects()} | dict(grades or {}))


def fill_midyear(desk: Desk) -> None:
    """Hand in a mid-year record of every unit."""
    record = {"leader": "韩立群", "leader_role": "standing_committee_member", "checked_on": date(desk.cycle.year, 7, 1)}
    results = {"responsibility_result": "已落实", "key_tasks_result": "已完成"}
    hand_in(desk, "midyear", [{"unit": unit, **record, **results} for unit in units_of(desk)])


def fill_opinions(desk: Desk) -> None:
    """Hand in what the leader in charge and the organisation department think of every unit."""
    parties = ("leader_in_charge", "organisation_department")
    said = {"name": "岳文澜", "opinion": "同意考核组意见", "given_on": desk.today}
    rows = [{"unit": unit, "party": party, **said} for unit in units_of(desk) for party in parties]
    hand_in(desk, "opinions", rows)


def fill_external(desk: Desk) -> None:
    """Hand in the six external results of every unit."""
    result = {"status": "present", "result": "达标", "dated": desk.today}
    hand_in(desk, "external_results", [{"unit": u, "item": i, **result} for u in units_of(desk) for i in EXTERNAL])


def fill_preliminary(desk: Desk, grades: Mapping[str, str], *, rank: Mapping[str, int] | None = None) -> None:
    """Hand in preliminary grades of the first group, each with one piece of evidence beside the votes (BZ-11)."""
    told = {"group": "第一考核组", "nonvote_evidence": 1, "evidence": "年中检查记录", "dated": desk.today}
    rows = [{"subject": code, "grade": grade, "rank": (rank or {}).get(code), **told} for code, grade in grades.items()]
    hand_in(desk, "preliminary", rows)


def fill_appraisals(desk: Desk, codes: Sequence[str] | None = None, **changes: Any) -> None:
    """Hand in a complete appraisal of every subject (or of some), two shortcomings with a requirement each."""
    texts = {
        "good_practices": "责任逐级分解",
        "staff_opinions": "下基层偏少",
        "group_opinion": "责任意识需增强",
        "merits": "重点任务按期完成",
        "shortcomings": "1. 招标备案不及时\n2. 谈心谈话走过场",
        "requirements": "1. 逐项补齐备案\n2. 每季度谈话一次",
        "dated": desk.today,
    }
    chosen = codes if codes is not None else [row.code for row in desk.subjects()]
    hand_in(desk, "appraisals", [{"subject": code, **texts, **changes} for code in chosen])


def fill_feedback(desk: Desk, channel: str = "face_to_face", codes: Sequence[str] | None = None) -> None:
    """Register feedback given to every subject (or to some)."""
    chosen = codes if codes is not None else [row.code for row in desk.subjects()]
    act = {"given_on": desk.today, "channel": channel, "given_by": "韩立群"}
    hand_in(desk, "feedback_acts", [{"subject": code, **act} for code in chosen])


def hand_in(desk: Desk, form: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Import rows of a form; dates may be given as dates."""
    texts = (
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} for row in rows
    )
    fill_form(desk, form, *texts)


def units_of(desk: Desk) -> list[str]:
    """Return the units of the cycle."""
    return list(dict.fromkeys(row.unit_id for row in desk.subjects()))


def run(desk: Desk, code: str) -> Outcome:
    """Call a stage once, as the engine does in its two transactions."""
    enter_stage(desk, code)
    return work_stage(desk, code)


def reply(desk: Desk, code: str, **values: Any) -> Outcome:
    """Answer the gate that the cycle waits for, as the holder of its role, and call the stage again."""
    gate = waiting(desk)
    gate.answer, gate.answered_by, gate.answered_at = values, HOLDERS[gate.role], desk.now
    desk.move(gate, "answer", by=gate.answered_by)
    return run(desk, code)


def waiting(desk: Desk) -> Gate:
    """Return the gate that the cycle waits for."""
    gate = current_gate(desk.session, desk.cycle_id)
    assert gate is not None, "the cycle waits for no gate"
    return gate


def at(desk: Desk, day: date) -> Desk:
    """Return the desk on another day."""
    return replace(desk, today=day, now=moment(day))


def decide_all(desk: Desk, **changes: Any) -> Outcome:
    """Confirm the proposal and decide it as it stands."""
    run(desk, "propose")
    assert reply(desk, "propose", meeting="州纪委常委会第3次会议").state == "closed"
    run(desk, "decide")
    return reply(desk, "decide", **({"meeting": "州委常委会第2次会议", "decided_on": desk.today.isoformat()} | changes))


def circulate(desk: Desk, day: date) -> Desk:
    """Publish the decision and issue the circular on a day after the notice; return the desk of that day."""
    run(desk, "publish")
    later = at(desk, day)
    run(later, "publish")
    assert reply(later, "publish", circular_number="州纪发〔2011〕3号", circular_on=day.isoformat()).state == "closed"
    return later
