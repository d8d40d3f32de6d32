"""How what is owed is called: the work, whoever owes it or is told, to whom it goes, how many days are left."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, col, select

from config.calendar import WorkCalendar
from config.rhythm import NoSlot, slot_label
from config.roles import ROLE_LABELS
from models.roster import Person, Unit
from tasks.followup.item_duties import DUTY as ITEM
from tasks.reminding.candidates import BATCH, Plan

FOLLOWED = {ITEM: "整改事项"}  # what is owed on a day of its own, not on a form's


def what(plan: Plan, duty: str, form: str, slot: str) -> str:
    """Return the duty's name, else its form's, with the period or the number of what caused it."""
    label = plan.duties[duty].label if duty in plan.duties else FOLLOWED.get(duty) or _form_label(plan, form) or duty
    return f"{label}（{_slot(slot)}）" if slot else label


def _form_label(plan: Plan, form: str) -> str:
    name = f"forms/{form}.yaml"
    return str(plan.pack.maps[name]["label"]) if name in plan.pack.maps else ""


def _slot(slot: str) -> str:
    try:
        return slot_label(slot)
    except NoSlot:  # an event's slot is the key of the row that caused it
        return slot


def receiver(plan: Plan, given: str) -> str:
    """Return to whom work is handed in, as people call it; a role is called by its office."""
    roles = plan.pack.roles
    return str(plan.cycle.params.get("office", "") or roles[given]) if given in roles else given


def when(calendar: WorkCalendar, today: date, due: date) -> str:
    """Return how far off a due day is, in working days; in days where no working day lies between."""
    if due == today:
        return "今天到期"
    workdays = abs(calendar.between(today, due))
    length = f"{workdays}个工作日" if workdays else f"{abs((due - today).days)}天"
    return f"还有{length}" if due > today else f"已逾期{length}"


def names(session: Session, known: Sequence[Plan], codes: Collection[str]) -> dict[str, str]:
    """Return what units, persons, roles and bodies are called, by code; a code that nobody knows is its own name."""
    bodies = {
        duty.who.body.role: duty.who.body.name
        for plan in known
        for duty in plan.duties.values()
        if duty.who and duty.who.body
    }
    roles = {**ROLE_LABELS, **{role: _called(known, role) for role in ROLE_LABELS if known}}
    found = {code: roles.get(code, bodies.get(code, code)) for code in codes}
    asked = [code for code in codes if found[code] == code]
    for table in (Unit, Person):
        for start in range(0, len(asked), BATCH):
            query = select(table.id, table.name).where(col(table.id).in_(asked[start : start + BATCH]))
            found |= dict(session.exec(query).all())
    return found


def _called(known: Sequence[Plan], role: str) -> str:
    """What a role is called in the localities that one reminder is about."""
    return "、".join(dict.fromkeys(plan.pack.roles[role] for plan in known))
