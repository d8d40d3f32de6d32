"""Rectification items of a talk or an order: drawn up, reported on, verified, closed (BZ-17, BZ-54, BZ-55)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from models.evidence import Entry
from models.followup import RectificationItem, RectificationReport
from tasks.cycle.deadline import add_months
from tasks.desk import Desk
from tasks.followup.appraisals import feedbacks
from tasks.grading.consequences import ORDER, TALKS, settled

OPEN = ("open", "reported")
NUMBERING = re.compile(r"^\s*(?:[0-9]+|[一二三四五六七八九十]+)\s*[.、.)）]\s*")
ItemKey = tuple[str, int]


@dataclass(frozen=True)
class Ground:
    """Why and by when a subject rectifies: the rule, the deadline, the day it was settled."""

    rule: str
    due_on: date
    since: date


def grounds(desk: Desk) -> dict[str, Ground]:
    """Return each subject of a talk or an order; the order's deadline, else as many months after the talk."""
    months = int(desk.config("rectification.deadline"))
    found: dict[str, Ground] = {}
    for row in [*settled(desk, *TALKS), *settled(desk, ORDER)]:
        since = row.settled_on or desk.today
        found[row.subject] = Ground(row.rule, row.due_on or add_months(since, months), since)
    return found


def items(desk: Desk, *states: str) -> list[RectificationItem]:
    """Return the items in these states (all when none are given), by subject and number."""
    query = select(RectificationItem).where(RectificationItem.cycle_id == desk.cycle_id)
    if states:
        query = query.where(col(RectificationItem.state).in_(states))
    return list(desk.session.exec(query.order_by(col(RectificationItem.subject), col(RectificationItem.number))))


def draft_items(desk: Desk) -> None:
    """Draw up one item a shortcoming of the appraisal, with its requirement; until reported on they follow it."""
    known: dict[ItemKey, RectificationItem] = {(row.subject, row.number): row for row in items(desk)}
    appraisals = feedbacks(desk)
    for subject, ground in grounds(desk).items():
        if subject not in appraisals:
            continue
        for number, (problem, requirement) in enumerate(_points(appraisals[subject].parts), start=1):
            row = known.get((subject, number))
            if row is None:
                desk.session.add(_item(desk, subject, number, ground, problem, requirement))
            elif row.state == "open":
                row.problem, row.requirement = problem, requirement
    desk.session.flush()


def _points(parts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pair problems with requirements line by line; what has no partner goes with the last of the other side."""
    problems, wanted = lines_of(parts.get("shortcomings")), lines_of(parts.get("requirements"))
    if not problems and not wanted:
        return []
    texts = problems or ["组织、群众提出的意见建议"]
    last = len(texts) - 1
    shared = [*wanted[:last], ";".join(wanted[last:])] if len(wanted) > len(texts) else wanted or ["限期整改"]
    return [(text, shared[min(number, len(shared) - 1)]) for number, text in enumerate(texts)]


def lines_of(text: object) -> list[str]:
    """Return the lines of a text without their numbering."""
    lines = (NUMBERING.sub("", line).strip() for line in str(text or "").splitlines())
    return [line for line in lines if line]


def _item(desk: Desk, subject: str, number: int, ground: Ground, problem: str, requirement: str) -> RectificationItem:
    return RectificationItem(
        cycle_id=desk.cycle_id,
        subject=subject,
        number=number,
        origin=ground.rule,
        problem=problem,
        requirement=requirement,
        opened_on=desk.today,
        due_on=ground.due_on,
    )


def reports_of(desk: Desk) -> dict[tuple[int, str], RectificationReport]:
    """Return the current report of each item and quarter."""
    query = select(RectificationReport).where(
        RectificationReport.cycle_id == desk.cycle_id, RectificationReport.state == "current"
    )
    rows = desk.session.exec(query.order_by(col(RectificationReport.reported_on), col(RectificationReport.id)))
    return {(row.item_id, row.quarter): row for row in rows}


def take_reports(desk: Desk) -> list[str]:
    """Take in quarterly reports on items; return in words the rows that name no item."""
    by_key = {(row.subject, row.number): row for row in items(desk)}
    known, lost, reported = reports_of(desk), [], []
    old, fresh = [], []
    for entry in desk.entries("rectification_reports"):
        item = by_key.get(_item_key(entry))
        if item is None or item.id is None:
            lost.append(f"{entry.key}:没有这个整改事项")
            continue
        before = known.get((item.id, str(entry.values["quarter"])))
        if before is not None and before.entry_id == entry.id:
            continue
        old += [before] if before is not None else []
        fresh.append(_report(desk, item, entry))
        if item.state in OPEN:
            item.measures = entry.values.get("measures") or item.measures
            item.responsible = entry.values.get("responsible") or item.responsible
            reported.append(item)
    desk.move(old, "replace", reason="季度报告更正")
    desk.session.add_all(fresh)
    desk.session.flush()
    desk.move(list({id(row): row for row in reported}.values()), "report")
    return lost


def _item_key(entry: Entry) -> ItemKey:
    return str(entry.subject), int(entry.values["item"])


def _report(desk: Desk, item: RectificationItem, entry: Entry) -> RectificationReport:
    assert item.id is not None
    assert entry.id is not None
    return RectificationReport(
        cycle_id=desk.cycle_id,
        item_id=item.id,
        subject=item.subject,
        quarter=str(entry.values["quarter"]),
        progress=entry.values.get("progress") or "",
        evidence=entry.values.get("evidence") or "",
        done=bool(entry.values.get("done")),
        reported_on=entry.dated,
        entry_id=entry.id,
    )


def take_verifications(desk: Desk) -> None:
    """Close the items that someone else than those responsible has verified and accepted."""
    refused = {key for key, _ in verification_faults(desk)}
    by_key = {(row.subject, row.number): row for row in items(desk, "reported")}
    for entry in desk.entries("verifications"):
        item = by_key.get(_item_key(entry))
        if item is not None and entry.values.get("accepted") and _item_key(entry) not in refused:
            verifier = str(entry.values["verified_by"])
            desk.move(item, "close", by=verifier, verified_by=verifier, closed_on=entry.dated)


def verification_faults(desk: Desk) -> list[tuple[ItemKey, str]]:
    """Return why a verification does not close its item: none such, not reported on, or verified by those concerned."""
    by_key = {(row.subject, row.number): row for row in items(desk)}
    names = {row.code: row.name for row in desk.subjects()}
    faults = []
    for entry in desk.entries("verifications"):
        key = _item_key(entry)
        item = by_key.get(key)
        why = (
            _why_not(item, str(entry.values["verified_by"]), names.get(key[0], ""))
            if _wants_closing(item, entry)
            else ""
        )
        if why:
            faults.append((key, why))
    return faults


def _wants_closing(item: RectificationItem | None, entry: Entry) -> bool:
    return bool(entry.values.get("accepted")) and (item is None or item.state in OPEN)


def _why_not(item: RectificationItem | None, verifier: str, subject: str) -> str:
    if item is None:
        return "没有这个整改事项"
    if item.state == "open":
        return "尚无季度报告,不能销号"
    if verifier in (item.responsible, subject):
        return f"验收人“{verifier}”就是责任人或报告人,须由他人验收"
    return ""


def overdue_days(item: RectificationItem, today: date) -> int:
    """Return by how many days an item is or was late; 0 in time (the due day itself is in time)."""
    return max(((item.closed_on or today) - item.due_on).days, 0)


def open_items(rows: Iterable[RectificationItem]) -> list[RectificationItem]:
    """Return the items that are not closed and not carried over."""
    return [row for row in rows if row.state in OPEN]
