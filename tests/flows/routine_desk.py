"""Builders for what routine cycles propose and rectify: a desk on Bozhou's year of duties, consequences, answers."""

from datetime import date
from typing import Any

from sqlmodel import Session

from config.calendar import WorkCalendar
from models.cycle import Gate
from models.grading import Consequence
from tasks.cycle.open_cycle import load_pack
from tasks.desk import Desk
from tasks.duties.year import open_year
from tasks.grading.settlement import ask_routine, take_routine_answer
from tests.support import HOLDERS, make_roster, moment

SPRING = date(2010, 3, 10)


def routine_desk(session: Session, *, today: date = SPRING, scheme: str = "bozhou") -> Desk:
    """Return a desk on the routine cycle of 2010 with two units, each with a principal and two deputies."""
    make_roster(session)
    cycle = open_year(
        session,
        scheme=scheme,
        year=2010,
        since=date(2010, 1, 1),
        params={"office": "州考核办", "contact": "邵明远"},
        today=today,
        now=moment(today),
        by="管理员甲",
    )
    return Desk(session, cycle, load_pack(session, cycle), WorkCalendar(), moment(today), today)


def suggest(desk: Desk, subject: str, action: str, *, rule: str = "BZ-47", **changes: Any) -> Consequence:
    """Propose a consequence as the close of a period does."""
    row = Consequence(
        cycle_id=desk.cycle_id,
        subject=subject,
        rule=rule,
        action=action,
        **({"options": [action], "detail": {"clause": "条文"}} | changes),
    )
    desk.session.add(row)
    desk.session.flush()
    return row


def answer(desk: Desk, *changes: dict[str, str], default_all: str = "impose_all") -> bool | None:
    """Answer the gate of the routine cycle as the holder of its role; return whether it was accepted."""
    gate = ask_routine(desk)
    assert gate is not None, "nothing is asked"
    return reply_to(desk, gate, default_all=default_all, changes=list(changes))


def reply_to(desk: Desk, gate: Gate, **values: Any) -> bool | None:
    """Give an answer to this gate and have it taken."""
    gate.answer, gate.answered_by, gate.answered_at = values, HOLDERS[gate.role], desk.now
    desk.move(gate, "answer", by=gate.answered_by)
    return take_routine_answer(desk)


def change(name: str, decision: str, action: str = "", reason: str = "") -> dict[str, str]:
    """Return a row of the form that departs from the rest."""
    return {"consequence": name, "decision": decision, "action": action, "reason": reason}
