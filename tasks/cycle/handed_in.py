"""What units owe in a stage and have handed in: obligations made, submissions taken, gaps named by unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import col, select

from models.duty import Obligation, Submission
from models.evidence import Entry, Subject
from tasks.desk import Desk
from tasks.stage import Report


def units_of(desk: Desk) -> dict[str, str]:
    """Return name by id of the units whose teams are assessed."""
    return {row.unit_id: row.name for row in desk.subjects("team")}


def form_label(desk: Desk, form: str) -> str:
    """Return what people call a form of the cycle's scheme."""
    return str(desk.pack.maps[f"forms/{form}.yaml"]["label"])


def option_labels(desk: Desk, form: str, field: str) -> dict[str, str]:
    """Return label by stored value of a choice in a form, in the form's order."""
    fields = {str(spec["name"]): spec for spec in desk.pack.maps[f"forms/{form}.yaml"]["fields"]}
    return {str(option["value"]): str(option["label"]) for option in fields[field]["options"]}


def make_obligation(
    desk: Desk, *, duty: str, owner: str, unit_id: str, form: str, receiver: str, due: date
) -> Obligation:
    """Return an obligation of this cycle that opens today and is due not before that."""
    return Obligation(
        cycle_id=desk.cycle_id,
        stage=_stage_of(desk, form),
        duty=duty,
        owner=owner,
        unit_id=unit_id,
        recipient=unit_id,
        form=form,
        receiver=receiver,
        opened_on=desk.today,
        due_on=max(due, desk.today),
    )


def owners_so_far(desk: Desk, duty: str) -> set[str]:
    """Return who owes a duty of this cycle already, or has discharged it."""
    query = select(Obligation.owner).where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty)
    return set(desk.session.exec(query))


def _stage_of(desk: Desk, form: str) -> str:
    return str(desk.pack.maps[f"forms/{form}.yaml"]["stage"])


def take_submissions(desk: Desk, duty: str, entries: Iterable[Entry]) -> int:
    """Submit and accept what is still owed under a duty and has arrived (entry subject = owner); return how many."""
    arrived = {str(entry.subject): entry for entry in entries}
    query = select(Obligation).where(
        Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty, col(Obligation.state).in_(("open", "returned"))
    )
    owed = [row for row in desk.session.exec(query.order_by(col(Obligation.id))) if row.owner in arrived]
    if not owed:
        return 0
    attempts = _attempts(desk, duty)
    handed_in = [
        {
            "obligation_id": row.id,
            "attempt": attempts.get(row.id or 0, 0) + 1,
            "entry_id": arrived[row.owner].id,
            "submitted_on": desk.today,
            "state": "accepted",
            "reason": "",
        }
        for row in owed
    ]
    desk.session.execute(insert(Submission), handed_in)
    desk.move(owed, "submit")
    desk.move(owed, "accept")
    return len(owed)


def _attempts(desk: Desk, duty: str) -> Mapping[int, int]:
    query = (
        select(Submission.obligation_id, func.count())
        .join(Obligation, col(Obligation.id) == col(Submission.obligation_id))
        .where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty)
        .group_by(col(Submission.obligation_id))
    )
    return dict(desk.session.exec(query).all())


def gaps_by_unit(subjects: Sequence[Subject], present: Iterable[Any]) -> dict[str, list[Subject]]:
    """Return the subjects without a row, by unit."""
    there = {str(code) for code in present}
    gaps: dict[str, list[Subject]] = defaultdict(list)
    for row in subjects:
        if row.code not in there:
            gaps[row.unit_id].append(row)
    return dict(gaps)


def gap_report(key: str, title: str, summary: str, rows: Sequence[tuple[str, str, str]]) -> Report:
    """Return a summary with a table of who lacks what: unit, subject matter, names."""
    table = tuple({"单位": unit, "事项": what, "缺少": names} for unit, what, names in rows)
    return Report(key=key, title=title, markdown=summary, table=table)
