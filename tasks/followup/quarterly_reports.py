"""Quarterly reports owed by those who rectify: obligations, reminders when a quarter opens, what came in (BZ-55)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import sqlalchemy
from sqlmodel import col, select

from config.rhythm import slot_end, slot_label, slot_start
from models.duty import Obligation, Submission
from models.followup import Feedback, RectificationItem, RectificationReport
from notices.messages import QuarterlyReportMessage
from tasks.desk import Desk
from tasks.documents.files import called, common, printed_subjects
from tasks.followup.item_duties import WITHDRAWN, units_of
from tasks.followup.quarters import report_slots, slots_until
from tasks.followup.rectification import OPEN, grounds, items, reports_of

DUTY = "rectification_report"


def oblige_reports(desk: Desk) -> None:
    """Lay down every report that is owed: each quarter end after the talk, or after the item came up.

    A report that had become needless is owed again where a new item came up before the quarter's end.
    """
    owed = _owed_slots(desk)
    units = units_of(desk, owed)
    receiver = str(desk.cycle.params.get("office", ""))
    rows = [
        Obligation(
            cycle_id=desk.cycle_id,
            stage="rectify" if desk.cycle.kind == "annual" else "routine",
            duty=DUTY,
            owner=subject,
            unit_id=units[subject],
            recipient=units[subject],
            form="rectification_reports",
            receiver=receiver,
            slot=slot,
            opened_on=min(max(slot_start(slot), since), slot_end(slot)),
            due_on=slot_end(slot),
        )
        for subject, (since, slots) in owed.items()
        if subject in units
        for slot in slots
    ]
    desk.oblige(rows)
    _oblige_again(desk)


def _owed_slots(desk: Desk) -> dict[str, tuple[date, list[str]]]:
    """Since when and for which quarters each subject reports; in a routine cycle to its year's end or last deadline."""
    by_subject: dict[str, list[RectificationItem]] = defaultdict(list)
    for row in items(desk):
        by_subject[row.subject].append(row)
    found = {}
    for subject, rows in by_subject.items():
        since, last = min(row.opened_on for row in rows), max(row.due_on for row in rows)
        if desk.cycle.kind == "annual":
            found[subject] = (since, report_slots(since, desk.cycle.year))
        else:
            found[subject] = (since, slots_until(since, max(last, date(desk.cycle.year, 12, 31))))
    if desk.cycle.kind == "annual":
        found |= {subject: (day, report_slots(day, desk.cycle.year)) for subject, day in talk_dates(desk).items()}
    return found


def _oblige_again(desk: Desk) -> None:
    came_up: dict[str, date] = {}
    for row in items(desk, *OPEN):
        came_up[row.subject] = min(row.opened_on, came_up.get(row.subject, row.opened_on))
    for owed in report_obligations(desk, "waived"):
        if owed.owner in came_up and came_up[owed.owner] < owed.due_on:
            desk.move(owed, "reopen", reason="又有新的整改事项", attempt=owed.attempt + 1)


def talk_dates(desk: Desk) -> dict[str, date]:
    """Return when each subject that rectifies was talked to: the day of its feedback, else of the order."""
    told = sqlalchemy.select(col(Feedback.subject), col(Feedback.given_on)).where(
        col(Feedback.cycle_id) == desk.cycle_id
    )
    given = dict(desk.session.execute(told).tuples().all())
    return {subject: given.get(subject) or ground.since for subject, ground in grounds(desk).items()}


def report_obligations(desk: Desk, *states: str) -> list[Obligation]:
    """Return the reports owed, by due date and owner, in these states (all when none are given)."""
    query = select(Obligation).where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == DUTY)
    if states:
        query = query.where(col(Obligation.state).in_(states))
    return list(desk.session.exec(query.order_by(col(Obligation.due_on), col(Obligation.owner))))


def remind_opened(desk: Desk) -> None:
    """Tell each owner, once a quarter, that its report is due at the quarter's end."""
    open_count: dict[str, int] = defaultdict(int)
    for item in items(desk, *OPEN):
        open_count[item.subject] += 1
    printed = printed_subjects(desk)
    for owed in report_obligations(desk, "open"):
        if owed.opened_on <= desk.today:
            text = QuarterlyReportMessage(
                called(printed[owed.owner]),
                **common(desk),
                quarter=slot_label(owed.slot),
                open_items=open_count[owed.owner],
                receiver=owed.receiver,
                due=owed.due_on,
            )
            desk.message(text, recipient=owed.recipient, about=owed.owner, slot=owed.slot)


def accept_reports(desk: Desk) -> list[str]:
    """Accept the report of a subject and quarter once every item open then is reported on; return the slots touched.

    Whoever has no open item left owes nothing more.
    """
    by_subject: dict[str, list[RectificationItem]] = defaultdict(list)
    for item in items(desk):
        by_subject[item.subject].append(item)
    done, reports = [], reports_of(desk)
    for owed in report_obligations(desk, "open"):
        last = _complete(reports, owed, by_subject[owed.owner])
        if last is not None:
            done.append((owed, last))
    _accept(desk, done)
    _waive_closed(desk, by_subject)
    return sorted({owed.slot for owed, _ in done})


def _complete(
    reports: Mapping[tuple[int, str], RectificationReport], owed: Obligation, mine: list[RectificationItem]
) -> RectificationReport | None:
    """The row that completes a quarter's report, or None while an item that was there and is still open has none."""
    told = [reports[item.id, owed.slot] for item in mine if item.id and (item.id, owed.slot) in reports]
    asked = [item for item in mine if item.state in OPEN and item.opened_on <= owed.due_on]
    silent = [item for item in asked if (item.id, owed.slot) not in reports]
    return max(told, key=lambda row: (row.reported_on, row.entry_id)) if told and not silent else None


def _accept(desk: Desk, done: list[tuple[Obligation, RectificationReport]]) -> None:
    rows = [owed for owed, _ in done]
    submissions = [
        Submission(
            obligation_id=owed.id or 0, attempt=owed.attempt, entry_id=row.entry_id, submitted_on=row.reported_on
        )
        for owed, row in done
    ]
    desk.session.add_all(submissions)
    desk.session.flush()
    desk.move(rows, "submit")
    desk.move(rows, "accept")
    desk.move(submissions, "accept")


def _waive_closed(desk: Desk, by_subject: Mapping[str, list[RectificationItem]]) -> None:
    """A quarter that ends after the last item was closed is owed no more; one that ended before still is."""
    finished = {
        code: max(row.closed_on or row.opened_on for row in rows)
        for code, rows in by_subject.items()
        if rows and all(row.state == "closed" for row in rows)
    }
    owed = report_obligations(desk, "open")
    idle = [row for row in owed if row.owner in finished and finished[row.owner] <= row.due_on]
    desk.move(idle, "waive", reason="整改事项已全部销号")
    withdrawn = {row.subject for row in items(desk, "withdrawn")}
    void = [row for row in owed if row.owner in withdrawn and not by_subject.get(row.owner)]
    desk.move(void, "waive", reason=WITHDRAWN)
