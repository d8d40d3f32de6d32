"""Rows that name problems: each becomes a rectification item with requirement and deadline (kind items)."""

from config.duty_results import ItemsSpec
from tasks.duties.found import Found, ItemOut, Turn
from tasks.duties.rows import form_of, where, whole
from tasks.followup.rectification import paired


def items(turn: Turn, spec: ItemsSpec) -> Found:
    """Return an item a line of the problems of this slot's rows; a row without problems gives none."""
    desk = turn.desk
    form = form_of(desk, spec.form or str(turn.duty.form))
    due = desk.calendar.add(desk.today, whole(desk, spec.workdays))
    found = tuple(
        ItemOut(str(row.values[spec.subject]), problem, requirement, due, spec.rule, spec.ground)
        for row in where(desk, form.id, turn.slot_entries(form.id), spec.when)
        if row.values.get(spec.problem)
        for problem, requirement in paired(row.values[spec.problem], row.values.get(spec.requirement))
    )
    return Found(items=found, figures={"items": len(found)})
