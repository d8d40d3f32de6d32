"""Who owes a duty on a day: units, persons in post, a body, the rows of a register, those who rectify."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_, select

from config.duties import DutySpec
from config.duty_parts import OfPersons, OfRegister, OfUnits, Who
from models.bulk import read_rows
from models.cycle import Cycle
from models.followup import RectificationItem
from models.roster import Person, Post, Unit
from tasks.cycle.freeze_subjects import is_principal
from tasks.desk import Desk
from tasks.duties.rows import where

UNFINISHED = ("open", "reported")


@dataclass(frozen=True)
class Owner:
    """One who owes: its code, what people call it, the unit it belongs to, and who is told."""

    code: str
    name: str
    unit_id: str | None
    recipient: str


def owners(desk: Desk, duty: DutySpec, day: date) -> list[Owner]:
    """Return who owes a duty on a day, in order of their codes; nobody where the duty only computes."""
    return owners_of(desk, duty.who, day) if duty.who else []


def owners_of(desk: Desk, who: Who, day: date) -> list[Owner]:
    """Return those whom a `who` names on a day, each once, in order of their codes."""
    found = {owner.code: owner for owner in reversed(list(_named(desk, who, day)))}  # of several the first counts
    return [found[code] for code in sorted(found)]


def _named(desk: Desk, who: Who, day: date) -> Iterator[Owner]:
    if who.unit is not None:
        yield from _units(desk, who.unit)
    elif who.person is not None:
        yield from _persons(desk, who.person, day)
    elif who.body is not None:
        yield Owner(who.body.role, who.body.name, None, who.body.role)
    elif who.rows is not None:
        yield from _register(desk, who.rows)
    elif who.rectifying:
        yield from _rectifying(desk, day)


def _units(desk: Desk, spec: OfUnits) -> Iterator[Owner]:
    query = select(Unit.id, Unit.name).where(col(Unit.active))
    if spec.types:
        query = query.where(col(Unit.type).in_(spec.types))
    for code, name in desk.session.exec(query):
        yield Owner(code, name, code, code)


def _persons(desk: Desk, spec: OfPersons, day: date) -> Iterator[Owner]:
    """Those in post on the day; of several posts of a person the principal one comes first, then the oldest."""
    query = (
        select(Post)
        .join(Unit, col(Unit.id) == col(Post.unit_id))
        .where(col(Unit.active), Post.start_on <= day, or_(col(Post.end_on).is_(None), col(Post.end_on) >= day))
    )
    if spec.types:
        query = query.where(col(Unit.type).in_(spec.types))
    held = sorted(read_rows(desk.session, query), key=lambda post: (not is_principal(post), post.start_on, post.id))
    names = dict(desk.session.exec(select(Person.id, Person.name)).all())
    told = {owner.code: owner.recipient for owner in _register(desk, spec.told)} if spec.told else {}
    for post in held:
        if not spec.tiers or ("principal" if is_principal(post) else post.tier) in spec.tiers:
            instead = spec.told.role if spec.told else ""
            yield Owner(
                post.person_id,
                names[post.person_id],
                post.unit_id,
                told.get(post.person_id) or instead or post.person_id,
            )


def _register(desk: Desk, spec: OfRegister) -> Iterator[Owner]:
    for row in where(desk, spec.form, desk.entries(spec.form), spec.when):
        code = str(row.values[spec.owner])
        unit = str(row.values.get(spec.unit) or "") or None if spec.unit else None
        told = str(row.values.get(spec.recipient) or "") if spec.recipient else ""
        name = str(row.values.get(spec.name) or code) if spec.name else code
        yield Owner(code, name, unit, told or unit or spec.role or code)


def _rectifying(desk: Desk, day: date) -> Iterator[Owner]:
    """Each unit or person with an unfinished item of this scheme's cycles."""
    query = (
        select(RectificationItem.subject)
        .join(Cycle, col(Cycle.id) == col(RectificationItem.cycle_id))
        .where(Cycle.scheme_id == desk.cycle.scheme_id, Cycle.state != "withdrawn")
        .where(col(RectificationItem.state).in_(UNFINISHED))
    )
    codes = set(desk.session.exec(query))
    known = {owner.code: owner for owner in (*_units(desk, OfUnits()), *_persons(desk, OfPersons(), day))}
    yield from (owner for code, owner in known.items() if code in codes)


def names_of(desk: Desk, duty: DutySpec) -> dict[str, str]:
    """Return what people call every unit, person and owner of a duty, by code."""
    units = dict(desk.session.exec(select(Unit.id, Unit.name)).all())
    persons = dict(desk.session.exec(select(Person.id, Person.name)).all())
    who = duty.who
    others = {owner.code: owner.name for owner in owners_of(desk, who, desk.today)} if who and _named_here(who) else {}
    return {**others, **persons, **units}


def _named_here(who: Who) -> bool:
    return who.body is not None or who.rows is not None
