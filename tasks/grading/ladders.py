"""Ladders in force: no step is skipped, whoever proposes or settles (提醒 → 函询 → 诫勉 → 调整; TX-10, TX-11)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from config.ladders import Ladder, ladders_of
from models.cycle import Cycle
from models.evidence import Entry
from models.grading import Consequence
from tasks.cycle.deadline import add_months
from tasks.desk import Desk


@dataclass(frozen=True)
class Taken:
    """A measure that was imposed on a subject, in any cycle or as a sheet records it."""

    action: str
    on: date


class Climb:
    """How far some subjects have come on the ladders of a cycle's pack, as of the day of the desk."""

    def __init__(self, desk: Desk, subjects: Iterable[str]) -> None:
        self._today, self._labels = desk.today, desk.pack.action_labels
        self._ladders = ladders_of(desk.pack)
        self._taken = _taken(desk, self._ladders, set(subjects)) if self._ladders else {}

    def refusal(self, subject: str, rule: str, action: str) -> str:
        """Return why this measure may not be imposed yet, with the clause; empty where it may."""
        for ladder in self._ladders:
            missing = self._missing(ladder, subject, rule, action)
            if missing:
                return (
                    f"须先落实“{self._named(missing)}”:此前没有落实的记录"
                    f"(依次递进“{ladder.label}”{f',“{ladder.cite.clause}”' if ladder.cite.clause else ''})"
                )
        return ""

    def fitted(self, subject: str, rule: str, action: str) -> tuple[tuple[str, ...], str]:
        """Return the measures of which one comes first where this one is out of reach, and the remark that says so."""
        for ladder in self._ladders:
            missing = self._missing(ladder, subject, rule, action)
            if missing:
                told = f"依次递进“{ladder.label}”:“{self._named((action,))}”须在“{self._named(missing)}”之后"
                return missing, told
        return (action,), ""

    def lower(self, rule: str, action: str) -> list[str]:
        """Return the measures of the steps below one, which may replace it."""
        found: dict[str, None] = {}
        for ladder in self._ladders:
            step = ladder.step_of(action)
            if step is not None and ladder.binds(rule, action):
                found |= dict.fromkeys(code for below in ladder.steps[:step] for code in below)
        return list(found)

    def _missing(self, ladder: Ladder, subject: str, rule: str, action: str) -> tuple[str, ...]:
        """What must come first: the step after the one reached, or a measure that this one needs."""
        if not ladder.binds(rule, action):
            return ()
        taken = {row.action for row in self._taken.get(subject, ()) if self._counts(ladder, row)}
        step = ladder.step_of(action)
        reached = max((place for code in taken if (place := ladder.step_of(code)) is not None), default=-1)
        if step is not None and step > reached + 1:
            return ladder.steps[reached + 1]
        needed = ladder.needs.get(action)
        return (needed,) if needed is not None and needed not in taken else ()

    def _counts(self, ladder: Ladder, row: Taken) -> bool:
        return ladder.within_months is None or row.on >= add_months(self._today, -ladder.within_months)

    def _named(self, actions: Iterable[str]) -> str:
        return "或".join(self._labels.get(action, action) for action in actions)


def _taken(desk: Desk, ladders: Iterable[Ladder], subjects: set[str]) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = defaultdict(list)
    query = (
        select(Consequence)
        .join(Cycle, col(Cycle.id) == col(Consequence.cycle_id))
        .where(Cycle.state != "withdrawn", col(Consequence.state).in_(("imposed", "replaced")))
    )
    for row in desk.session.exec(query):
        if row.subject in subjects and row.settled_on is not None and row.settled_on <= desk.today:
            found[row.subject].append(Taken(row.settled_action, row.settled_on))
    for ladder in ladders:
        for record in ladder.records:
            for entry in _rows(desk, record.form):
                subject = str(entry.values.get(record.subject) or "")
                if subject in subjects and entry.dated <= desk.today:
                    found[subject].append(Taken(record.action, entry.dated))
    return found


def _rows(desk: Desk, form: str) -> Iterable[Entry]:
    """The current rows of a form in all years of the scheme."""
    query = select(Entry).where(Entry.form == form, Entry.state == "current")
    return desk.session.exec(query.where(col(Entry.scope).startswith(f"{desk.cycle.scheme_id}-", autoescape=True)))
