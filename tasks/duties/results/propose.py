"""Rows that call for a consequence: proposed for a person to settle (kind propose)."""

from typing import Any

from sqlmodel import col, select

from config.duty_results import ProposeSpec
from config.forms import FieldSpec
from models.evidence import Entry
from models.grading import Consequence
from tasks.duties.found import Flaw, Found, Proposed, Turn
from tasks.duties.rows import form_of, owner_of, where
from tasks.sheets.cells import show_value

Key = tuple[str, str]  # subject, action
STANDING = ("imposed", "replaced")


def propose(turn: Turn, spec: ProposeSpec) -> Found:
    """Return a proposal about each one named by a row of this slot in which the condition holds.

    Where the rows name the measure, one that stands already is told of: it is not proposed a second time in a year.
    """
    form = form_of(turn.desk, spec.form or str(turn.duty.form))
    fields = {field.name: field for field in form.fields}
    proposed: dict[Key, Proposed] = {}
    for row in where(turn.desk, form.id, turn.slot_entries(form.id), spec.when):
        key = _key(turn, spec, row)
        if all(key):
            grounds = [*(proposed[key].detail["grounds"] if key in proposed else ()), _shown(spec, fields, row)]
            options = tuple(option for option in spec.options if option != key[1])
            proposed[key] = Proposed(key[0], spec.rule, key[1], options, _detail(spec, grounds))
    flaws = _standing(turn, spec, proposed) if spec.action_field else ()
    return Found(proposed=tuple(proposed.values()), flaws=flaws, figures={"proposed": len(proposed)})


def _key(turn: Turn, spec: ProposeSpec, row: Entry) -> Key:
    code = str(row.values.get(spec.subject) or "") if spec.subject else owner_of(turn.duty, row.values)
    return code, spec.action or str(row.values.get(spec.action_field or "") or "")


def _shown(spec: ProposeSpec, fields: dict[str, FieldSpec], row: Entry) -> dict[str, str]:
    return {fields[name].label: str(show_value(fields[name], row.values.get(name))) for name in spec.shows}


def _detail(spec: ProposeSpec, grounds: list[dict[str, str]]) -> dict[str, Any]:
    return {"grounds": grounds} | ({"clause": spec.cite.clause} if spec.cite else {})


def _standing(turn: Turn, spec: ProposeSpec, proposed: dict[Key, Proposed]) -> tuple[Flaw, ...]:
    query = select(Consequence).where(
        Consequence.cycle_id == turn.desk.cycle_id,
        Consequence.rule == spec.rule,
        col(Consequence.state).in_(STANDING),
        col(Consequence.action).in_([action for _, action in proposed]),
    )
    labels = turn.desk.pack.action_labels
    return tuple(
        Flaw(
            spec.rule,
            row.subject,
            f"年内已落实过同一建议({labels.get(row.action, row.action)}),未再提出;请改报其他措施,或另行研究",
        )
        for row in turn.desk.session.exec(query)
        if (row.subject, row.action) in proposed
    )
