"""The rows of a form as a table that people read (kind listing)."""

from typing import Any

from config.duty_results import ListingSpec
from config.forms import FieldSpec
from tasks.duties.found import Found, Table, Turn
from tasks.duties.rows import form_of, where
from tasks.sheets.cells import show_value

CODES = ("unit", "person", "subject")


def listing(turn: Turn, spec: ListingSpec) -> Found:
    """Return one table: the fields that the result names, of the rows of this slot or of the year up to it."""
    form = form_of(turn.desk, spec.form or str(turn.duty.form))
    came = turn.entries_so_far(form.id) if spec.over == "year" else turn.slot_entries(form.id)
    fields = {field.name: field for field in form.fields}
    shown = [fields[name] for name in spec.fields]
    rows = tuple(
        tuple(_cell(turn, field, row.values.get(field.name)) for field in shown)
        for row in where(turn.desk, form.id, came, spec.when)
    )
    return Found(tables=(Table(spec.title or form.label, tuple(field.label for field in shown), rows),))


def _cell(turn: Turn, field: FieldSpec, value: Any) -> str | int:
    if value in (None, ""):
        return ""
    if field.type in CODES:
        return turn.name(value)
    shown = show_value(field, value)
    return shown if isinstance(shown, int) else str(shown)
