"""The parts of a recurring duty: who owes it, which rows count, when it opens and is due, who is reminded."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, model_validator

from config.calendar import WorkCalendar
from config.forms import Strict
from config.rhythm import slot_end, slot_start, slot_year

NO_LEAP_YEAR = 2027


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError("小写字母开头的小写字母、数字和 _")
    return text


def _setting(text: str) -> str:
    if not text.startswith("$"):
        raise ValueError("整数或 $设置")
    return text


Whole = StrictInt | Annotated[StrictStr, AfterValidator(_setting)]  # a number, or a setting of scheme.yaml that is one
Name = Annotated[str, AfterValidator(_name)]
Tier = Literal["principal", "deputy", "member", "staff"]
UnitType = Literal["department", "township", "enterprise", "institution"]


class OfUnits(Strict):
    """Each active unit of these types; of all types when none is named."""

    types: tuple[UnitType, ...] = ()


class OfRegister(Strict):
    """Each current row of a form of this scheme and year: the fields that name owner, unit and who is told.

    `name` is the field by which people call the owner; without one it is called by its code. `role` is told where no
    field names a unit or person.
    """

    form: Name
    owner: Name
    unit: Name | None = None
    recipient: Name | None = None
    name: Name | None = None
    role: str = ""
    when: str | None = None


class OfPersons(Strict):
    """Each person in post on the opening day, of these tiers and in units of these types; of all when none is named.

    Whoever holds several such posts owes once, in the principal one. `told` is a register of who is told in a person's
    stead (who grades is told, not who is graded); its role is told of persons who do not stand in it.
    """

    tiers: tuple[Tier, ...] = ()
    types: tuple[UnitType, ...] = ()
    told: OfRegister | None = None


class OfBody(Strict):
    """One body for all: a standing committee, an office."""

    name: str
    role: str = "administrator"


class Who(Strict):
    """Who owes a duty: exactly one of these ways; `nobody` is for duties that only compute."""

    unit: OfUnits | None = None
    person: OfPersons | None = None
    body: OfBody | None = None
    rows: OfRegister | None = Field(None, alias="register")  # every model class has a `register` already
    rectifying: Literal[True] | None = None
    nobody: Literal[True] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("unit、person、body、register、rectifying、nobody 恰好写一个")
        return self


class Draw(Strict):
    """Only a sample owes: so many percent of the owners, rounded up, at least one, drawn with a recorded seed."""

    percent: Whole


class Offset(Strict):
    """A day counted from the start or the end of the slot, in calendar days or in working days.

    Instead `day` names the day of the slot's year (`03-31`, 31 March); only yearly duties have one.
    """

    from_: Literal["start", "end"] = Field("start", alias="from")
    days: Whole = 0
    workdays: Whole | None = None
    day: StrictStr | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.workdays is not None and self.days != 0:
            raise ValueError("days 与 workdays 二选一")
        if self.day is not None and self.model_fields_set != {"day"}:
            raise ValueError("写了 day 就不写 from、days、workdays")
        if self.day is not None and not _is_yearly_day(self.day):
            raise ValueError('day 写每年都有的“月-日”,如 "03-31"(02-29 不是每年都有)')
        return self

    def of(self, slot: str, calendar: WorkCalendar, number: Callable[[Whole], int]) -> date:
        """Return the day for a slot; `number` gives what a `$setting` stands for."""
        if self.day is not None:
            return date.fromisoformat(f"{slot_year(slot)}-{self.day}")
        base = slot_start(slot) if self.from_ == "start" else slot_end(slot)
        if self.workdays is not None:
            return calendar.add(base, number(self.workdays))
        return base + timedelta(days=number(self.days))


def _is_yearly_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{2}-\d{2}", text)) and bool(date.fromisoformat(f"{NO_LEAP_YEAR}-{text}"))
    except ValueError:
        return False


class After(Strict):
    """A day counted from the due day, in calendar days or in working days."""

    days: Whole | None = None
    workdays: Whole | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.days is None) == (self.workdays is None):
            raise ValueError("days 与 workdays 二选一")
        return self


class SlotFrom(Strict):
    """Where a row says its slot: in a field as text (`2026-03`), or by the day that a date field holds.

    For a duty of events `field` holds the key of the row that caused it.
    """

    field: Name | None = None
    date: Name | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.field is None) == (self.date is None):
            raise ValueError("field 与 date 二选一")
        return self


class Review(Strict):
    """Work waits for a row of this form: accepted where the condition holds over that row, else returned.

    The row has the same `owner_field` and `slot_from` as the work; `reason` is the field that says why.
    """

    form: Name
    accepted: str
    reason: Name | None = None
    resubmit_workdays: Whole = 10


class By(Strict):
    """So many working days by the value of a field of the row that caused the duty."""

    field: Name
    workdays: dict[str, Whole] = Field(min_length=1)


class Event(Strict):
    """Each row of `form` (where `when` holds) owes an answer; its slot is the value of `key`.

    `due` is a date field of that row which outweighs the days; `hours` count as whole days from the day in `dated`.
    `role` is told where no field names a unit or person.
    """

    form: Name
    key: Name
    dated: Name
    unit: Name | None = None
    owner: Name | None = None
    recipient: Name | None = None
    role: str = ""
    when: str | None = None
    due: Name | None = None
    workdays: Whole | None = None
    hours: Whole | None = None
    by: By | None = None

    @model_validator(mode="after")
    def _one_term(self) -> Self:
        if sum(term is not None for term in (self.workdays, self.hours, self.by)) != 1:
            raise ValueError("workdays、hours、by 恰好写一个")
        if self.owner is None and self.unit is None:
            raise ValueError("owner 与 unit 至少写一个")
        return self


class Ladder(Strict):
    """When who still owes is reminded, in working days from the due day, and from which rung the receiver is told.

    Without `names` (confidential work) the receiver is told numbers only.
    """

    rungs: tuple[StrictInt, ...] = (-7, -3, -1, 0, 1, 3)
    escalate_from: StrictInt = 3
    names: StrictBool = True

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.rungs or list(self.rungs) != sorted(set(self.rungs)):
            raise ValueError("rungs 由小到大列出,不重复,至少一个")
        return self
