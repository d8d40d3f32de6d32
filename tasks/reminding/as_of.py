"""What was owed on an earlier day: read back from submissions, moved due days, and the audit of waivers."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from config.clock import local
from models.audit import Audit
from models.duty import DeadlineChange, Obligation, Submission
from tasks.reminding.candidates import BATCH, OWING

VERBS = {"obligation.waive": "waived", "obligation.reopen": "open", "obligation.return": "returned"}
DONE = "submitted"


@dataclass
class Past:
    """All that happened to obligations, by id: moved due days, submissions, and audited moves with their days."""

    moved: dict[int, list[DeadlineChange]] = field(default_factory=lambda: defaultdict(list))
    handed_in: dict[int, list[Submission]] = field(default_factory=lambda: defaultdict(list))
    moves: dict[int, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))
    last_waive: date | None = None  # of many at once, whose audit does not list all

    def due_on(self, row: Obligation, day: date) -> date:
        """Return the due day as it stood on a day."""
        later = [change for change in self.moved.get(row.id or 0, ()) if _day(change) > day]
        return later[0].due_before if later else row.due_on

    def extended_until(self, row: Obligation, day: date) -> date | None:
        """Return until when work was extended, as it stood on a day; None without an extension."""
        changes = [each for each in self.moved.get(row.id or 0, ()) if _day(each) <= day]
        return changes[-1].due_after if changes and changes[-1].cause == "extension" else None

    def state(self, row: Obligation, day: date) -> str:
        """Return `open`, `returned`, `submitted` (accepted or not) or `waived`, as it was at the end of a day."""
        if self._was_waived(row, day):
            return "waived"
        last = max(
            (each for each in self.handed_in.get(row.id or 0, ()) if each.submitted_on <= day),
            key=lambda each: each.attempt,
            default=None,
        )
        if last is None:
            return "open"
        if last.state != "returned":
            return DONE
        return "returned" if self._returned_on(row, last) <= day else DONE

    def _was_waived(self, row: Obligation, day: date) -> bool:
        known = [move for move in self.moves.get(row.id or 0, ()) if move[1] in ("waived", "open")]
        before = [state for on, state in known if on <= day]
        if known:
            return bool(before) and before[-1] == "waived"
        return row.state == "waived" and (self.last_waive is None or self.last_waive <= day)

    def _returned_on(self, row: Obligation, submission: Submission) -> date:
        changes = [_day(each) for each in self.moved.get(row.id or 0, ()) if each.cause == "return"]
        audited = [on for on, state in self.moves.get(row.id or 0, ()) if state == "returned"]
        return min((on for on in changes + audited if on >= submission.submitted_on), default=submission.submitted_on)


def read_past(session: Session, rows: Sequence[Obligation], *, moves: bool) -> Past:
    """Return what happened to these obligations; audited moves and submissions only when they are asked for."""
    past, ids = Past(), [row.id or 0 for row in rows]
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        changes = select(DeadlineChange).where(col(DeadlineChange.obligation_id).in_(some))
        for change in session.exec(changes.order_by(col(DeadlineChange.changed_at), col(DeadlineChange.id))):
            past.moved[change.obligation_id].append(change)
        if moves:
            for submission in session.exec(select(Submission).where(col(Submission.obligation_id).in_(some))):
                past.handed_in[submission.obligation_id].append(submission)
    if moves:
        _read_moves(session, past)
    return past


def _read_moves(session: Session, past: Past) -> None:
    query = select(Audit.canonical).where(col(Audit.object).startswith("obligation/")).order_by(col(Audit.seq))
    for canonical in session.exec(query):
        link = json.loads(canonical)
        if link["verb"] not in VERBS:
            continue
        on = local(datetime.fromisoformat(link["at"])).date()
        for known in link["detail"]["ids"]:
            if isinstance(known, int):
                past.moves[known].append((on, VERBS[link["verb"]]))
            elif link["verb"] == "obligation.waive":
                past.last_waive = on


def _day(change: DeadlineChange) -> date:
    return local(change.changed_at).date()


def is_owed(state: str) -> bool:
    """Tell whether work in a state is still owed."""
    return state in OWING
