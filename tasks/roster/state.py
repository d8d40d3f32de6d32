"""The roster as it is and as it would be: rows by sheet and key, as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from models.outbox import Contact
from models.roster import Person, Post, RoleHolder, Unit
from tasks.roster.sheets import CONTACTS, PERSONS, POSTS, ROLE_HOLDERS, UNITS
from tasks.sheets.spec import SheetRow, SheetSpec

Key = tuple[str, ...]
Values = Mapping[str, Any]
TABLES: tuple[tuple[SheetSpec, type[SQLModel]], ...] = (
    (UNITS, Unit),
    (PERSONS, Person),
    (POSTS, Post),
    (ROLE_HOLDERS, RoleHolder),
    (CONTACTS, Contact),
)


@dataclass(frozen=True)
class Item:
    """One line of the roster; `row` is where an import says it, None for what is only stored."""

    values: Values
    row: SheetRow | None = None


State = dict[str, dict[Key, Item]]


def stored_rows(session: Session) -> dict[str, dict[Key, Any]]:
    """Return the table rows by sheet and key, in order of entry."""
    found: dict[str, dict[Key, Any]] = {}
    for spec, table in TABLES:
        order = col(table.id)  # type: ignore[attr-defined]
        rows = session.exec(select(table).order_by(order)).all()
        found[spec.id] = {key_of(spec, _plain(spec, row)): row for row in rows}
    return found


def stored_state(stored: Mapping[str, Mapping[Key, Any]]) -> State:
    """Return table rows as lines."""
    specs = {spec.id: spec for spec, _ in TABLES}
    return {
        sheet: {key: Item(_plain(specs[sheet], row)) for key, row in rows.items()} for sheet, rows in stored.items()
    }


def merged(state: State, rows: Iterable[SheetRow]) -> State:
    """Return the roster as it would be with the rows of an import on top."""
    specs = {spec.id: spec for spec, _ in TABLES}
    result = {sheet: dict(items) for sheet, items in state.items()}
    for row in rows:
        result[row.sheet_id][key_of(specs[row.sheet_id], row.values)] = Item(row.values, row)
    return result


def key_of(spec: SheetSpec, values: Values) -> Key:
    """Return the key of a line."""
    return tuple(str(values[name]) for name in spec.key)


def _plain(spec: SheetSpec, row: Any) -> Values:
    values = {field.name: getattr(row, field.name) for field in spec.fields}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
