"""Contacts of the roster: words as people write them, and what is wrong with a line."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from models.duty import Obligation
from models.outbox import Message
from models.roster import ROLES
from notices.mail import MailFault, checked_address
from tasks.outbox.postman import MAIL
from tasks.roster.sheets import CONTACTS
from tasks.roster.sheets import ROLES as ROLE_OPTIONS
from tasks.roster.state import State, Values
from tasks.sheets.faults import SheetFault, quoted
from tasks.sheets.spec import SheetRow

MAIL_WORD = "邮件"
_CODES = {option.label: option.value for option in ROLE_OPTIONS}
_LABELS = {option.value: option.label for option in ROLE_OPTIONS}


def stored(values: Values) -> dict[str, Any]:
    """Return a line as it is stored: roles by code, 邮件 as mail, a missing address as none."""
    changed = dict(values)
    if "recipient" in changed:
        changed["recipient"] = _CODES.get(changed["recipient"], changed["recipient"])
    if "channel" in changed:
        changed["channel"] = MAIL if changed["channel"] == MAIL_WORD else changed["channel"]
    if "address" in changed:
        changed["address"] = (changed["address"] or "").strip()
    if "stopped" in changed:
        changed["stopped"] = bool(changed["stopped"])
    return changed


def spoken(values: Values) -> dict[str, Any]:
    """Return a stored line as people write it."""
    words: Mapping[str, str] = {MAIL: MAIL_WORD}
    return dict(values) | {
        "recipient": _LABELS.get(values["recipient"], values["recipient"]),
        "channel": words.get(values["channel"], values["channel"]),
    }


def told_recipients(session: Session) -> set[str]:
    """Return the recipients to whom something was said or is owed: words of packs are among them."""
    said = set(session.exec(select(Message.recipient).distinct()))
    return said | set(session.exec(select(Obligation.recipient).distinct()))


def contact_faults(
    rows: Sequence[SheetRow], state: State, told: Collection[str], channels: Collection[str]
) -> Iterator[SheetFault]:
    """Give the contacts of nobody, by an unknown channel, or with an address that is none."""
    known = {key[0] for sheet in ("units", "persons") for key in state[sheet]} | set(ROLES) | set(told)
    known |= {row.values["id"] for row in rows if row.values.get("id")}  # faulty rows count as known
    for row in rows:
        if row.sheet_id == CONTACTS.id:
            yield from _recipient(row, known)
            yield from _channel(row, channels)


def _recipient(row: SheetRow, known: Collection[str]) -> Iterator[SheetFault]:
    code = row.values.get("recipient")
    if code and code not in known:
        allowed = f"单位编码、人员编码,或角色({'、'.join(_CODES)})"
        yield row.fault("recipient", f"不认识的接收方{quoted(code)}", allowed, "核对编码,或先在“单位”“人员”表中增加")


def _channel(row: SheetRow, channels: Collection[str]) -> Iterator[SheetFault]:
    channel, address = row.values.get("channel"), row.values.get("address", "")
    if channel == MAIL:
        try:
            checked_address(address)
        except MailFault:
            yield row.fault(
                "address", quoted(address) if address else "空", "名称@域名,如 office@example.gov.cn", "改正邮箱"
            )
    elif channel and channel not in channels:
        allowed = "、".join((MAIL_WORD, *channels))
        yield row.fault("channel", quoted(channel), allowed, "改用其中之一,或先在 KAOHE_CHANNELS 中设置这个通道")
    elif channel and address:
        yield row.fault("address", quoted(address), "留空", "群通道的地址只写在 KAOHE_CHANNELS 中,这里留空")
