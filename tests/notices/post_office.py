"""A real SMTP server that follows a script of faults, and a house whose dispatcher sends to it."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine, text
from sqlmodel import select

from config.calendar import WorkCalendar
from config.settings import Settings
from models.outbox import Contact, Delivery
from models.session import reading, writing
from notices.samples import sample_of
from tasks.outbox.write import Draft, write_messages
from tasks.wiring import House
from tests.support import OPENED, moment

NOW = moment(OPENED)
OK, HANG_UP = "250 OK", "421 hangs up without a word"
Answer = Callable[[str, int], str]


def always_ok(_step: str, _count: int) -> str:
    """Accept everything."""
    return OK


@dataclass
class PostOffice:
    """Accepts mail as its `answer` says, asked with the step (rcpt, data, accepted) and how often it came before.

    `accepted` holds what the server took responsibility for, in order.
    """

    answer: Answer = always_ok
    banner_delay: float = 0.0
    accepted: list[EmailMessage] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)
    connections: int = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer by script."""
        told = self._asked("rcpt")
        if told == OK:
            envelope.rcpt_tos.append(address)
        return told

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take the mail when the script accepts it."""
        told = self._asked("data")
        if told == OK:
            content = envelope.content
            assert isinstance(content, bytes)
            self.accepted.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
            told = self._asked("accepted")
        if told == HANG_UP:
            server.transport.abort()
        return told

    def _asked(self, step: str) -> str:
        count = self.steps[step]
        self.steps[step] += 1
        return self.answer(step, count)

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was accepted."""
        return [str(mail["Message-ID"]) for mail in self.accepted]


class Server(Controller):
    """Runs a post office on a free port of this machine."""

    def __init__(self, office: PostOffice) -> None:
        super().__init__(office, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        """Count connections, and greet as late as the script says."""
        office = self.handler
        office.connections += 1
        return _Slow(office, office.banner_delay) if office.banner_delay else SMTP(office)

    @property
    def url(self) -> str:
        """The setting that names this server."""
        return f"smtp://{self.hostname}:{self.port}"


class _Slow(SMTP):
    def __init__(self, office: PostOffice, delay: float) -> None:
        self._delay = delay
        super().__init__(office)

    async def _handle_client(self) -> None:
        await asyncio.sleep(self._delay)
        await super()._handle_client()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_world(engine: Engine, folder: Path, smtp_url: str, **changes: Any) -> House:
    """Return a house on a test database that sends to a server."""
    given = {"smtp_url": smtp_url, "mail_from": "kaohe@yunchuan.example", "smtp_timeout": 5.0} | changes
    return House(Settings(data=folder, out=folder / "out", **given), engine, WorkCalendar())


def write(world: House, count: int = 1, kind: str = "obligation", **more: Any) -> list[str]:
    """Write so many messages, each to a recipient of its own with one mail address; return their keys."""
    names = [f"{kind}{number:04}" for number in range(count)]
    drafts = [Draft(sample_of(kind), name, f"key|{name}", **more) for name in names]
    with writing(world.engine) as session:
        session.add_all(Contact(recipient=name, channel="mail", address=f"{name}@unit.example") for name in names)
        write_messages(session, drafts, now=NOW)
    return names


def deliveries(world: House) -> list[Delivery]:
    """Return all deliveries, oldest first."""
    with reading(world.engine) as session:
        rows = list(session.exec(select(Delivery).order_by(Delivery.id)))  # type: ignore[arg-type]
        session.expunge_all()
        return rows


def states(world: House) -> dict[str, int]:
    """Return how many deliveries stand in each state."""
    return dict(Counter(row.state for row in deliveries(world)))


def let_leases_run_out(world: House) -> None:
    """Let the time pass after which a silent sender counts as dead."""
    with writing(world.engine) as session:
        session.execute(text("UPDATE delivery SET lease_until = '2000-01-01 00:00:00' WHERE lease_until IS NOT NULL"))


def sent_once(names: Sequence[str], office: PostOffice) -> bool:
    """Tell whether every recipient got one mail and no more."""
    return sorted(str(mail["To"]) for mail in office.accepted) == sorted(f"{name}@unit.example" for name in names)


def later(**span: float) -> datetime:
    """Return a moment after NOW."""
    return NOW + timedelta(**span)
