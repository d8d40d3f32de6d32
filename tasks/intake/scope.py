"""Finds what a cycle key means: a cycle with the scheme it froze, or a scheme whose cycle is still to come."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from sqlmodel import Session, col, select

from config.duties import FILE, forms_named, load_duties
from config.forms import ANY_STAGE, FormSpec
from config.scheme_loader import Pack, list_schemes, load_scheme
from models.cycle import Cycle
from tasks.cycle.open_cycle import load_pack
from tasks.duties.year import ROUTINE, year_cycle
from tasks.intake.entries import forms_of

KEY = re.compile(r"(?P<scheme>[a-z][a-z0-9_-]*)-(?P<year>\d{4})$")


class UnknownScope(LookupError):
    """A key that is neither a cycle's nor made of a scheme and a year; names what exists."""

    def __init__(self, key: str, cycles: list[str]) -> None:
        known = "、".join([*cycles, *(f"{scheme}-年份" for scheme in list_schemes())])
        super().__init__(f"没有周期“{key}”;允许:{known};请核对后重试")


@dataclass(frozen=True)
class Scope:
    """A cycle key with its cycle (None before it is opened), the pack that counts, and the year's routine cycle."""

    key: str
    cycle: Cycle | None
    pack: Pack
    routine: Cycle | None = None

    @cached_property
    def forms(self) -> dict[str, FormSpec]:
        """The pack's forms by id."""
        return forms_of(self.pack)


def find_scope(session: Session, key: str) -> Scope:
    """Return what a key means; the newest cycle counts where earlier ones were withdrawn. Raises UnknownScope.

    A year's recurring duties file their forms under the same key (`bozhou-2010-routine` means `bozhou-2010`); before
    the annual cycle is opened the pack counts that they froze.
    """
    shared = key.removesuffix(f"-{ROUTINE}")
    cycle = session.exec(select(Cycle).where(Cycle.key == shared).order_by(col(Cycle.id).desc())).first()
    match = KEY.match(shared)
    routine = year_cycle(session, match["scheme"], int(match["year"])) if match else None
    recurring = load_pack(session, routine) if routine is not None else None
    if cycle is not None:
        return Scope(shared, cycle, with_recurring(load_pack(session, cycle), recurring), routine)
    if recurring is not None:
        return Scope(shared, None, recurring, routine)
    if match is None or match["scheme"] not in list_schemes():
        raise UnknownScope(key, list(session.exec(select(Cycle.key).distinct().order_by(Cycle.key))))
    return Scope(shared, None, load_scheme(match["scheme"]))


def with_recurring(pack: Pack, recurring: Pack | None) -> Pack:
    """Return the pack of an annual cycle with the duties, and the forms they read, as the year's duties froze them."""
    if recurring is None or recurring.hash == pack.hash:
        return pack
    forms = {name for duty in load_duties(recurring) for name in forms_named(duty, recurring.forms)}
    theirs = [FILE, *(f"forms/{name}.yaml" for name in forms if recurring.forms[name].get("stage") == ANY_STAGE)]
    taken = [name for name in theirs if name in recurring.maps]
    return replace(
        pack,
        maps={**pack.maps, **{name: recurring.maps[name] for name in taken}},
        files={**pack.files, **{name: recurring.files[name] for name in taken}},
    )
