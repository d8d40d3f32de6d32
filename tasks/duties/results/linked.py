"""Whether each row is derived from another one that exists (kind linked; QZ-09)."""

from config.review_results import LinkedSpec
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.duties.rows import where

COLUMNS = ("编号", "承担人", "写明的来源")


def linked(turn: Turn, spec: LinkedSpec) -> Found:
    """Name each row of this slot whose source is no row of the year."""
    form, owner = str(turn.duty.form), turn.duty.owner_field or spec.to
    known = {str(row.values[spec.to]) for row in turn.year_entries()}
    rows = where(turn.desk, form, turn.entries, spec.when)
    loose = [row.values for row in rows if str(row.values.get(spec.field) or "") not in known]
    flaws = tuple(
        Flaw(spec.rule, str(row[spec.to]), f"{row[spec.to]}:{spec.text}(“{row.get(spec.field) or ''}”)")
        for row in loose
    )
    cells = tuple((str(row[spec.to]), turn.name(row[owner]), str(row.get(spec.field) or "")) for row in loose)
    return Found(flaws=flaws, tables=(Table(spec.title, COLUMNS, cells),), figures={"loose": len(loose)})
