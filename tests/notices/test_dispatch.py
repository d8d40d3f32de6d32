"""The dispatcher sends what is due, and answers each fault of a real mail server as agreed."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.audit import verify_audit
from models.outbox import Contact, InboxItem, Message
from models.session import reading, writing
from tasks.outbox.dispatch import Dispatched, dispatch
from tasks.outbox.retry import next_try
from tasks.wiring import House
from tests.notices.post_office import (
    NOW,
    OK,
    PostOffice,
    Server,
    deliveries,
    free_port,
    later,
    make_world,
    sent_once,
    states,
    write,
)


def first(step: str, times: int, reply: str) -> object:
    return lambda asked, count: reply if asked == step and count < times else OK


def test_all_that_is_due_goes_over_one_connection(engine: Engine, server: Server, tmp_path: Path) -> None:
    world, office = make_world(engine, tmp_path, server.url), server.handler
    names = write(world, 120)
    assert dispatch(world, now=NOW) == Dispatched(sent=120, routed=120)
    assert sent_once(names, office)
    assert (office.connections, len(set(office.ids))) == (1, 120)
    assert {(row.state, row.sent_at, row.lease_by, row.attempts) for row in deliveries(world)} == {("sent", NOW, "", 1)}
    assert dispatch(world, now=NOW) == Dispatched()
    with reading(engine) as session:
        assert verify_audit(session) == []


def test_a_pass_sends_no_more_than_its_limit(world: House, office: PostOffice) -> None:
    write(world, 5)
    assert dispatch(world, limit=2, now=NOW).sent == 2
    assert dispatch(world, limit=0, now=NOW).sent == 0
    assert (len(office.accepted), states(world)) == (2, {"sent": 2, "pending": 3})


def test_several_contacts_are_several_deliveries_and_none_is_inbox_only(world: House, office: PostOffice) -> None:
    name = write(world)[0]
    write(world, kind="meeting")
    with writing(world.engine) as session:
        session.add(Contact(recipient=name, channel="mail", address="second@unit.example"))
        contact = session.exec(select(Contact).where(Contact.recipient == "meeting0000")).one()
        session.delete(contact)
    assert dispatch(world, now=NOW) == Dispatched(sent=2, routed=2)
    assert len(set(office.ids)) == 2
    with reading(world.engine) as session:
        assert {row.state for row in session.exec(select(Message))} == {"routed"}
        assert len(session.exec(select(InboxItem)).all()) == 2


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_greylisted_mail_is_sent_at_the_next_rung(world: House, office: PostOffice, step: str) -> None:
    office.answer = first(step, 1, "451 4.7.1 try again later")
    names = write(world, 2)
    assert dispatch(world, now=NOW) == Dispatched(sent=1, retried=1, routed=2)
    waiting = next(row for row in deliveries(world) if row.state == "pending")
    assert (waiting.next_try_at, "451" in waiting.error) == (later(minutes=1), True)
    assert dispatch(world, now=later(seconds=59)) == Dispatched()
    assert dispatch(world, now=later(minutes=1)).sent == 1
    assert sent_once(names, office)
    assert {row.error for row in deliveries(world)} == {""}


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_refused_mail_fails_at_once_and_holds_up_no_other(world: House, office: PostOffice, step: str) -> None:
    office.answer = first(step, 1, "550 5.1.1 no such user")
    write(world, 3)
    assert dispatch(world, now=NOW) == Dispatched(sent=2, failed=1, routed=3)
    failed = next(row for row in deliveries(world) if row.state == "failed")
    assert "550 5.1.1 no such user" in failed.error
    assert dispatch(world, now=later(hours=49)) == Dispatched()


def test_a_server_down_for_a_day_loses_nothing(sqlite_engine: Engine, office: PostOffice, tmp_path: Path) -> None:
    port = free_port()
    world = make_world(sqlite_engine, tmp_path, f"smtp://127.0.0.1:{port}")
    names, at, tries = write(world, 20), NOW, []
    while at < later(days=1):
        if dispatch(world, now=at).retried:
            tries.append(at - NOW)
        at = deliveries(world)[0].next_try_at or at
    assert [span / timedelta(minutes=1) for span in tries[:6]] == [0, 1, 6, 21, 81, 141]
    assert len(tries) == 27
    assert "连不上" in deliveries(world)[0].error
    back = Server(office)
    back.port = port
    back.start()
    try:
        assert dispatch(world, now=at).sent == 20
    finally:
        back.stop()
    assert sent_once(names, office)


def test_after_48_hours_it_has_failed(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = make_world(sqlite_engine, tmp_path, f"smtp://127.0.0.1:{free_port()}")
    write(world)
    at = NOW
    while deliveries(world) == [] or deliveries(world)[0].state == "pending":
        dispatch(world, now=at)
        at = deliveries(world)[0].next_try_at or at
    assert (deliveries(world)[0].state, deliveries(world)[0].attempts) == ("failed", 51)


@pytest.mark.parametrize(
    ("attempts", "waited", "then"),
    [(1, 0, 1), (2, 1, 5), (3, 6, 15), (4, 21, 60), (5, 81, 60), (50, 47 * 60, 60), (51, 47 * 60 + 1, None)],
)
def test_the_ladder_ends_48_hours_after_the_first_try(attempts: int, waited: int, then: int | None) -> None:
    now = later(minutes=waited)
    assert next_try(attempts, NOW, now) == (None if then is None else now + timedelta(minutes=then))


def test_a_banner_that_does_not_come_is_waited_for_no_longer_than_the_timeout(
    sqlite_engine: Engine, office: PostOffice, server: Server, tmp_path: Path
) -> None:
    office.banner_delay = 1.0
    world = make_world(sqlite_engine, tmp_path, server.url, smtp_timeout=0.2)
    write(world, 3)
    assert dispatch(world, now=NOW) == Dispatched(retried=3, routed=3)
    assert office.connections == 1  # the two others were not made to wait again
    assert "超时" in deliveries(world)[0].error
    office.banner_delay = 0.3
    patient = make_world(sqlite_engine, tmp_path, server.url)
    assert dispatch(patient, now=later(minutes=1)).sent == 3


def test_a_server_that_closes_between_mails_is_called_again(world: House, office: PostOffice) -> None:
    office.answer = lambda step, count: "421 too many mails" if (step, count) == ("rcpt", 2) else OK
    names = write(world, 4)
    assert dispatch(world, now=NOW).sent == 4
    assert sent_once(names, office)
    assert office.connections == 2


def test_without_a_mail_server_mail_waits_and_says_why(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = make_world(sqlite_engine, tmp_path, "")
    write(world)
    assert dispatch(world, now=NOW).retried == 1
    assert "KAOHE_SMTP_URL" in deliveries(world)[0].error


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail.example:many"])
def test_a_setting_that_cannot_be_read_is_said_without_its_password(
    sqlite_engine: Engine, tmp_path: Path, url: str
) -> None:
    world = make_world(sqlite_engine, tmp_path, url.replace("//", "//u:secret@"))
    write(world)
    dispatch(world, now=NOW)
    assert "KAOHE_SMTP_URL" in deliveries(world)[0].error
    assert "secret" not in deliveries(world)[0].error
