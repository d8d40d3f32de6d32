"""Writes the letters and orders of a cycle, and tells the units that feedback comes (BZ-52, BZ-54)."""

from notices.messages import FeedbackMessage, OrderMessage
from tasks.desk import Desk
from tasks.documents.files import called, document_path, write_document
from tasks.documents.followup import Paperwork, feedback_letter, rectification_order
from tasks.grading.consequences import action_label

LETTERS, ORDERS = "反馈意见书", "谈话和整改通知书"


def write_letters(desk: Desk) -> int:
    """Write one letter to every subject; return how many."""
    work = Paperwork(desk)
    rows = [row for row in desk.subjects() if row.code in work.grades]
    for row in rows:
        write_document(desk, feedback_letter(work, row), LETTERS, row.unit_id, f"{row.code}_{row.name}")
    desk.audit("document.write", {"kind": "feedback_letter", "count": len(rows)})
    return len(rows)


def write_orders(desk: Desk, *, only_missing: bool = False) -> int:
    """Write the notice of every talk and order; return how many."""
    work, written = Paperwork(desk), 0
    for row in desk.subjects():
        if row.code in work.talks or row.code in work.orders:
            name = f"{row.code}_{row.name}"
            if only_missing and document_path(desk, ORDERS, name).exists():
                continue
            write_document(desk, rectification_order(work, row), ORDERS, name)
            written += 1
    return written


def send_feedback_messages(desk: Desk) -> None:
    """Tell each unit how feedback is given, and each subject of a talk or order that one waits; no contents (BZ-54)."""
    work = Paperwork(desk)
    units: dict[str, bool] = {}
    for row in desk.subjects():
        units[row.unit_id] = units.get(row.unit_id, False) or row.code in work.talks
    texts = {}
    for unit, face_to_face in units.items():
        name = work.printed[unit].unit if unit in work.printed else unit
        group = work.groups.get(unit, "考核组")
        texts[unit] = FeedbackMessage(name, **work.common, group=group, at=None, place="", face_to_face=face_to_face)
    desk.messages(texts)
    orders = {}
    for row in desk.subjects():
        talk, order = work.talks.get(row.code), work.orders.get(row.code)
        if talk or order:
            kind = action_label(desk, talk.settled_action) if talk else ""
            deadline = order.due_on if order else None
            orders[row.code] = OrderMessage(
                called(work.printed[row.code]), **work.common, talk=kind, at=None, place="", deadline=deadline
            )
    desk.messages(orders)
