"""Verification of rectification items by someone else: closed (销号), or returned with a reason."""

from datetime import date

from models.evidence import Entry
from models.followup import RectificationItem
from tasks.desk import Desk
from tasks.documents.files import printed_subjects
from tasks.followup.rectification import OPEN, ItemKey, item_key, items, items_of_year, reports_of

NO_REASON = "验收未通过,未写明意见"


def take_verifications(desk: Desk) -> list[RectificationItem]:
    """Close the items that were accepted, return those that were not; return the ones returned now.

    A verification counts once: work that was returned waits for the next one after it is reported on again.
    """
    refused = {key for key, _ in verification_faults(desk)}
    by_key = {(row.subject, row.number): row for row in items(desk, "reported")}
    returned = []
    for entry in desk.entries("verifications"):
        item = by_key.get(item_key(entry))
        if item is None or item_key(entry) in refused or item.verification_id == entry.id:
            continue
        verifier = str(entry.values["verified_by"])
        if entry.values.get("accepted"):
            desk.move(item, "close", by=verifier, verified_by=verifier, verification_id=entry.id, closed_on=entry.dated)
        else:
            reason = str(entry.values.get("opinion") or NO_REASON)
            again = _due_again(item, entry)
            desk.move(
                item, "return", by=verifier, reason=reason, returned=reason, verification_id=entry.id, due_on=again
            )
            returned.append(item)
    return returned


def _due_again(item: RectificationItem, entry: Entry) -> date:
    """The new deadline that the verifier set; without one the old deadline stands."""
    told = entry.values.get("due_again")
    return date.fromisoformat(str(told)) if told else item.due_on


def verification_faults(desk: Desk) -> list[tuple[ItemKey, str]]:
    """Return why a verification has no effect: no such item, not reported on, or verified by those concerned."""
    by_key = {(row.subject, row.number): row for row in items(desk)}
    others = {(row.subject, row.number) for row in items_of_year(desk)} - set(by_key)
    reported = {item_id for item_id, _ in reports_of(desk)}
    printed = printed_subjects(desk)
    faults = []
    for entry in desk.entries("verifications"):
        key = item_key(entry)
        item = by_key.get(key)
        if key in others or (item is not None and _is_spent(item, entry)):
            continue
        name = printed[key[0]].name if key[0] in printed else ""
        if why := _why_not(item, reported, str(entry.values["verified_by"]), name):
            faults.append((key, why))
    return faults


def _is_spent(item: RectificationItem, entry: Entry) -> bool:
    return item.state not in OPEN or item.verification_id == entry.id


def _why_not(item: RectificationItem | None, reported: set[int], verifier: str, subject: str) -> str:
    if item is None:
        return "没有这个整改事项"
    if item.id not in reported:
        return "尚无季度报告,不能验收"
    if item.state == "open":
        return "退回后尚未重新报告,不能验收"
    if verifier in (item.responsible, subject):
        return f"验收人“{verifier}”就是责任人或报告人,须由他人验收"
    return ""
