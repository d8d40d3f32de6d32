"""Mails of gates that were answered or dropped meanwhile are not sent."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.outbox import Contact, Delivery, Message
from models.session import reading, writing
from tasks.cycle.gates import drop_gate, open_gate, record_answer
from tasks.desk import Desk
from tasks.outbox.claim import Outcome, Parcel
from tasks.outbox.claim import claim as claim_mails
from tasks.outbox.claim import settle as settle_parcels
from tasks.outbox.manage import retry_notices
from tasks.outbox.route import route_messages
from tasks.wiring import House, writing_desk
from tests.flows.engine_house import make_world, simple_question


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> House:
    found = make_world(engine, tmp_path)
    with writing(engine) as session:
        session.add(Contact(recipient="administrator", channel="mail", address="office@unit.example"))
    return found


def ask(world: House) -> str:
    with writing_desk(world, 1) as desk:
        return open_gate(desk, "report_meeting", simple_question()).key


def answer(world: House, key: str) -> None:
    with writing_desk(world, 1) as desk:
        record_answer(desk, key, {"ok": True}, "管理员甲")


def gate_mails(world: House) -> list[tuple[str, str]]:
    """The state of each notice of a gate with that of its mail."""
    with reading(world.engine) as session:
        query = select(Message.state, Delivery.state).outerjoin(Delivery).where(Message.kind == "gate")
        return [(message, delivery or "") for message, delivery in session.exec(query.order_by(col(Message.id)))]


@pytest.mark.parametrize("routed", [True, False])
@pytest.mark.parametrize("end", ["answer", "drop"])
def test_a_question_no_longer_asked_sends_no_mail(world: House, end: str, routed: bool) -> None:
    key = ask(world)
    if routed:
        with writing_desk(world, 1) as desk:
            route_messages(desk.session, now=desk.now, limit=9)
    assert gate_mails(world) == [("routed", "pending") if routed else ("pending", "")]
    if end == "answer":
        answer(world, key)
    else:
        with writing_desk(world, 1) as desk:
            drop_gate(desk, "report_meeting")
    assert gate_mails(world) == [("routed", "cancelled") if routed else ("cancelled", "")]


@pytest.mark.parametrize(("open_still", "claimed", "retried"), [(True, 1, 1), (False, 0, 0)])
def test_a_mail_in_hand_when_its_question_is_answered_is_not_tried_again(
    world: House, open_still: bool, claimed: int, retried: int
) -> None:
    key = ask(world)
    with writing_desk(world, 1) as desk:
        route_messages(desk.session, now=desk.now, limit=9)
        (parcel,) = take(desk)
    if not open_still:
        answer(world, key)
    with writing_desk(world, 1) as desk:
        settle_parcels(desk.session, [Outcome(parcel, "fail", "550")], holder="甲", now=desk.now)
        assert retry_notices(desk.session, [], failed=True, now=desk.now, by="管理员甲") == retried
        assert len(take(desk)) == claimed


def take(desk: Desk) -> list[Parcel]:
    return claim_mails(desk.session, holder="甲", now=desk.now, until=desk.now, limit=9)
