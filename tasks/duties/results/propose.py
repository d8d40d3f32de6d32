"""Rows that call for a consequence: proposed for a person to settle (kind propose)."""

from collections import defaultdict
from typing import Any

from config.duty_results import ProposeSpec
from config.forms import FieldSpec
from models.evidence import Entry
from tasks.duties.found import Found, Proposed, Turn
from tasks.duties.rows import form_of, owner_of, where
from tasks.sheets.cells import show_value

Key = tuple[str, str]  # subject, action


def propose(turn: Turn, spec: ProposeSpec) -> Found:
    """Return a proposal about each one named by a row of this slot in which the condition holds."""
    form = form_of(turn.desk, spec.form or str(turn.duty.form))
    fields = {field.name: field for field in form.fields}
    proposed: dict[Key, Proposed] = {}
    rows: dict[Key, list[str]] = defaultdict(list)
    for row in where(turn.desk, form.id, turn.slot_entries(form.id), spec.when):
        key = _key(turn, spec, row)
        if all(key):
            grounds = [*(proposed[key].detail["grounds"] if key in proposed else ()), _shown(spec, fields, row)]
            rows[key].append(f"{form.id}|{row.key}")
            options = tuple(option for option in spec.options if option != key[1])
            proposed[key] = Proposed(key[0], spec.rule, key[1], options, _detail(spec, grounds) | {"rows": rows[key]})
    return Found(proposed=tuple(proposed.values()), figures={"proposed": len(proposed)})


def _key(turn: Turn, spec: ProposeSpec, row: Entry) -> Key:
    code = str(row.values.get(spec.subject) or "") if spec.subject else owner_of(turn.duty, row.values)
    return code, spec.action or str(row.values.get(spec.action_field or "") or "")


def _shown(spec: ProposeSpec, fields: dict[str, FieldSpec], row: Entry) -> dict[str, str]:
    return {fields[name].label: str(show_value(fields[name], row.values.get(name))) for name in spec.shows}


def _detail(spec: ProposeSpec, grounds: list[dict[str, str]]) -> dict[str, Any]:
    return {"grounds": grounds} | ({"clause": spec.cite.clause} if spec.cite else {})
