"""Rows that call for a consequence: proposed for a person to settle (kind propose)."""

from config.duty_results import ProposeSpec
from tasks.duties.found import Found, Proposed, Turn
from tasks.duties.rows import form_of, owner_of, where
from tasks.sheets.cells import show_value


def propose(turn: Turn, spec: ProposeSpec) -> Found:
    """Return a proposal about each one named by a row of this slot in which the condition holds."""
    form = form_of(turn.desk, spec.form or str(turn.duty.form))
    fields = {field.name: field for field in form.fields}
    proposed: dict[str, Proposed] = {}
    for row in where(turn.desk, form.id, turn.slot_entries(form.id), spec.when):
        code = str(row.values.get(spec.subject) or "") if spec.subject else owner_of(turn.duty, row.values)
        shown = {fields[name].label: str(show_value(fields[name], row.values.get(name))) for name in spec.shows}
        if code:
            grounds = [*(proposed[code].detail["grounds"] if code in proposed else ()), shown]
            proposed[code] = Proposed(code, spec.rule, spec.action, spec.options, {"grounds": grounds})
    return Found(proposed=tuple(proposed.values()), figures={"proposed": len(proposed)})
