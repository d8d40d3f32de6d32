"""What the rules make of open due days under a calendar: of stages, periods, investigations and single obligations."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from sqlmodel import col, select

from config.duties import DutySpec, load_duties
from config.stages import load_stages
from models.audit import Audit
from models.cycle import StageState
from models.duty import DeadlineChange, Obligation, Period, Submission
from models.evidence import Entry, Investigation
from tasks.cycle.deadline import first_due
from tasks.desk import Desk
from tasks.duties.dates import Dates, dates_of
from tasks.duties.events import due_days
from tasks.duties.rows import whole
from tasks.duties.take_in import resubmit_day
from tasks.evidence import investigation_list
from tasks.reminding.candidates import OWING
from tasks.stages import report_meeting, self_report


def stage_days(desk: Desk) -> Iterator[tuple[StageState, date]]:
    """Give each open stage with the day by which it is due; what a person extended stays as it is."""
    extended = set(_extensions(desk))
    specs = {spec.code: spec for spec in load_stages(desk.pack)}
    query = select(StageState).where(StageState.cycle_id == desk.cycle_id, StageState.state == "open")
    for row in desk.session.exec(query.order_by(col(StageState.ordinal))):
        if row.opened_on and row.due_on and (row.stage, str(row.due_on)) not in extended:
            yield row, first_due(replace(desk, today=row.opened_on), specs[row.stage])


def _extensions(desk: Desk) -> Iterator[tuple[str, str]]:
    """Every stage and day to which a person extended it."""
    query = select(Audit.canonical).where(Audit.object == f"cycle/{desk.cycle.key}")
    for link in map(json.loads, desk.session.exec(query)):
        if link["verb"] == "stage_state.extend":
            yield link["detail"]["stage"], link["detail"]["due_on"]


def _duties(desk: Desk) -> dict[str, DutySpec]:
    """The recurring duties that the cycle holds; those of the same pack belong to its routine cycle alone."""
    return {duty.id: duty for duty in load_duties(desk.pack)} if desk.cycle.kind == "routine" else {}


def period_days(desk: Desk) -> Iterator[tuple[Period, Dates]]:
    """Give each open period of a recurring duty with its days."""
    duties = _duties(desk)
    query = select(Period).where(Period.cycle_id == desk.cycle_id, Period.state == "open")
    for row in desk.session.exec(query.order_by(col(Period.due_on), col(Period.id))):
        if row.duty in duties:
            yield row, dates_of(desk, duties[row.duty], row.slot)


def investigation_days(desk: Desk) -> Iterator[tuple[Investigation, date]]:
    """Give each investigation under way with the day by which it is to be concluded."""
    for row in investigation_list.investigations(desk, "open"):
        if row.ordered_on and row.due_on:
            yield row, investigation_list.due_day(replace(desk, today=row.ordered_on))


def obligation_days(desk: Desk) -> Iterator[tuple[Obligation, date]]:
    """Give what is still owed with its due day, where a rule says it; what a person extended stays as it is.

    Stages and periods have their own days already.
    """
    duties = _duties(desk)
    causes, returns = _last_causes(desk), _reviews(desk)
    periods = {(row.duty, row.slot): row.due_on for row, _ in period_days(desk)}
    answers = {duty.id: due_days(desk, duty) for duty in duties.values() if duty.event}
    query = select(Obligation).where(Obligation.cycle_id == desk.cycle_id, col(Obligation.state).in_(OWING))
    for row in desk.session.exec(query.order_by(col(Obligation.due_on), col(Obligation.id))):
        if causes.get(row.id or 0) == "extension":
            continue
        if row.state == "returned":
            day = _resubmit(desk, duties.get(row.duty), row, returns)
        else:
            day = periods.get((row.duty, row.slot)) or answers.get(row.duty, {}).get((row.owner, row.slot))
            day = day or _stage_day(replace(desk, today=row.opened_on), row.duty)
        if day is not None:
            yield row, max(day, row.opened_on)


def _resubmit(desk: Desk, duty: DutySpec | None, row: Obligation, returns: Mapping[int, Entry]) -> date | None:
    review = returns.get(row.id or 0)
    if duty is None or duty.review is None or review is None:
        return None
    return resubmit_day(desk, row, review, whole(desk, duty.review.resubmit_workdays))


def _stage_day(desk: Desk, duty: str) -> date | None:
    """The due day of what a stage asks for, seen from the day on which it was asked."""
    days = {
        self_report.DUTY: self_report.due_day,
        report_meeting.DUTY: report_meeting.due_day,
        investigation_list.DUTY: investigation_list.due_day,
    }
    return days[duty](desk) if duty in days else None


def _last_causes(desk: Desk) -> dict[int, str]:
    """Why each due day was last moved by somebody or something else than a calendar."""
    query = (
        select(DeadlineChange.obligation_id, DeadlineChange.cause)
        .join(Obligation, col(Obligation.id) == col(DeadlineChange.obligation_id))
        .where(Obligation.cycle_id == desk.cycle_id, DeadlineChange.cause != "calendar")
    )
    return dict(desk.session.exec(query.order_by(col(DeadlineChange.changed_at), col(DeadlineChange.id))).all())


def _reviews(desk: Desk) -> dict[int, Entry]:
    """The review that last returned each work."""
    query = (
        select(Submission.obligation_id, Entry)
        .join(Entry, col(Entry.id) == col(Submission.review_id))
        .join(Obligation, col(Obligation.id) == col(Submission.obligation_id))
        .where(Obligation.cycle_id == desk.cycle_id, Submission.state == "returned")
    )
    return dict(desk.session.exec(query.order_by(col(Submission.attempt))).all())
