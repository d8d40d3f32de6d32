"""Writing messages against a raw insert, and the dispatcher against a plain smtplib loop to the same local server."""

import smtplib
from collections.abc import Iterator
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, insert

from bench.databases import NOW, Shelf, raw_insert_seconds
from bench.figure import Figure, Size, compare, stopwatch
from bench.mail_server import mail_server
from bench.sample import make_house, unit_ids
from models.outbox import Contact, InboxItem, Message
from models.session import writing
from notices.messages import render_message
from notices.samples import sample_of
from tasks.outbox.dispatch import dispatch
from tasks.outbox.write import Draft, write_messages
from tasks.wiring import House

KINDS = {"dispatch": "obligation", "dispatch_reminders": "digest"}
TIMES_GOAL = 2.0  # of the plain loop's time: half its speed
ENQUEUE_GOAL = 30.0
PER_UNIT = 10  # messages enqueued for each unit
SENDER = "kaohe@yunchuan.example"


def measure(size: Size, shelves: list[Shelf], folder: Path) -> Iterator[Figure]:
    """Seconds to enqueue, and how many times the plain loop's time each sort of message takes, by kind of database."""
    with mail_server() as port:
        for shelf in shelves:
            enqueued = partial(_enqueued, size, shelf)
            yield compare(f"enqueue_{shelf.kind}", enqueued, repeats=size.repeats, goal=ENQUEUE_GOAL)
            for name, kind in KINDS.items():
                once = partial(_sent, size, shelf, folder, kind, port)
                told = compare(name, once, repeats=size.repeats, goal=TIMES_GOAL)
                yield Figure(f"{name}_{shelf.kind}", told.ratio, "x", told.ratio, TIMES_GOAL)


def _enqueued(size: Size, shelf: Shelf) -> tuple[float, float]:
    with shelf.fresh() as engine:
        with stopwatch() as watch:
            _write(engine, size.units * PER_UNIT, "obligation")
        return watch.seconds, raw_insert_seconds(engine, Message, InboxItem)


def _sent(size: Size, shelf: Shelf, folder: Path, kind: str, port: int) -> tuple[float, float]:
    with shelf.fresh() as engine:
        _write(engine, size.units, kind)
        world = make_house(engine, folder)
        chosen = world.settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": SENDER})
        plain = _plain_loop(port, size.units, kind)
        with stopwatch() as watch:
            told = dispatch(House(chosen, engine, world.calendar))
        if told.sent != size.units:
            raise RuntimeError(f"{size.units} mails were due, and {told} came about")
        return watch.seconds, plain


def _write(engine: Engine, count: int, kind: str) -> None:
    units = unit_ids(count)
    with writing(engine) as session:
        session.execute(
            insert(Contact), [{"recipient": unit, "channel": "mail", "address": _at(unit)} for unit in units]
        )
        write_messages(session, [Draft(sample_of(kind), unit, f"{kind}|{unit}") for unit in units], now=NOW)


def _plain_loop(port: int, count: int, kind: str) -> float:
    title, body = render_message(sample_of(kind))
    with stopwatch() as watch, smtplib.SMTP("127.0.0.1", port, local_hostname="yunchuan.example") as smtp:
        for unit in unit_ids(count):
            mail = MIMEText(body, "plain", "utf-8")
            mail["From"], mail["To"], mail["Subject"] = SENDER, _at(unit), title
            mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="yunchuan.example")
            smtp.send_message(mail)
    return watch.seconds


def _at(unit: str) -> str:
    return f"{unit.lower()}@unit.example"
