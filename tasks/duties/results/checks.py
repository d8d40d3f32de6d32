"""Whether each row says what it must (kind checks)."""

from config.review_results import CheckSpec, ChecksSpec
from models.evidence import Entry
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.duties.rows import form_of, where
from tasks.sheets.cells import show_value

COLUMNS = ("所在的行", "不符之处", "规则")


def checks(turn: Turn, spec: ChecksSpec) -> Found:
    """Name each row of this slot and each condition that does not hold over it; other rows are not spoken of."""
    form = spec.form or str(turn.duty.form)
    rows = turn.slot_entries(form)
    faulty = [
        (_called(turn, spec, form, row), check.text, check.rule or spec.rule)
        for check in spec.checks
        if turn.period.slot.endswith(check.only or "")
        for row in _failing(turn, check, form, rows)
    ]
    flaws = tuple(Flaw(rule, name, f"{name}:{text}") for name, text, rule in faulty)
    figures = {"checked_rows": len(rows), "faulty_rows": len({name for name, _, _ in faulty})}
    return Found(flaws=flaws, tables=(Table(spec.title or turn.duty.label, COLUMNS, tuple(faulty)),), figures=figures)


def _failing(turn: Turn, check: CheckSpec, form: str, rows: list[Entry]) -> list[Entry]:
    held = {row.id for row in where(turn.desk, form, rows, check.must)}
    return [row for row in rows if row.id not in held]


def _called(turn: Turn, spec: ChecksSpec, form: str, row: Entry) -> str:
    """What people call a row: the field that the result names in words, else the row's key."""
    if spec.name is None:
        return row.key
    field = next(field for field in form_of(turn.desk, form).fields if field.name == spec.name)
    value = row.values.get(spec.name)
    return turn.name(value) if field.type in ("person", "unit", "subject") else str(show_value(field, value))
