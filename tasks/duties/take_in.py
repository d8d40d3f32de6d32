"""Taking in: rows of a duty's form discharge what is owed, at once or after a review; returned work is owed anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from config.clock import local
from config.duties import DutySpec
from config.duty_parts import Review
from models.bulk import insert_rows, read_rows
from models.duty import DeadlineChange, Obligation, Submission
from models.evidence import Entry
from tasks.desk import Desk
from tasks.duties.rows import entry_slot, form_of, in_some, owner_of, where, whole
from tasks.duties.tell import tell_owner

Key = tuple[str, str]  # slot, owner
OWING = ("open", "returned")
ANY = ""  # the owner of rows of events: the key of the row that caused the duty says enough


@dataclass(frozen=True)
class Taken:
    """How much came in: handed in, accepted and returned."""

    submitted: int = 0
    accepted: int = 0
    returned: int = 0


def take_in(desk: Desk, duty: DutySpec) -> Taken:
    """Take in what has arrived for a duty, in closed periods too; late work is accepted and stays late."""
    if duty.form is None or duty.slot_from is None:
        return Taken()
    slots = _slots_owed(desk, duty.id)
    arrived = _arrived(desk, duty, slots) if slots else {}
    owed = _owed(desk, duty.id, {slot for slot, _ in arrived}) if arrived else []
    submitted = _submit(desk, duty, owed, arrived)
    if duty.review is None:
        return Taken(submitted=submitted, accepted=submitted)
    accepted, returned = _settle(desk, duty, duty.review)
    return Taken(submitted, accepted, returned)


def _slots_owed(desk: Desk, duty_id: str) -> list[str]:
    query = select(Obligation.slot).where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty_id)
    return sorted(desk.session.exec(query.where(col(Obligation.state).in_(OWING)).distinct()))


def _owed(desk: Desk, duty_id: str, slots: set[str]) -> list[Obligation]:
    """What is still owed of these slots."""
    query = select(Obligation).where(
        Obligation.cycle_id == desk.cycle_id,
        Obligation.duty == duty_id,
        col(Obligation.slot).in_(slots),
        col(Obligation.state).in_(OWING),
    )
    return list(desk.session.exec(query.order_by(col(Obligation.id))))


def _arrived(desk: Desk, duty: DutySpec, slots: Sequence[str]) -> dict[Key, list[Entry]]:
    """The rows of slots that no submission of this duty has used yet and that count, by slot and owner, by date."""
    used = (
        select(Submission.entry_id)
        .join(Obligation, col(Obligation.id) == col(Submission.obligation_id))
        .where(Obligation.duty == duty.id, col(Submission.entry_id) == col(Entry.id))
    )
    query = select(Entry).where(Entry.scope == desk.cycle.scope, Entry.form == duty.form, Entry.state == "current")
    if duty.event is None and duty.slot_from is not None:
        query = query.where(in_some(duty.slot_from, slots))
    rows = read_rows(desk.session, query.where(~used.exists()).order_by(col(Entry.dated), col(Entry.id)))
    return _grouped(duty, where(desk, str(duty.form), rows, duty.counts))


def _grouped(duty: DutySpec, rows: Sequence[Entry]) -> dict[Key, list[Entry]]:
    assert duty.slot_from is not None
    found: dict[Key, list[Entry]] = defaultdict(list)
    for row in rows:
        owner = ANY if duty.event else owner_of(duty, row.values)
        found[entry_slot(duty.slot_from, duty.rhythm, row.values), owner].append(row)
    return found


def _key(duty: DutySpec, owed: Obligation) -> Key:
    return owed.slot, ANY if duty.event else owed.owner


def _submit(desk: Desk, duty: DutySpec, owed: Sequence[Obligation], arrived: Mapping[Key, list[Entry]]) -> int:
    """Submit what is complete; without a review it is accepted at once. Returns how many."""
    former = _former(desk, [row for row in owed if row.state == "returned"])
    done: list[Obligation] = []
    handed_in: list[tuple[str | int | None, ...]] = []
    for row in owed:
        entry = _completing(duty, row, arrived.get(_key(duty, row), []), former.get(row.id or 0, 0))
        if entry is not None:
            done.append(row)
            handed_in.append((row.id, row.attempt, entry.id, _handed_in(duty, entry).isoformat()))
    if not done:
        return 0
    columns = ("obligation_id", "attempt", "entry_id", "submitted_on")
    same = {"state": "submitted" if duty.review else "accepted", "reason": ""}
    insert_rows(desk.session, Submission, columns, handed_in, same)
    desk.move(done, "submit")
    if duty.review is None:
        desk.move(done, "accept")
    return len(done)


def _handed_in(duty: DutySpec, entry: Entry) -> date:
    """The day on which the work was handed in: the one that the row gives, but not after it was entered here."""
    given = str(entry.values.get(duty.handed_in) or "") if duty.handed_in else ""
    return min(date.fromisoformat(given[:10]) if given else entry.dated, local(entry.entered_at).date())


def _former(desk: Desk, returned: Sequence[Obligation]) -> Mapping[int, int]:
    """The review that returned each work, so that no row that was there before it is taken for the answer to it."""
    if not returned:
        return {}
    query = select(Submission.obligation_id, Submission.review_id, Submission.entry_id).where(
        col(Submission.obligation_id).in_([row.id for row in returned]), Submission.state == "returned"
    )
    rows = desk.session.exec(query.order_by(col(Submission.attempt)))
    return {owed: review or entry or 0 for owed, review, entry in rows}


def _completing(duty: DutySpec, owed: Obligation, rows: Sequence[Entry], former: int) -> Entry | None:
    """The row that completes the work, or None while rows are missing; a return is answered by any later row."""
    if owed.state == "returned":
        return next((row for row in rows if (row.id or 0) > former), None)
    return rows[duty.needs - 1] if len(rows) >= duty.needs else None


def _settle(desk: Desk, duty: DutySpec, review: Review) -> tuple[int, int]:
    """Accept or return what waits for a review that has come; a review serves one submission."""
    waiting = _waiting(desk, duty)
    if not waiting:
        return 0, 0
    said = _reviews(desk, duty, review)
    passed = {
        row.id for row in where(desk, review.form, [row for rows in said.values() for row in rows], review.accepted)
    }
    verdicts = [
        (owed, submission, row)
        for owed, submission, dated in waiting
        if (row := next((row for row in said.get(_key(duty, owed), ()) if row.dated >= dated), None)) is not None
    ]
    accepted = [verdict for verdict in verdicts if verdict[2].id in passed]
    returned = [verdict for verdict in verdicts if verdict[2].id not in passed]
    for _, submission, row in verdicts:
        submission.review_id = row.id
        submission.reason = str(row.values.get(review.reason) or "") if review.reason else ""
    desk.move([submission for _, submission, _ in accepted], "accept")
    desk.move([owed for owed, _, _ in accepted], "accept")
    desk.move([submission for _, submission, _ in returned], "return")
    for owed, submission, row in returned:
        _ask_anew(desk, duty, owed, row, whole(desk, review.resubmit_workdays), submission.reason)
    return len(accepted), len(returned)


def _waiting(desk: Desk, duty: DutySpec) -> list[tuple[Obligation, Submission, date]]:
    query = (
        select(Obligation, Submission, col(Entry.dated))
        .join(Submission, col(Submission.obligation_id) == col(Obligation.id))
        .join(Entry, col(Entry.id) == col(Submission.entry_id))
        .where(Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty.id, Obligation.state == "submitted")
        .where(Submission.state == "submitted")
    )
    return list(desk.session.exec(query.order_by(col(Obligation.id))).all())


def _reviews(desk: Desk, duty: DutySpec, review: Review) -> dict[Key, list[Entry]]:
    """The reviews that have settled nothing yet, by slot and owner, in order of date."""
    used = select(Submission.review_id).where(col(Submission.review_id) == col(Entry.id))
    query = select(Entry).where(Entry.scope == desk.cycle.scope, Entry.form == review.form, Entry.state == "current")
    return _grouped(
        duty, read_rows(desk.session, query.where(~used.exists()).order_by(col(Entry.dated), col(Entry.id)))
    )


def resubmit_day(desk: Desk, owed: Obligation, review: Entry, workdays: int) -> date:
    """Return when returned work is due: so many working days after its return was known here."""
    return max(desk.calendar.add(max(review.dated, local(review.entered_at).date()), workdays), owed.opened_on)


def _ask_anew(desk: Desk, duty: DutySpec, owed: Obligation, review: Entry, workdays: int, reason: str) -> None:
    """Return the work with a new due day, counted from the day on which its return was known here, and tell of it."""
    due = resubmit_day(desk, owed, review, workdays)
    told = reason or form_of(desk, review.form).label
    desk.session.add(
        DeadlineChange(
            obligation_id=owed.id or 0,
            cause="return",
            due_before=owed.due_on,
            due_after=due,
            reason=told,
            changed_by=desk.by,
            changed_at=desk.now,
        )
    )
    desk.move(owed, "return", reason=told, due_on=due, attempt=owed.attempt + 1)
    if due >= desk.today:
        tell_owner(desk, duty, owed, f"{duty.label}(已退回,请修改后重报)", slot=f"{owed.slot}/{owed.attempt}")
