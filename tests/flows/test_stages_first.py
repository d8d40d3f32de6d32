"""The first five stages in a row."""

from sqlalchemy import Engine
from sqlmodel import select

from models.audit import verify_audit
from models.cycle import Gate
from models.evidence import Investigation
from models.session import reading, writing
from tasks.stages import announce, evaluate, investigate, report_meeting, self_report
from tests.flows.first_stages import (
    ANSWER,
    TODAY,
    announce_in_order,
    ballots,
    hold_meetings,
    invite_all,
    report,
    result,
    speak,
    survey,
    talks,
)
from tests.support import ask_gate, fill_form, make_cycle, make_desk, open_stage, unmet


def test_the_five_stages_follow_each_other_on_both_databases(
    engine: Engine,
) -> None:
    """Every sheet handed in, every gate answered: each stage closes, and the audit chain holds."""
    with writing(engine) as session:
        desk = make_desk(session, make_cycle(session), TODAY)
        everyone = [row.code for row in desk.subjects()]
        open_stage(desk, announce)
        announce_in_order(desk)
        announce.take_answer(desk, ask_gate(desk, announce), ANSWER)
        fill_form(desk, "self_reports", *map(report, everyone))
        hold_meetings(desk)
        invite_all(desk)
        speak(desk, "U1", "P11", "U2", "P21")
        fill_form(desk, "ballots", *[ballots(code, 50, 20, 6, 4) for code in everyone])
        fill_form(desk, "survey", *[survey(code, 34 if code == "U1" else 33, 100) for code in everyone])
        talks(desk, "U1", 3, 10)
        talks(desk, "U2", 3, 10)
        assert unmet(desk, announce) == []
        announce.close_stage(desk)
        for stage in (self_report, report_meeting, evaluate):
            open_stage(desk, stage)
            assert unmet(desk, stage) == []
            stage.close_stage(desk)
        open_stage(desk, investigate)
        desk.session.exec(select(Gate)).one().state = "accepted"
        investigate.take_answer(desk, ask_gate(desk, investigate), {})
        fill_form(desk, "investigation_results", result("U1", "substantiated"))
        assert unmet(desk, investigate) == []
        investigate.close_stage(desk)
    with reading(engine) as session:
        assert verify_audit(session) == []
        assert session.exec(select(Investigation.result)).one() == "substantiated"
