"""Short outbox texts: typed contexts in, title and plain-text body out. No score, no more of a person than needed."""

from dataclasses import dataclass
from datetime import date, datetime

from notices.render import environment, variables


@dataclass(frozen=True)
class Message:
    """What every message has: to whom it speaks, the scheme's printed name, and the period."""

    recipient: str
    scheme: str
    period: str


@dataclass(frozen=True)
class UnitNoticeMessage(Message):
    """The assessment begins for a unit; the document itself is attached."""

    group: str
    starts_on: date
    ends_on: date
    hotline: str


@dataclass(frozen=True)
class ObligationMessage(Message):
    """Something is owed: what, on which form, to whom, by when."""

    what: str
    form: str
    receiver: str
    due: date


@dataclass(frozen=True)
class InvestigationMessage(Message):
    """A special investigation is ordered; told to those who carry it out, without its causes."""

    unit: str
    due: date
    contact: str


@dataclass(frozen=True)
class MeetingMessage(Message):
    """A report meeting of a unit: when and where."""

    unit: str
    starts_at: datetime
    place: str
    contact: str


@dataclass(frozen=True)
class CircularMessage(Message):
    """The results are circulated; the grades stand in the circular, not here."""

    issuer: str
    number: str
    issued_on: date


@dataclass(frozen=True)
class FeedbackMessage(Message):
    """An appointment for feedback (`at` None: to be agreed); face to face or by letter."""

    group: str
    at: datetime | None
    place: str
    face_to_face: bool


@dataclass(frozen=True)
class OrderMessage(Message):
    """A talk or an order to rectify waits; its contents are handed over in person."""

    talk: str
    at: datetime | None
    place: str
    deadline: date | None


@dataclass(frozen=True)
class QuarterlyReportMessage(Message):
    """A quarterly rectification report is due, with the number of open items."""

    quarter: str
    open_items: int
    receiver: str
    due: date


@dataclass(frozen=True)
class GateMessage(Message):
    """The cycle waits for an answer: the question, the options, where to answer, by when if limited."""

    question: str
    options: tuple[str, ...]
    where: str
    due: date | None


MESSAGES: dict[type[Message], str] = {
    UnitNoticeMessage: "unit_notice",
    ObligationMessage: "obligation",
    InvestigationMessage: "investigation",
    MeetingMessage: "meeting",
    CircularMessage: "circular",
    FeedbackMessage: "feedback",
    OrderMessage: "order",
    QuarterlyReportMessage: "quarterly_report",
    GateMessage: "gate",
}


class UnknownMessage(LookupError):
    """A context whose type no message is registered for."""

    def __init__(self, context: object) -> None:
        known = ", ".join(kind.__name__ for kind in MESSAGES)
        super().__init__(f"{type(context).__name__} is no message context; allowed: {known}; register it in MESSAGES")


def render_message(context: Message) -> tuple[str, str]:
    """Title (one line, fit for a mail subject) and body of a message; raises UnknownMessage."""
    key = MESSAGES.get(type(context))
    if key is None:
        raise UnknownMessage(context)
    template = environment().get_template(f"messages/{key}.txt.j2")
    scope = template.new_context(dict(variables(context)))
    title, body = ("".join(template.blocks[name](scope)) for name in ("title", "body"))
    return " ".join(title.split()), body.strip()
