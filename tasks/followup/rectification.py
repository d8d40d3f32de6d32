"""Rectification items: drawn up for a talk or an order, reported on quarter by quarter (BZ-17, BZ-54, BZ-55)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from models.cycle import Cycle
from models.evidence import Entry
from models.followup import RectificationItem, RectificationReport
from tasks.cycle.deadline import add_months
from tasks.desk import Desk
from tasks.followup.appraisals import feedbacks
from tasks.grading.consequences import ORDER, TALKS, settled

OPEN = ("open", "reported")
STANDING = (*OPEN, "closed", "carried_over")
FROM_FEEDBACK = ("feedback", "talk", "order")  # grounds of the items that follow the appraisal
LABELS = {
    "open": "未报告",
    "reported": "整改中",
    "closed": "已销号",
    "carried_over": "转入下一年度",
    "withdrawn": "已撤销",
}
RETURNED = "退回重改"
NUMBERING = re.compile(r"^\s*(?:[0-9]+|[一二三四五六七八九十]+)\s*[.、.)）]\s*")
ItemKey = tuple[str, int]


@dataclass(frozen=True)
class Ground:
    """Why and by when a subject rectifies: a talk or an order, its rule, the deadline, the day it was settled."""

    kind: str
    rule: str
    due_on: date
    since: date


def grounds(desk: Desk) -> dict[str, Ground]:
    """Return each subject of a talk or an order; the order's deadline, else as many months after the talk."""
    months = int(desk.config("rectification.deadline"))
    found: dict[str, Ground] = {}
    for row in [*settled(desk, *TALKS), *settled(desk, ORDER)]:
        since = row.settled_on or desk.today
        kind = "order" if row.settled_action == ORDER else "talk"
        found[row.subject] = Ground(kind, row.rule, row.due_on or add_months(since, months), since)
    return found


def items(desk: Desk, *states: str) -> list[RectificationItem]:
    """Return the items in these states (all but withdrawn when none are given), by subject and number."""
    query = select(RectificationItem).where(
        RectificationItem.cycle_id == desk.cycle_id, col(RectificationItem.state).in_(states or STANDING)
    )
    return list(desk.session.exec(query.order_by(col(RectificationItem.subject), col(RectificationItem.number))))


def items_of_year(desk: Desk) -> list[RectificationItem]:
    """Return the items of this scheme and year, of the annual and the routine cycle: they share forms and numbers."""
    query = select(RectificationItem).join(Cycle, col(Cycle.id) == col(RectificationItem.cycle_id))
    query = query.where(Cycle.scheme_id == desk.cycle.scheme_id, Cycle.year == desk.cycle.year)
    return list(desk.session.exec(query.where(Cycle.state != "withdrawn").order_by(col(RectificationItem.id))))


class Numbers:
    """Gives each subject's next item its number, unique in its scheme and year."""

    def __init__(self, desk: Desk) -> None:
        self._last: dict[str, int] = {}
        for row in items_of_year(desk):
            self._last[row.subject] = max(self._last.get(row.subject, 0), row.number)

    def next(self, subject: str) -> int:
        """Return the number after the subject's last."""
        self._last[subject] = self._last.get(subject, 0) + 1
        return self._last[subject]


def draft_items(desk: Desk) -> None:
    """Draw up one item a shortcoming of the appraisal, with its requirement; until reported on they follow it."""
    known: dict[str, list[RectificationItem]] = defaultdict(list)
    for row in items(desk):
        if row.ground in FROM_FEEDBACK:
            known[row.subject].append(row)
    appraisals, numbers = feedbacks(desk), Numbers(desk)
    for subject, ground in grounds(desk).items():
        if subject not in appraisals:
            continue
        mine, parts = known[subject], appraisals[subject].parts
        points = paired(parts.get("shortcomings"), parts.get("requirements"))
        for place, (problem, requirement) in enumerate(points):
            if place >= len(mine):
                desk.session.add(_item(desk, subject, numbers.next(subject), ground, problem, requirement))
            elif mine[place].state == "open" and not mine[place].returned:
                mine[place].problem, mine[place].requirement = problem, requirement
    desk.session.flush()


def paired(problems_told: object, wanted_told: object) -> list[tuple[str, str]]:
    """Pair problems with requirements line by line; what has no partner goes with the last of the other side."""
    problems, wanted = lines_of(problems_told), lines_of(wanted_told)
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
        ground=ground.kind,
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
    others = {(row.subject, row.number) for row in items_of_year(desk)} - set(by_key)
    known, lost, reported = reports_of(desk), [], []
    old, fresh = [], []
    for entry in desk.entries("rectification_reports"):
        item = by_key.get(item_key(entry))
        if item is None or item.id is None:
            lost += [] if item_key(entry) in others else [f"{entry.key}:没有这个整改事项"]
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


def item_key(entry: Entry) -> ItemKey:
    """Return which item a row of a sheet speaks of: subject and number."""
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


def state_label(item: RectificationItem) -> str:
    """Return an item's state in words; what verification returned says so until it is reported on again."""
    return RETURNED if item.state == "open" and item.returned else LABELS[item.state]


def is_closed(item: RectificationItem, day: date) -> bool:
    """Tell whether an item was closed by the end of a day."""
    return item.closed_on is not None and item.closed_on <= day


def overdue_days(item: RectificationItem, day: date) -> int:
    """Return by how many days an item is or was late as of a day; 0 in time (the due day itself is in time)."""
    return max((min(item.closed_on or day, day) - item.due_on).days, 0)
