"""The public notice of a decision, objections to it, and what ends it: a circular or a new decision (BZ-46)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from config.forms import FieldSpec, Option
from models.evidence import Entry
from models.grading import Decision, Objection, PublicNotice
from notices.messages import CircularMessage
from tasks.cycle.rewind import rewind
from tasks.desk import Desk
from tasks.documents.files import common, unit_names, word_file, write_document
from tasks.documents.grading import circular
from tasks.grading.archive import withdraw_decision
from tasks.grading.consequences import set_deadlines, withdraw_proposed
from tasks.stage import AnswerRefused

GATE = "notice_result"


def current_notice(desk: Desk) -> PublicNotice | None:
    """Return the latest notice of the cycle."""
    query = select(PublicNotice).where(PublicNotice.cycle_id == desk.cycle_id)
    return desk.session.exec(query.order_by(col(PublicNotice.id).desc())).first()


def notice_of(desk: Desk, decision: Decision) -> PublicNotice:
    """Return the notice of a decision."""
    return desk.session.exec(select(PublicNotice).where(PublicNotice.decision_id == decision.id)).one()


def open_notice(desk: Desk, decision: Decision) -> PublicNotice:
    """Publish a decision from the working day after it is made and known, both ends included."""
    assert decision.id is not None
    from_on = desk.calendar.add(max(decision.decided_on, desk.today), 1)
    to_on = desk.calendar.add(from_on - timedelta(days=1), int(desk.config("publication.notice_days")))
    notice = PublicNotice(cycle_id=desk.cycle_id, decision_id=decision.id, from_on=from_on, to_on=to_on)
    desk.session.add(notice)
    desk.session.flush()
    desk.audit("public_notice.publish", {"decision": decision.round, "from": str(from_on), "to": str(to_on)})
    return notice


def objections(desk: Desk, notice: PublicNotice, *states: str) -> list[Objection]:
    """Return a notice's objections in these states (all when none are given)."""
    query = select(Objection).where(Objection.notice_id == notice.id)
    if states:
        query = query.where(col(Objection.state).in_(states))
    return list(desk.session.exec(query.order_by(col(Objection.id))))


def take_objections(desk: Desk, notice: PublicNotice) -> None:
    """Turn registered rows of the notice period into objections; a corrected row corrects one not yet answered."""
    assert notice.id is not None
    known = {row.number: row for row in objections(desk, notice)}
    for entry in desk.entries("objections"):
        number, row = entry.key, known.get(entry.key)
        if row is None and _in_period(entry, notice):
            desk.session.add(
                Objection(
                    notice_id=notice.id,
                    number=number,
                    subject=entry.values["subject"],
                    content=entry.values["content"],
                    received_on=entry.dated,
                )
            )
        elif row is not None and row.state == "received":
            row.subject, row.content = entry.values["subject"], entry.values["content"]
    desk.session.flush()


def late_objections(desk: Desk, notice: PublicNotice) -> list[Entry]:
    """Return registered rows that came after the notice period and so do not count."""
    return [entry for entry in desk.entries("objections") if entry.dated > notice.to_on]


def _in_period(entry: Entry, notice: PublicNotice) -> bool:
    return notice.from_on <= entry.dated <= notice.to_on


def notice_fields(desk: Desk, waiting: Sequence[Objection]) -> tuple[FieldSpec, ...]:
    """Return the form: one row an open objection, and the circular."""
    numbers = tuple(Option(value=row.number, label=row.number) for row in waiting)
    rows = FieldSpec(
        name="objections",
        label="异议答复",
        type="rows",
        fields=(
            FieldSpec(name="number", label="异议编号", type="choice", required=True, options=numbers or _NONE),
            FieldSpec(name="upheld", label="是否成立", type="bool", default=False),
            FieldSpec(name="reply", label="答复", type="longtext", required=True),
        ),
    )
    circular_fields = (
        FieldSpec(name="circular_number", label="通报文号", type="text", help="如:州纪发〔2011〕3号"),
        FieldSpec(name="circular_on", label="通报日期", type="date", default=desk.today.isoformat()),
    )
    return ((rows,) if waiting else ()) + circular_fields


_NONE = (Option(value="-", label="(无)"),)


@dataclass(frozen=True)
class NoticeResult:
    """An answer that stands: each objection with its reply, the numbers upheld, the circular."""

    replies: tuple[tuple[Objection, bool, str], ...]
    upheld: tuple[str, ...]
    number: str
    circular_on: date | None


def read_result(desk: Desk, notice: PublicNotice, answer: Mapping[str, Any]) -> NoticeResult:
    """Return the answer, or refuse it with every reason: an objection without reply, a circular too early or late."""
    waiting = {row.number: row for row in objections(desk, notice, "received")}
    replies, faults = _read_replies(waiting, answer.get("objections") or [])
    upheld = tuple(row.number for row, is_upheld, _ in replies if is_upheld)
    number, day = str(answer.get("circular_number") or "").strip(), None
    if not upheld:
        day, wrong = _read_circular(desk, notice, number, answer.get("circular_on"))
        faults += wrong
    if faults:
        raise AnswerRefused(faults)
    return NoticeResult(tuple(replies), upheld, number, day)


def _read_replies(
    waiting: Mapping[str, Objection], rows: Sequence[Mapping[str, Any]]
) -> tuple[list[tuple[Objection, bool, str]], list[str]]:
    replies, faults, seen = [], [], set()
    for row in rows:
        number, reply = str(row.get("number") or "").strip(), str(row.get("reply") or "").strip()
        if number not in waiting:
            faults.append(f"没有待答复的异议“{number}”,待答复的有:{'、'.join(waiting) or '(无)'}")
        elif number in seen:
            faults.append(f"异议“{number}”出现了两次,请只留一行")
        elif not reply:
            faults.append(f"异议“{number}”未写答复")
        else:
            replies.append((waiting[number], bool(row.get("upheld")), reply))
        seen.add(number)
    faults += [f"异议“{number}”尚未答复" for number in waiting if number not in seen]
    return replies, faults


def _read_circular(desk: Desk, notice: PublicNotice, number: str, value: Any) -> tuple[date | None, list[str]]:
    faults = [] if number else ["请填写通报文号"]
    try:
        day = date.fromisoformat(str(value or ""))
    except ValueError:
        return None, [*faults, f"通报日期“{value or '空'}”不是日期,请按 {desk.today.isoformat()} 的写法填写"]
    if day <= notice.to_on:
        faults.append(f"通报日期 {day} 须在公示期满({notice.to_on})之后(BZ-46)")
    if day > desk.today:
        faults.append(f"通报日期 {day} 晚于今天({desk.today})")
    if not desk.calendar.is_workday(day):
        faults.append(f"通报日期 {day} 不是工作日,其后第一个工作日是 {desk.calendar.add(day, 0)}")
    return day, faults


def circulate(desk: Desk, notice: PublicNotice, decision: Decision, *, number: str, issued_on: date) -> None:
    """Issue the circular to every unit; from this day the deadlines of orders count (BZ-17, BZ-46)."""
    desk.move(notice, "circulate", circular_on=issued_on)
    set_deadlines(desk, issued_on)
    document = circular(desk, notice, decision, number=number, issued_on=issued_on)
    attached = (word_file(write_document(desk, document, "通报")),)
    names, issuer = unit_names(desk), document.head.issuer
    texts = {
        unit: CircularMessage(names[unit], **common(desk), issuer=issuer, number=number, issued_on=issued_on)
        for unit in dict.fromkeys(row.unit_id for row in desk.subjects())
    }
    desk.messages(texts, attachments=attached)


def reopen(desk: Desk, notice: PublicNotice, decision: Decision, reason: str) -> None:
    """Withdraw a decision with all that it proposed, and let the committee decide anew; nothing is deleted."""
    desk.move(notice, "reopen", reason=reason)
    desk.move(decision, "replace", reason=reason)
    withdraw_proposed(desk)
    withdraw_decision(desk, decision, reason)
    rewind(desk, "decide", reason)
