"""Opening a period: obligations for everyone who owes, and one notice to each who is told, in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import col, select

from config.duties import DutySpec
from config.rhythm import slot_label
from models.bulk import insert_rows
from models.duty import Obligation, Period
from notices.messages import ObligationMessage
from tasks.desk import Desk
from tasks.documents.files import common
from tasks.duties.dates import dates_of
from tasks.duties.draw import derived_seed, draw, new_seed
from tasks.duties.rows import form_of, whole
from tasks.duties.who import Owner, names_of, owners

ROUTINE = "routine"
NAMED, TITLED = 20, 3  # owners whose names stand in one notice, and in its title


def open_period(desk: Desk, duty: DutySpec, slot: str, *, seed: int | None = None) -> Period:
    """Open a slot of a duty, or return the period that is there; `seed` is that of a draw, else one is made.

    Owners are those of the opening day, so that a turn that comes late obliges the same people.
    """
    existing = find_period(desk, duty.id, slot)
    if existing is not None:
        return existing
    days = dates_of(desk, duty, slot)
    period = Period(
        cycle_id=desk.cycle_id,
        duty=duty.id,
        slot=slot,
        label=f"{duty.label} {slot_label(slot)}",
        opened_on=days.opens,
        due_on=days.due,
        closes_on=days.closes,
    )
    owing = owners(desk, duty, days.opens)
    if duty.draw is not None:
        owing = _drawn(desk, duty, period, owing, seed)
    desk.session.add(period)
    desk.session.flush()
    _oblige(desk, duty, period, owing)
    if duty.announces and days.due >= desk.today:
        _announce(desk, duty, period, owing)
    return period


def find_period(desk: Desk, duty_id: str, slot: str) -> Period | None:
    """Return the period of a duty and slot, if it was opened."""
    query = select(Period).where(Period.cycle_id == desk.cycle_id, Period.duty == duty_id, Period.slot == slot)
    return desk.session.exec(query).first()


def periods(desk: Desk, duty_id: str, *states: str) -> list[Period]:
    """Return a duty's periods in order of their slots, in these states (all when none is given).

    What they found, which may be long, is read when it is asked for.
    """
    query = select(Period).options(defer(Period.outcome))  # type: ignore[arg-type]
    query = query.where(Period.cycle_id == desk.cycle_id, Period.duty == duty_id)
    if states:
        query = query.where(col(Period.state).in_(states))
    return list(desk.session.exec(query.order_by(col(Period.slot))))


def _drawn(desk: Desk, duty: DutySpec, period: Period, owing: list[Owner], seed: int | None) -> list[Owner]:
    """Draw the sample, and keep seed and pool with the period, so that the draw can be checked again."""
    assert duty.draw is not None
    given = desk.cycle.params.get("seed")
    period.seed = (
        seed if seed is not None else new_seed() if given is None else derived_seed(given, duty.id, period.slot)
    )
    percent = whole(desk, duty.draw.percent)
    pool = [owner.code for owner in owing]
    chosen = set(draw(pool, percent, period.seed))
    period.outcome = {"draw": {"percent": percent, "pool": pool, "drawn": sorted(chosen)}}
    return [owner for owner in owing if owner.code in chosen]


def _oblige(desk: Desk, duty: DutySpec, period: Period, owing: Sequence[Owner]) -> None:
    rows = [(owner.code, owner.unit_id, owner.recipient) for owner in owing]
    insert_rows(desk.session, Obligation, ("owner", "unit_id", "recipient"), rows, _same(desk, duty, period))
    detail: dict[str, Any] = {"duty": duty.id, "slot": period.slot, "count": len(owing)}
    desk.audit("period.open", detail | ({"seed": period.seed} if period.seed is not None else {}))


def _same(desk: Desk, duty: DutySpec, period: Period) -> dict[str, str | int]:
    return {
        "cycle_id": desk.cycle_id,
        "stage": ROUTINE,
        "duty": duty.id,
        "form": duty.form or "",
        "receiver": duty.receiver,
        "slot": period.slot,
        "opened_on": period.opened_on.isoformat(),
        "due_on": period.due_on.isoformat(),
        "attempt": 1,
        "state": "open",
    }


def _announce(desk: Desk, duty: DutySpec, period: Period, owing: Sequence[Owner]) -> None:
    """Tell each recipient once, with the names of what it owes where that is not itself."""
    assert duty.form is not None or not owing
    by_recipient: dict[str, list[Owner]] = defaultdict(list)
    for owner in owing:
        by_recipient[owner.recipient].append(owner)
    form = form_of(desk, duty.form).label if duty.form else ""
    names = {owner.code: owner.name for owner in owing}
    if by_recipient.keys() - names.keys():
        names = names_of(desk, duty)
    others = {who: [owner for owner in mine if owner.code != who] for who, mine in by_recipient.items()}
    texts = {
        recipient: ObligationMessage(
            recipient=names.get(recipient) or desk.pack.roles.get(recipient, recipient),
            **common(desk),
            what=_what(period.label, others[recipient]),
            form=form,
            receiver=duty.receiver,
            due=period.due_on,
            names=_listed(others[recipient], NAMED),
        )
        for recipient in by_recipient
    }
    desk.messages(texts, about=duty.id, slot=period.slot)


def _what(label: str, others: Sequence[Owner]) -> str:
    return f"{label}({'、'.join(_listed(others, TITLED))})" if others else label


def _listed(owing: Sequence[Owner], limit: int) -> tuple[str, ...]:
    """The names of so many; the last one says how many there are when there are more."""
    shown = tuple(owner.name for owner in owing[:limit])
    unit = "个" if all(owner.code == owner.unit_id for owner in owing) else "名"
    return shown if len(owing) <= limit else (*shown[:-1], f"{shown[-1]}等{len(owing)}{unit}")
