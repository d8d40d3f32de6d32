"""New rectification items: from thresholds and inspections of closed periods, and from investigations of the cycle."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlmodel import col, select

from models.evidence import Finding, Investigation
from models.followup import RectificationItem
from notices.messages import ObligationMessage
from tasks.cycle.deadline import add_months
from tasks.desk import Desk
from tasks.documents.files import called, common, printed_subjects
from tasks.followup.item_duties import follow_items, units_of
from tasks.followup.rectification import Numbers, items

REQUIREMENT = "针对调查属实的问题制定措施,限期整改"


class Wanted(Protocol):
    """What an item is drawn up from; `ground` is one of the table's: threshold, inspection, investigation…"""

    @property
    def subject(self) -> str: ...
    @property
    def problem(self) -> str: ...
    @property
    def requirement(self) -> str: ...
    @property
    def due_on(self) -> date: ...
    @property
    def rule(self) -> str: ...
    @property
    def ground(self) -> str: ...


@dataclass(frozen=True)
class NewItem:
    """An item that is wanted."""

    subject: str
    problem: str
    requirement: str
    due_on: date
    rule: str
    ground: str


def add_items(desk: Desk, wanted: Iterable[Wanted]) -> list[RectificationItem]:
    """Draw up each item that no (subject, rule, problem) of this cycle has yet, owed from today; return the new ones.

    Its unit is told how many and by when; problem and requirement stand in the report it fills in.
    """
    known = {(row.subject, row.origin, row.problem) for row in items(desk)}
    numbers, fresh = Numbers(desk), []
    for item in wanted:
        if (item.subject, item.rule, item.problem) in known:
            continue
        known.add((item.subject, item.rule, item.problem))
        fresh.append(_row(desk, item, numbers.next(item.subject)))
    if not fresh:
        return []
    desk.session.add_all(fresh)
    desk.session.flush()
    counts = Counter(row.ground for row in fresh)
    desk.audit("rectification_item.add", {"grounds": dict(counts), "count": len(fresh)})
    follow_items(desk)
    _tell(desk, fresh)
    return fresh


def _row(desk: Desk, item: Wanted, number: int) -> RectificationItem:
    return RectificationItem(
        cycle_id=desk.cycle_id,
        subject=item.subject,
        number=number,
        origin=item.rule,
        ground=item.ground,
        problem=item.problem,
        requirement=item.requirement,
        opened_on=desk.today,
        due_on=max(item.due_on, desk.today),
    )


def _tell(desk: Desk, fresh: Iterable[RectificationItem]) -> None:
    by_subject: dict[str, list[RectificationItem]] = {}
    for row in fresh:
        by_subject.setdefault(row.subject, []).append(row)
    units, printed = units_of(desk, by_subject), printed_subjects(desk)
    for subject, rows in by_subject.items():
        text = ObligationMessage(
            called(printed[subject]),
            **common(desk),
            what=f"整改事项{len(rows)}项",
            form="整改季度报告表",
            receiver=str(desk.cycle.params.get("office", "")),
            due=min(row.due_on for row in rows),
        )
        desk.message(text, recipient=units[subject], about=subject, slot=f"item {rows[0].number}")


def draft_investigated(desk: Desk) -> list[RectificationItem]:
    """Draw up an item from each substantiated finding of a substantiated investigation of the cycle."""
    query = (
        select(Investigation, Finding)
        .join(Finding, col(Finding.investigation_id) == col(Investigation.id))
        .where(Investigation.cycle_id == desk.cycle_id, Investigation.result == "substantiated")
        .where(col(Finding.substantiated).is_(True))
    )
    rows = desk.session.exec(query.order_by(col(Finding.id))).all()
    if not rows:
        return []
    due_on = add_months(desk.today, int(desk.config("rectification.deadline")))
    active = {row.code for row in desk.subjects()}
    return add_items(
        desk,
        [
            NewItem(row.subject, finding.text, REQUIREMENT, due_on, "、".join(row.rules), "investigation")
            for row, finding in rows
            if row.subject in active
        ],
    )
