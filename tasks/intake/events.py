"""The ledger of events: a new row adds, a correction revokes and adds, a revocation keeps the row and its reason."""

from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from config.forms import FormSpec
from models.evidence import Event
from models.roster import Unit
from tasks.intake.batch import CORRECTED, Intake, source_of
from tasks.intake.checks import Ready


def store_events(intake: Intake, form: FormSpec, items: Sequence[Ready]) -> None:
    """Bring the ledger in line with changed rows; nothing is ever deleted or overwritten."""
    history = _history(intake, form)
    units = set(intake.session.exec(select(Unit.id)))
    fresh: list[tuple[Ready, Event]] = []
    for item in items:
        earlier = history.get(_base(intake, form, item), [])
        event = _event(intake, form, item, len(earlier), units)
        valid = [known for known in earlier if known.state == "valid"]
        if valid and item.values.get("revoked") and _same(valid[-1], event):
            _revoke(intake, valid[-1], item)
            continue
        intake.move(valid, "revoke", revoked_reason=CORRECTED)
        intake.revoked.extend(valid)
        fresh.append((item, event))
    intake.session.add_all([event for _, event in fresh])
    intake.session.flush()
    for item, event in fresh:
        if item.values.get("revoked"):
            _revoke(intake, event, item)


def _base(intake: Intake, form: FormSpec, item: Ready) -> str:
    return f"{intake.scope}|{form.id}|{item.key}"


def _history(intake: Intake, form: FormSpec) -> Mapping[str, list[Event]]:
    prefix = f"{intake.scope}|{form.id}|"
    query = select(Event).where(col(Event.key).startswith(prefix, autoescape=True)).order_by(col(Event.id))
    history: dict[str, list[Event]] = {}
    for event in intake.session.exec(query):
        history.setdefault(event.key.rsplit("#", 1)[0], []).append(event)
    return history


def _event(intake: Intake, form: FormSpec, item: Ready, earlier: int, units: set[str]) -> Event:
    values = item.values
    about_unit = item.subject in units
    return Event(
        key=f"{_base(intake, form, item)}#{earlier + 1}",
        kind=values.get("kind", "complaint"),
        unit_id=item.subject if about_unit else None,
        person_id=None if about_unit else item.subject,
        subtype=values.get("subtype") or "",
        detail=values.get("detail") or values.get("content") or "",
        document=values.get("document") or "",
        occurred_on=item.dated,
        source=source_of(item),
    )


def _same(one: Event, other: Event) -> bool:
    names = ("kind", "unit_id", "person_id", "subtype", "detail", "document", "occurred_on")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _revoke(intake: Intake, event: Event, item: Ready) -> None:
    reason = str(item.values.get("revoked_reason", ""))
    intake.move([event], "revoke", reason=reason, revoked_reason=reason)
    intake.revoked.append(event)
