"""Rows of forms as duties read them: which slot and owner a row belongs to, and where a condition holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import sqlalchemy
from sqlalchemy import ColumnElement, func
from sqlmodel import and_, col, select

from config.duties import DutySpec
from config.duty_parts import SlotFrom, Whole
from config.form_loader import field_facts
from config.forms import FormSpec
from config.rhythm import Rhythm, slot_end, slot_of, slot_start
from models.bulk import plain_rows, read_rows
from models.evidence import Entry
from scoring.conditions import compile_condition
from tasks.desk import Desk


def whole(desk: Desk, value: Whole) -> int:
    """Return a number of duties.yaml, a `$setting` as this cycle has it."""
    return int(desk.config(value[1:])) if isinstance(value, str) else value


def form_of(desk: Desk, form: str) -> FormSpec:
    """Return a form of the cycle's pack."""
    return FormSpec.model_validate(desk.pack.maps[f"forms/{form}.yaml"])


def entry_slot(slot_from: SlotFrom, rhythm: Rhythm, values: Mapping[str, Any]) -> str:
    """Return the slot that a row belongs to, by what stands in its field or the day that it is about."""
    if slot_from.field is not None:
        return str(values.get(slot_from.field) or "").strip()
    day = str(values.get(slot_from.date or "") or "")
    return slot_of(rhythm, date.fromisoformat(day[:10])) if day else ""


def slot_source(desk: Desk, duty: DutySpec, form: str) -> SlotFrom | None:
    """Return where rows of a form say their slot; None where they lack the field by which the duty's own form does."""
    source = duty.slot_from
    fields = {field.name for field in form_of(desk, form).fields}
    return source if source is not None and (source.field or source.date) in fields else None


def owner_of(duty: DutySpec, values: Mapping[str, Any]) -> str:
    """Return whose row it is: the code in the owner's field, or the body that alone owes the duty."""
    if duty.owner_field is not None:
        return str(values.get(duty.owner_field) or "")
    return duty.who.body.role if duty.who and duty.who.body else ""


def slot_rows(desk: Desk, form: str, slot_from: SlotFrom | None, slot: str) -> list[Entry]:
    """Return the current rows of a form that belong to a slot, in order of entry; the database picks them.

    Without `slot_from` a row belongs to the slot of the day it is dated.
    """
    if slot_from is None:
        return _rows(desk, form, col(Entry.dated).between(slot_start(slot), slot_end(slot)))
    return _rows(desk, form, _in_slots(slot_from, slot, slot))


def rows_until(desk: Desk, form: str, slot_from: SlotFrom | None, first: str, slot: str) -> list[Entry]:
    """Return the current rows of a form from a slot up to a slot; without `slot_from` by the day a row is dated."""
    if slot_from is None:
        return _rows(desk, form, col(Entry.dated) <= slot_end(slot))
    return _rows(desk, form, _in_slots(slot_from, first, slot))


def told_until(
    desk: Desk, form: str, slot_from: SlotFrom, first: str, slot: str, names: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return what the rows of `rows_until` say in these fields, as text: years of rows where only that is of use."""
    told = [func.coalesce(col(Entry.values)[name].as_string(), "") for name in names]
    condition = and_(_of_form(desk, form), _in_slots(slot_from, first, slot))
    return plain_rows(desk.session, sqlalchemy.select(*told).where(condition).order_by(col(Entry.id)))


def in_some(slot_from: SlotFrom, slots: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one of these slots, in order; by date, to one from first to last."""
    if slot_from.field is None:
        return _in_slots(slot_from, slots[0], slots[-1])
    said: ColumnElement[str] = col(Entry.values)[slot_from.field].as_string()
    return said.in_(slots)


def _in_slots(slot_from: SlotFrom, first: str, last: str) -> ColumnElement[bool]:
    said: ColumnElement[str] = col(Entry.values)[slot_from.field or slot_from.date].as_string()
    if slot_from.field is not None:
        return said == first if first == last else said.between(first, last)
    return said.between(slot_start(first).isoformat(), slot_end(last).isoformat() + "T24")  # a time may follow the day


def _rows(desk: Desk, form: str, condition: ColumnElement[bool]) -> list[Entry]:
    return read_rows(desk.session, select(Entry).where(_of_form(desk, form), condition).order_by(col(Entry.id)))


def _of_form(desk: Desk, form: str) -> ColumnElement[bool]:
    return and_(Entry.scope == desk.cycle.scope, Entry.form == form, Entry.state == "current")


def where(desk: Desk, form: str, rows: Sequence[Entry], when: str | None) -> list[Entry]:
    """Return the rows in which a condition over the form's fields holds; all without a condition."""
    if when is None or not rows:
        return list(rows)
    facts = field_facts(form_of(desk, form))
    condition = compile_condition(when, facts, desk.pack.scheme.settings(desk.cycle.config))
    frame = pl.DataFrame(
        [
            pl.Series(name, [_cell(fact.kind, row.values.get(name)) for row in rows], dtype=fact.dtype)
            for name, fact in condition.facts.items()
        ]
    )
    holds = condition.evaluate(frame, desk.pack.scheme.settings(desk.cycle.config))
    return [row for row, held in zip(rows, holds, strict=True) if held]


def _cell(kind: str, value: Any) -> Any:
    if kind == "text":
        return str(value if value is not None else "")
    return None if value == "" else value


def by_owner(duty: DutySpec, rows: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return the rows of each owner, in their order."""
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(owner_of(duty, row.values), []).append(row)
    return found
