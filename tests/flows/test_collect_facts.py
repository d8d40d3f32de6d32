"""The one source of facts: what counts, what does not, and that frames replay byte for byte."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models.cycle import Cycle
from models.evidence import Investigation
from models.followup import PastGrade
from models.grading import DecidedGrade, Decision, FactFrame, ProposalSheet
from models.session import writing
from models.transitions import move
from scoring.assess import assess
from tasks.cycle.adjust_subjects import withdraw_subject
from tasks.cycle.open_cycle import open_cycle
from tasks.desk import Desk
from tasks.evidence.collect_facts import collect_facts
from tasks.evidence.frames import freeze_frames, thaw_frames
from tests.support import OPENED, fill_form, make_cycle, make_desk, make_params, moment

LATER = date(2011, 1, 20)
EVENT = {"document": "州纪通〔2010〕1号", "detail": "通报", "revoked": False, "revoked_reason": ""}
TALLY = {"survey_satisfied": 0, "survey_basically_satisfied": 0, "counted_on": "2010-12-20"}


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield make_desk(session, make_cycle(session), LATER)


@pytest.fixture
def desk_on_both(engine: Engine) -> Iterator[Desk]:
    with writing(engine) as session:
        yield make_desk(session, make_cycle(session), LATER)


def facts(desk: Desk, as_of: date = LATER) -> dict[tuple[str, str], str]:
    frames = collect_facts(desk.session, desk.cycle, as_of)
    return {(row["subject"], row["name"]): row["value"] for row in frames.facts.iter_rows(named=True)}


def event(number: str, kind: str, about: str, subtype: str, day: str, **more: Any) -> dict[str, Any]:
    return EVENT | {"number": number, "kind": kind, "about": about, "subtype": subtype, "occurred_on": day} | more


def test_circulars_of_the_four_kinds_in_the_year_count(desk: Desk) -> None:
    kinds = ("law_enforcement_supervision", "efficiency_supervision", "malpractice", "special_work")
    rows = [event(f"T{n}", "criticism", "U1", kind, "2010-06-01") for n, kind in enumerate(kinds)]
    rows.append(event("T9", "criticism", "U1", "other", "2010-06-01"))
    fill_form(desk, "events", *rows)
    assert facts(desk)["U1", "criticism_circulars"] == "4"
    assert ("U2", "criticism_circulars") not in facts(desk)


@pytest.mark.parametrize(("day", "counts"), [("2010-01-01", True), ("2009-12-31", False), ("2011-01-01", False)])
def test_a_circular_counts_for_the_year_of_its_date(desk: Desk, day: str, counts: bool) -> None:
    fill_form(desk, "events", event("T1", "criticism", "U1", "malpractice", day))
    assert (("U1", "criticism_circulars") in facts(desk)) is counts


def test_an_event_after_the_day_of_asking_is_not_known_yet(desk: Desk) -> None:
    fill_form(desk, "events", event("T1", "criticism", "U1", "malpractice", "2010-12-30"))
    assert ("U1", "criticism_circulars") not in facts(desk, date(2010, 12, 29))
    assert ("U1", "criticism_circulars") in facts(desk, date(2010, 12, 30))


def test_a_revoked_circular_counts_no_more(desk: Desk) -> None:
    row = event("T1", "criticism", "U1", "malpractice", "2010-06-01")
    fill_form(desk, "events", row)
    assert facts(desk)["U1", "criticism_circulars"] == "1"
    fill_form(desk, "events", row | {"revoked": True, "revoked_reason": "复查撤销"})
    assert ("U1", "criticism_circulars") not in facts(desk)


def test_a_party_sanction_of_a_person_in_the_year_is_a_fact_and_another_sanction_is_not(desk: Desk) -> None:
    fill_form(
        desk,
        "events",
        event("C1", "sanction", "P11", "party_discipline", "2010-05-04"),
        event("C2", "sanction", "P12", "administrative", "2010-05-04"),
        event("C3", "sanction", "P13", "party_discipline", "2009-05-04"),
    )
    known = facts(desk)
    assert known["P11", "party_sanction"] == "true"
    assert ("P12", "party_sanction") not in known
    assert ("P13", "party_sanction") not in known


def test_complaints_are_counted_on_unit_or_person_into_the_next_year(desk: Desk) -> None:
    calls = (("1", "U1", "2010-12-10"), ("2", "U1", "2011-01-05"), ("3", "P22", "2010-12-11"))
    rows = [{"number": n, "about": about, "content": "反映", "received_on": day} for n, about, day in calls]
    fill_form(desk, "complaints", *rows)
    assert facts(desk)["U1", "complaints"] == "2"
    assert facts(desk)["P22", "complaints"] == "1"


def test_invitees_are_summed_by_unit(desk: Desk) -> None:
    rows = [
        {"unit": "U1", "category": kind, "invited": 5, "frontline": n, "attended": 5, "survey_returned": 4}
        for kind, n in (("deputy", 2), ("service_recipient", 4))
    ]
    fill_form(desk, "invitees", *[row | {"dated": "2010-12-15"} for row in rows])
    assert facts(desk)["U1", "invitees"] == "10"
    assert facts(desk)["U1", "frontline_invitees"] == "6"


@pytest.mark.parametrize(
    ("state", "result", "value"),
    [
        ("proposed", "open", "open"),
        ("open", "open", "open"),
        ("concluded", "substantiated", "substantiated"),
        ("concluded", "unsubstantiated", "unsubstantiated"),
        ("dropped", "open", "unsubstantiated"),
    ],
)
def test_investigations_by_state(desk: Desk, state: str, result: str, value: str) -> None:
    desk.session.add(Investigation(cycle_id=desk.cycle_id, subject="U1", rules=[], state=state, result=result))
    desk.session.flush()
    assert facts(desk)["U1", "investigation"] == value
    assert ("U2", "investigation") not in facts(desk)


def test_a_corrected_tally_replaces_the_first(desk: Desk) -> None:
    fill_form(
        desk, "survey", TALLY | {"subject": "U1", "survey_valid": 33, "survey_dissatisfied": 33, "survey_unknown": 0}
    )
    fill_form(
        desk, "survey", TALLY | {"subject": "U1", "survey_valid": 34, "survey_dissatisfied": 34, "survey_unknown": 0}
    )
    assert facts(desk)["U1", "survey_valid"] == "34"


def test_facts_of_the_withdrawn_are_left_out(desk: Desk) -> None:
    fill_form(
        desk, "survey", TALLY | {"subject": "P12", "survey_valid": 3, "survey_dissatisfied": 3, "survey_unknown": 0}
    )
    assert ("P12", "survey_valid") in facts(desk)
    withdraw_subject(desk, code="P12", reason="调离", by="管理员")
    assert ("P12", "survey_valid") not in facts(desk)


def test_history_comes_from_imports_and_from_decided_cycles_which_outweigh_them(desk_on_both: Desk) -> None:
    desk = desk_on_both
    session = desk.session
    earlier = open_cycle(session, params=make_params(year=2009), today=OPENED, now=moment(OPENED), by="管理员甲")
    decide(session, earlier, {"U1": "差", "P11": "一般"})
    for subject, year, grade in (("U1", 2009, "好"), ("U1", 2008, "差"), ("U2", 2009, "较好"), ("U2", 2010, "差")):
        session.add(
            PastGrade(
                scheme_id="bozhou", year=year, subject=subject, grade=grade, source="导入", entered_at=moment(OPENED)
            )
        )
    session.flush()
    rows = collect_facts(session, desk.cycle, LATER).history.rows()
    assert [row[:3] for row in rows] == [
        ("U1", 2008, "差"),
        ("P11", 2009, "一般"),
        ("U1", 2009, "差"),
        ("U2", 2009, "较好"),
    ]


def decide(session: Session, cycle: Cycle, grades: dict[str, str]) -> None:
    session.add(FactFrame(hash="0" * 64, content="{}", frozen_at=moment(OPENED)))
    session.flush()
    sheet = ProposalSheet(cycle_id=cycle.id, round=1, frame_hash="0" * 64, assessment={}, drafted_on=OPENED)
    session.add(sheet)
    session.flush()
    decision = Decision(
        cycle_id=cycle.id,
        round=1,
        sheet_id=sheet.id,
        body="州党委",
        meeting="会议",
        decided_by="州党委丙",
        decided_on=OPENED,
    )
    session.add(decision)
    session.flush()
    for subject, grade in grades.items():
        session.add(DecidedGrade(decision_id=decision.id, subject=subject, proposed=grade, grade=grade))
    session.flush()


def test_who_led_is_told_by_the_import_else_by_the_posts_of_that_day(desk: Desk) -> None:
    rows = ((2009, None), (2008, ["P99"]), (2005, None))
    for year, led_by in rows:
        desk.session.add(
            PastGrade(
                scheme_id="bozhou",
                year=year,
                subject="U1",
                grade="差",
                led_by=led_by,
                source="导入",
                entered_at=moment(OPENED),
            )
        )
    desk.session.flush()
    history = collect_facts(desk.session, desk.cycle, LATER).history
    assert {row["year"]: row["led_by"] for row in history.iter_rows(named=True)} == {
        2009: ["P11"],
        2008: ["P99"],
        2005: None,
    }


def test_frames_replay_byte_for_byte_on_both_databases(desk_on_both: Desk) -> None:
    desk = desk_on_both
    fill_form(desk, "events", event("T1", "criticism", "U1", "malpractice", "2010-06-01"))
    fill_form(
        desk, "survey", TALLY | {"subject": "U1", "survey_valid": 3, "survey_dissatisfied": 3, "survey_unknown": 0}
    )
    frames = collect_facts(desk.session, desk.cycle, LATER)
    digest, content = freeze_frames(frames)
    assert freeze_frames(thaw_frames(content)) == (digest, content)
    assert freeze_frames(collect_facts(desk.session, desk.cycle, LATER)) == (digest, content)
    first, again = (assess(desk.pack.scheme, each, "check").to_json() for each in (frames, thaw_frames(content)))
    assert first == again


def test_a_changed_fact_changes_the_hash(desk: Desk) -> None:
    before, _ = freeze_frames(collect_facts(desk.session, desk.cycle, LATER))
    fill_form(desk, "events", event("T1", "criticism", "U1", "malpractice", "2010-06-01"))
    after, _ = freeze_frames(collect_facts(desk.session, desk.cycle, LATER))
    assert before != after


@pytest.mark.parametrize(("dissatisfied", "valid", "blocked"), [(34, 100, True), (33, 99, False)])
def test_more_than_a_third_dissatisfied_blocks_until_investigated(
    desk: Desk, dissatisfied: int, valid: int, blocked: bool
) -> None:
    row = {"subject": "U1", "survey_valid": valid, "survey_dissatisfied": dissatisfied}
    fill_form(desk, "survey", TALLY | row | {"survey_unknown": valid - dissatisfied})
    blocks = assess(desk.pack.scheme, collect_facts(desk.session, desk.cycle, LATER), "check").blocks
    assert (("U1", "BZ-13") in blocks.select("subject", "rule").rows()) is blocked


def test_a_withdrawn_cycles_decisions_are_no_history(desk: Desk) -> None:
    session = desk.session
    earlier = open_cycle(session, params=make_params(year=2009), today=OPENED, now=moment(OPENED), by="管理员甲")
    decide(session, earlier, {"U1": "差"})
    move(session, earlier, "withdraw", by="管理员甲", at=moment(OPENED), reason="误开")
    assert collect_facts(session, desk.cycle, LATER).history.is_empty()
