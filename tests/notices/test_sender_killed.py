"""Senders that die, hang, are restarted or run twice: nothing is lost; what is sent again has the same Message-ID."""

import os
import signal
import threading
from collections import Counter
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from config import clock
from models.audit import verify_audit
from models.session import reading, writing
from tasks.outbox import slip
from tasks.outbox.claim import Outcome, claim, free_expired, renew, settle
from tasks.outbox.dispatch import Dispatched, dispatch
from tasks.outbox.route import route_messages
from tasks.wiring import House
from tests.notices.post_office import (
    HANG_UP,
    NOW,
    OK,
    PostOffice,
    Server,
    deliveries,
    later,
    let_leases_run_out,
    make_world,
    sent_once,
    states,
    write,
)
from tests.notices.sender import ended, start_sender
from tests.soak import length

RESTARTS, MESSAGES = length((5, 120), (20, 1000))
STEPS = ("rcpt", "data", "accepted")


class Killer:
    """Kills the sender when the server is asked the n-th time from now at a step."""

    def __init__(self) -> None:
        self.process: BaseProcess | None = None
        self.step, self.left = "", 0

    def aim(self, step: str, left: int) -> None:
        self.process, self.step, self.left = None, step, left

    def answer(self, step: str, _count: int) -> str:
        if step == self.step:
            self.left -= 1
            if self.left == 0 and self.process is not None and self.process.pid:
                os.kill(self.process.pid, signal.SIGKILL)
        return OK


@pytest.fixture(params=length(("sqlite_engine",), ("sqlite_engine", "postgres_engine")))
def database(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def killer(office: PostOffice) -> Killer:
    found = Killer()
    office.answer = found.answer
    return found


def killed_at(killer: Killer, world: House, step: str, left: int, *, now: datetime = NOW) -> None:
    killer.aim(step, left)
    killer.process = start_sender(world, now)
    assert ended(killer.process) == -signal.SIGKILL


def test_a_killed_sender_leaves_one_notice_in_doubt_which_is_sent_again_under_its_message_id(
    killer: Killer, world: House, office: PostOffice
) -> None:
    names = write(world, 3)
    killed_at(killer, world, "accepted", 2)
    assert states(world) == {"sending": 3}
    assert dispatch(world, now=NOW) == Dispatched()  # the lease still runs
    let_leases_run_out(world)
    assert dispatch(world, now=NOW) == Dispatched(sent=1, uncertain=1)
    assert dispatch(world, now=later(minutes=1)) == Dispatched(sent=1)
    assert {str(mail["To"]) for mail in office.accepted} == {f"{name}@unit.example" for name in names}
    assert sorted(Counter(office.ids).values()) == [1, 1, 2]
    assert states(world) == {"sent": 3}


def test_a_reminder_in_doubt_is_not_sent_again_and_one_not_begun_is_not_lost(
    killer: Killer, world: House, office: PostOffice
) -> None:
    names = write(world, 4, kind="digest")
    killed_at(killer, world, "accepted", 2)
    let_leases_run_out(world)
    assert dispatch(world, now=NOW) == Dispatched(sent=2, uncertain=1)
    assert states(world) == {"sent": 3, "uncertain": 1}
    assert sent_once(names, office)
    assert dispatch(world, now=later(hours=3)) == Dispatched()


@pytest.mark.parametrize(("kind", "then"), [("obligation", {"sent": 3}), ("digest", {"uncertain": 3})])
def test_after_a_restart_of_the_machine_all_that_was_in_hand_is_in_doubt(
    killer: Killer, world: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, then: dict[str, int]
) -> None:
    write(world, 3, kind=kind)
    killed_at(killer, world, "accepted", 2)
    let_leases_run_out(world)
    booted = tmp_path / "boot_id"
    booted.write_text("another\n")
    monkeypatch.setattr(slip, "BOOT", booted)
    assert dispatch(world, now=NOW).uncertain == 3
    dispatch(world, now=later(minutes=1))
    assert states(world) == then
    assert list((tmp_path / "outbox").iterdir()) == []


@pytest.mark.parametrize(("kind", "then"), [("obligation", "pending"), ("digest", "uncertain")])
def test_a_server_that_hangs_up_without_an_answer_leaves_doubt(
    world: House, office: PostOffice, kind: str, then: str
) -> None:
    office.answer = lambda step, count: HANG_UP if (step, count) == ("accepted", 0) else OK
    write(world, 2, kind=kind)
    assert dispatch(world, now=NOW) == Dispatched(sent=1, uncertain=1, routed=2)
    assert states(world) == {"sent": 1, then: 1}
    dispatch(world, now=later(minutes=1))
    assert sorted(Counter(office.ids).values()) == ([1, 2] if then == "pending" else [1, 1])


def test_only_the_holder_of_the_lease_marks_sent(engine: Engine, tmp_path: Path) -> None:
    world = make_world(engine, tmp_path, "")
    write(world)
    wall = clock.wall_now()
    with writing(engine) as session:
        route_messages(session, now=NOW, limit=10)
        (lost,) = claim(session, holder="first", now=NOW, until=wall - timedelta(seconds=1), limit=10)
        assert claim(session, holder="second", now=NOW, until=wall, limit=10) == []
    with writing(engine) as session:
        assert free_expired(session, now=NOW, wall=wall, notes_of=lambda _holder: None) == 1
        (parcel,) = claim(session, holder="second", now=later(minutes=1), until=wall, limit=10)
        settle(session, [Outcome(lost, "send")], holder="first", now=NOW)
        assert renew(session, holder="first", until=wall) == set()
    assert [(row.state, row.lease_by) for row in deliveries(world)] == [("sending", "second")]
    assert parcel.name == lost.name
    with writing(engine) as session:
        settle(session, [Outcome(parcel, "send")], holder="second", now=later(minutes=1))
    assert [(row.state, row.sent_at) for row in deliveries(world)] == [("sent", later(minutes=1))]


def test_a_sender_told_to_stop_settles_what_it_has_done(world: House, office: PostOffice) -> None:
    def stop(step: str, count: int) -> str:
        if (step, count) == ("accepted", 2):
            signal.pthread_kill(main, signal.SIGINT)
        return OK

    main = threading.main_thread().ident or 0
    office.answer = stop
    write(world, 30)
    with pytest.raises(KeyboardInterrupt):
        dispatch(world, now=NOW)
    assert states(world)["sent"] >= 2
    let_leases_run_out(world)
    dispatch(world, now=NOW)
    dispatch(world, now=later(minutes=1))
    assert states(world) == {"sent": 30}
    assert len(office.accepted) - len(set(office.ids)) <= 1


@pytest.mark.soak
def test_two_dispatchers_at_once_send_each_once(engine: Engine, server: Server, tmp_path: Path) -> None:
    world, office = make_world(engine, tmp_path, server.url), server.handler
    names = write(world, MESSAGES, kind="digest") + write(world, MESSAGES)
    senders = [start_sender(world, NOW) for _ in range(2)]
    assert [ended(sender) for sender in senders] == [0, 0]
    assert sent_once(names, office)
    assert states(world) == {"sent": 2 * MESSAGES}
    with reading(engine) as session:
        assert verify_audit(session) == []


@pytest.mark.soak
def test_many_restarts_lose_nothing(database: Engine, server: Server, tmp_path: Path) -> None:
    """Killed at drawn moments, again and again: every notice arrives, no reminder twice."""
    world, office, killer, seed = make_world(database, tmp_path, server.url), server.handler, Killer(), 20101201
    office.answer, draw = killer.answer, Random(seed)
    notices, reminders = write(world, MESSAGES // 2), write(world, MESSAGES // 2, kind="digest")
    for turn in range(RESTARTS):
        killed_at(killer, world, draw.choice(STEPS), draw.randint(1, MESSAGES // RESTARTS // 2), now=later(hours=turn))
        let_leases_run_out(world)
    for turn in (RESTARTS, RESTARTS + 1):
        dispatch(world, now=later(hours=turn))
    told = Counter(str(mail["To"]).partition("@")[0] for mail in office.accepted)
    assert told.keys() >= set(notices), f"lost; seed {seed}"
    assert len({(str(mail["To"]), str(mail["Message-ID"])) for mail in office.accepted}) == len(told)
    assert all(told[name] <= 1 for name in reminders)
    assert states(world).get("uncertain", 0) <= RESTARTS
    assert sum(states(world).get(state, 0) for state in ("sent", "uncertain")) == MESSAGES
    with reading(database) as session:
        assert verify_audit(session) == []
