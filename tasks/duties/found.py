"""What closing a period works with, and what a result finds: facts, flaws, tables, proposals, figures, items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlmodel import col, select

from config.duties import DutySpec
from config.duty_parts import SlotFrom
from config.rhythm import slot_year, slots_of_year
from models.duty import Obligation, Period
from models.evidence import Entry
from tasks.desk import Desk
from tasks.duties.rows import rows_until, slot_rows, slot_source, told_until


@dataclass(frozen=True)
class FactOut:
    """A fact about a unit or person that scoring.yaml declares, as text."""

    subject: str
    name: str
    value: str


@dataclass(frozen=True)
class Flaw:
    """A gap or violation, in Chinese; `concerns` is the code of whom or what it is about."""

    rule: str
    concerns: str
    text: str


@dataclass(frozen=True)
class Table:
    """A table that people read, in the artifact and in Excel."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True)
class Proposed:
    """A consequence that the period gives rise to, to be settled by a person."""

    subject: str
    rule: str
    action: str
    options: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemOut:
    """A rectification item that a threshold or an inspection gives rise to."""

    subject: str
    problem: str
    requirement: str
    due_on: date
    rule: str
    ground: str = "threshold"


@dataclass(frozen=True)
class Found:
    """What one result of a closed period says."""

    facts: tuple[FactOut, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    tables: tuple[Table, ...] = ()
    proposed: tuple[Proposed, ...] = ()
    figures: Mapping[str, str | int] = field(default_factory=dict)
    items: tuple[ItemOut, ...] = ()


@dataclass(frozen=True)
class Turn:
    """One period that is being closed: what was owed (waived left out) and, when asked for, the rows that came.

    `names` gives what people call a unit, person or owner by its code.
    """

    desk: Desk
    duty: DutySpec
    period: Period
    owed: tuple[Obligation, ...]
    names: Mapping[str, str]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The current rows of the duty's form that belong to this slot, in order of entry."""
        if self.duty.form is None or self.duty.slot_from is None:
            return ()
        return tuple(slot_rows(self.desk, self.duty.form, self.duty.slot_from, self.period.slot))

    def slot_entries(self, form: str | None = None, slot_from: SlotFrom | None = None) -> list[Entry]:
        """Return this slot's rows of a form; one without the duty's slot field counts by the day its rows are dated."""
        if form in (None, self.duty.form) and slot_from is None:
            return list(self.entries)
        name = form or str(self.duty.form)
        return slot_rows(self.desk, name, slot_from or slot_source(self.desk, self.duty, name), self.period.slot)

    def year_entries(self, form: str | None = None) -> list[Entry]:
        """Return all current rows of a form in this scheme and year (default: of the duty's form)."""
        return self.desk.entries(form or str(self.duty.form))

    def entries_so_far(self, form: str | None = None) -> list[Entry]:
        """Return the year's rows of a form up to this slot, by its slot field as `slot_entries` does."""
        name = form or str(self.duty.form)
        return rows_until(self.desk, name, slot_source(self.desk, self.duty, name), self._first, self.period.slot)

    def told_so_far(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """Return what the year's rows of the duty's form say in these fields up to this slot, as text."""
        source = self.duty.slot_from
        assert source is not None, "a duty that somebody owes says its slots"
        return told_until(self.desk, str(self.duty.form), source, self._first, self.period.slot, names)

    @property
    def _first(self) -> str:
        """The first slot of the year."""
        return next(iter(slots_of_year(self.duty.rhythm, slot_year(self.period.slot))))

    def name(self, code: object) -> str:
        """Return what people call a code; the code itself when nothing is known of it."""
        return self.names.get(str(code), str(code))

    def obligations_so_far(self) -> list[Obligation]:
        """Return what was owed under this duty in the year up to this slot, waived left out, by slot and owner."""
        query = select(Obligation).where(
            Obligation.cycle_id == self.desk.cycle_id,
            Obligation.duty == self.duty.id,
            Obligation.slot <= self.period.slot,
            Obligation.state != "waived",
        )
        return list(self.desk.session.exec(query.order_by(col(Obligation.slot), col(Obligation.owner))))
