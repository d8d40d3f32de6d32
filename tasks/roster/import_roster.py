"""Imports and exports the roster: units, persons, posts and roles, all or nothing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from models.audit import AuditHead, append_audit
from tasks.roster.checks import reference_faults, row_faults, state_faults
from tasks.roster.contacts import contact_faults, spoken, stored, told_recipients
from tasks.roster.sheets import CONTACTS, NOTES, ROSTER_SHEETS
from tasks.roster.state import TABLES, Item, Key, Values, merged, stored_rows, stored_state
from tasks.sheets.faults import SheetFault, SheetFaults
from tasks.sheets.files import Reading, read_files
from tasks.sheets.spec import SheetRow, SheetSpec
from tasks.sheets.writing import SheetOut, write_csv_folder, write_workbook


@dataclass(frozen=True)
class Changes:
    """What an import does to one sheet: lines that are new, that differ (from, to), that stay."""

    added: tuple[Key, ...] = ()
    changed: Mapping[Key, tuple[Values, Values]] = field(default_factory=dict)
    unchanged: int = 0


@dataclass(frozen=True)
class RosterResult:
    """What an import does, by label of the sheet."""

    sheets: Mapping[str, Changes]

    @property
    def changed(self) -> int:
        """How many lines are added or changed."""
        return sum(len(changes.added) + len(changes.changed) for changes in self.sheets.values())


def read_roster(paths: Iterable[Path]) -> Reading:
    """Read workbooks, CSV files or folders of the CSV files."""
    return read_files(paths, ROSTER_SHEETS)


def import_roster(
    session: Session,
    *,
    rows: Iterable[SheetRow],
    source: str,
    today: date,
    now: datetime,
    by: str,
    faults: Iterable[SheetFault] = (),
    apply: bool = True,
    channels: Collection[str] = (),
) -> RosterResult:
    """Add and change lines of the roster; SheetFaults with every fault and nothing written.

    Lines that the import does not name stay as they are; without `apply` the same is only told. `channels` are the
    group channels of the settings, to which contacts may point.
    """
    if apply:
        session.get_one(AuditHead, 1, with_for_update=True)
    lines = [_completed(row) for row in rows]
    held = stored_rows(session)
    before = stored_state(held)
    whole = [row for row in lines if _is_whole(row)]
    after = merged(before, whole)
    wrong = [*faults, *row_faults(lines, today), *reference_faults(lines, before), *state_faults(after)]
    wrong += contact_faults(lines, after, told_recipients(session), channels)
    if wrong:
        raise SheetFaults(wrong)
    result = RosterResult({spec.label: _compare(before[spec.id], after[spec.id]) for spec in ROSTER_SHEETS})
    if apply and result.changed:
        for spec, table in TABLES:
            _write(session, table, spec, held[spec.id], after[spec.id], result.sheets[spec.label])
        told = {
            label: {"added": len(each.added), "changed": len(each.changed)} for label, each in result.sheets.items()
        }
        append_audit(
            session,
            verb="roster.import",
            object="roster",
            by=by,
            at=now,
            detail={"source": source, "added, changed": told},
        )
    return result


def export_roster(session: Session, path: Path) -> None:
    """Write the roster to a workbook (.xlsx) or a folder of CSV files; importing it again changes nothing."""
    state = stored_state(stored_rows(session))
    rows = {sheet: [item.values for item in items.values()] for sheet, items in state.items()}
    rows[CONTACTS.id] = [spoken(values) for values in rows[CONTACTS.id]]
    _write_out(path, [SheetOut(spec, rows[spec.id]) for spec in ROSTER_SHEETS])


def write_template(path: Path) -> None:
    """Write the sheets empty, with notes and drop-downs."""
    _write_out(path, [SheetOut(spec) for spec in ROSTER_SHEETS])


def _write_out(path: Path, sheets: list[SheetOut]) -> None:
    if path.suffix.lower() == ".xlsx":
        write_workbook(path, sheets, notes=NOTES)
    else:
        write_csv_folder(path, sheets)


def _completed(row: SheetRow) -> SheetRow:
    if row.sheet_id == CONTACTS.id:
        return replace(row, values=stored(row.values))
    if row.values.get("principal", False) is None and "tier" in row.values:
        return replace(row, values={**row.values, "principal": row.values["tier"] == "principal"})
    return row


def _is_whole(row: SheetRow) -> bool:
    spec = next(spec for spec in ROSTER_SHEETS if spec.id == row.sheet_id)
    return len(row.values) == len(spec.fields)


def _compare(before: Mapping[Key, Item], after: Mapping[Key, Item]) -> Changes:
    named = {key: item for key, item in after.items() if item.row}
    added = tuple(key for key in named if key not in before)
    changed = {
        key: (before[key].values, item.values)
        for key, item in named.items()
        if key in before and before[key].values != item.values
    }
    return Changes(added, changed, len(named) - len(added) - len(changed))


def _write(
    session: Session,
    table: type[Any],
    spec: SheetSpec,
    stored: Mapping[Key, Any],
    after: Mapping[Key, Item],
    changes: Changes,
) -> None:
    if spec.id == "units":  # names that two units exchange must not collide on the way
        for key in changes.changed:
            stored[key].name = f"\uffff{key[0]}"
        session.flush()
    for key, (_, values) in changes.changed.items():
        stored[key].sqlmodel_update(_typed(spec, values))
    session.flush()
    if changes.added:
        session.execute(insert(table), [_typed(spec, after[key].values) for key in changes.added])


def _typed(spec: SheetSpec, values: Values) -> dict[str, Any]:
    dates = {each.name for each in spec.fields if each.type == "date"}
    return {name: date.fromisoformat(value) if name in dates and value else value for name, value in values.items()}
