"""Short outbox texts: typed contexts in, title and plain-text body out. No score, no more of a person than needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from notices.render import environment, variables
from notices.wording import WORDING_FAULTS, said_by, wording_of

NO_FILES: Mapping[str, str] = {}


@dataclass(frozen=True)
class Message:
    """What every message has: to whom it speaks, the scheme's printed name, and the period.

    Each kind sets `label`, its name in the ledger. A `statutory` one is sent again, under the same Message-ID, when it
    is uncertain whether the first copy arrived; a reminder is not.
    """

    label: ClassVar[str]
    statutory: ClassVar[bool] = True

    recipient: str
    scheme: str
    period: str


@dataclass(frozen=True)
class UnitNoticeMessage(Message):
    """The assessment begins for a unit; the document itself is attached."""

    label = "考核通知"

    group: str
    starts_on: date
    ends_on: date
    hotline: str


@dataclass(frozen=True)
class ObligationMessage(Message):
    """Something is owed: what, on which form, to whom, by when; `names` of those whom it concerns, if not only one."""

    label = "应办事项通知"

    what: str
    form: str
    receiver: str
    due: date
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvestigationMessage(Message):
    """A special investigation is ordered; told to those who carry it out, without its causes."""

    label = "专项调查任务"

    unit: str
    due: date
    contact: str


@dataclass(frozen=True)
class MeetingMessage(Message):
    """A report meeting of a unit: when and where."""

    label = "会议通知"

    unit: str
    starts_at: datetime
    place: str
    contact: str


@dataclass(frozen=True)
class CircularMessage(Message):
    """The results are circulated; the grades stand in the circular, not here."""

    label = "结果通报"

    issuer: str
    number: str
    issued_on: date


@dataclass(frozen=True)
class FeedbackMessage(Message):
    """An appointment for feedback (`at` None: to be agreed); face to face or by letter."""

    label = "反馈安排"

    group: str
    at: datetime | None
    place: str
    face_to_face: bool


@dataclass(frozen=True)
class OrderMessage(Message):
    """A talk or an order to rectify waits; its contents are handed over in person."""

    label = "结果运用通知"

    talk: str
    at: datetime | None
    place: str
    deadline: date | None


@dataclass(frozen=True)
class QuarterlyReportMessage(Message):
    """A quarterly rectification report is due, with the number of open items."""

    label = "季度整改报告通知"

    quarter: str
    open_items: int
    receiver: str
    due: date


@dataclass(frozen=True)
class GateMessage(Message):
    """The cycle waits for an answer: the question, the options, where to answer, by when if limited."""

    label = "待答复事项"

    question: str
    options: tuple[str, ...]
    where: str
    due: date | None


@dataclass(frozen=True)
class OperatorTaskMessage(Message):
    """Something the installation cannot mend itself: what is wrong, the counts, and what to do."""

    label = "运维事项"

    what: str
    lines: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class DueLine:
    """Work of one kind that is still owed: what, how many, when it was or is due; names only where they may be told."""

    what: str
    count: int
    due: date
    when: str
    receiver: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class DigestMessage(Message):
    """What one recipient still owes and is reminded of today; `more` counts the work that has no line."""

    label = "应办事项提醒"
    statutory = False

    total: int
    overdue: int
    lines: tuple[DueLine, ...]
    more: int


@dataclass(frozen=True)
class EscalationMessage(Message):
    """What others still owe to a receiver although it is overdue; `more` counts the work that has no line."""

    label = "逾期事项报告"
    statutory = False

    total: int
    lines: tuple[DueLine, ...]
    more: int


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
    OperatorTaskMessage: "operator_task",
    DigestMessage: "digest",
    EscalationMessage: "escalation",
}


class UnknownMessage(LookupError):
    """A context whose type no message is registered for."""

    def __init__(self, context: object) -> None:
        known = ", ".join(kind.__name__ for kind in MESSAGES)
        super().__init__(f"{type(context).__name__} is no message context; allowed: {known}; register it in MESSAGES")


def kind_of(key: str) -> type[Message] | None:
    """Return the context of a kind of message, None for a kind of an older version."""
    return next((kind for kind, name in MESSAGES.items() if name == key), None)


def render_message(context: Message, files: Mapping[str, str] = NO_FILES) -> tuple[str, str]:
    """Title (one line, fit for a mail subject) and body of a message; raises UnknownMessage.

    A pack's own wording among `files` counts. Where it fails on these values, though it passed the check of the pack,
    the standard text is said instead: wording never stops work.
    """
    key = MESSAGES.get(type(context))
    if key is None:
        raise UnknownMessage(context)
    try:
        own = wording_of(key, files)
        if own is not None:
            return said_by(own, variables(context))
    except WORDING_FAULTS:
        pass
    return said_by(environment().get_template(f"messages/{key}.txt.j2"), variables(context))
