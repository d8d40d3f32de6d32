"""Two reminder clocks at once, each in its own process: every rung and every message once, on both databases."""

from collections import Counter
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import select

from models.duty import Reminder
from models.session import make_engine, reading
from tasks.reminding.sweep import Swept, sweep
from tasks.wiring import House
from tests.flows import reminding_house as rh
from tests.flows.engine_house import set_today

FORK = get_context("fork")
PEOPLE = 60


def test_two_sweeps_at_once_tell_each_rung_once(engine: Engine, tmp_path: Path) -> None:
    owers = [f"P9{number}" for number in range(PEOPLE)]
    world = rh.make_reminding(engine, tmp_path, *({"owner": who, "recipient": who} for who in owers))
    set_today(world, date(2010, 12, 29))
    first, second = _at_once(world)
    assert sorted([first, second], key=lambda swept: swept.reminders) == [
        Swept(),
        Swept(reminders=PEOPLE, digests=PEOPLE, escalations=1, passed=5 * PEOPLE),
    ]
    assert Counter(row.recipient for row in rh.messages(world, "digest")) == Counter(owers)
    assert len(rh.messages(world, "escalation")) == 1
    with reading(world.engine) as session:
        assert len(session.exec(select(Reminder)).all()) == 6 * PEOPLE


def _at_once(world: House) -> list[Swept]:
    """Sweep in two processes that start at the same moment; what each did."""
    url = world.engine.url.render_as_string(hide_password=False)
    world.engine.dispose()
    barrier, answers = FORK.Barrier(2), []
    pipes = [FORK.Pipe(duplex=False) for _ in range(2)]
    processes = [FORK.Process(target=_sweep, args=(url, world, barrier, sending)) for _, sending in pipes]
    for process in processes:
        process.start()
    for receiving, _ in pipes:
        assert receiving.poll(30), "a sweep did not end"
        answers.append(receiving.recv())
    for process in processes:
        process.join(10)
    return answers


def _sweep(url: str, world: House, barrier: Barrier, answer: Connection) -> None:
    mine = House(world.settings, make_engine(url, busy_seconds=20), world.calendar)
    with reading(mine.engine) as session:
        session.exec(select(Reminder.id)).first()  # connected before the start
    barrier.wait(20)
    try:
        answer.send(sweep(mine))
    except Exception as error:  # noqa: BLE001 - told to the test, which compares it with what was expected
        answer.send(error)
