"""What a typed row must still satisfy: codes that exist, grades of the right scale, sums that add up."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from config.duties import DutySpec, forms_watched
from config.form_loader import field_facts, form_conditions
from config.forms import FieldSpec, FormSpec
from config.rhythm import WRITTEN, Rhythm, as_slot, slot_year
from scoring.scheme import Scheme
from tasks.intake.directory import Directory
from tasks.sheets.cells import CellRefused, show_value
from tasks.sheets.faults import SheetFault, listed, quoted
from tasks.sheets.spec import SheetRow, subject_field

CODES = ("unit", "person", "subject")
LIST_MARKS = re.compile("[,\\uff0c\u3001;\\uff1b]")
FIRST_DAY = date(1949, 10, 1)


@dataclass(frozen=True)
class Ready:
    """A row that may be stored: its key, whom it is about, its date, and values with codes resolved."""

    row: SheetRow
    key: str
    subject: str | None
    dated: date
    values: dict[str, Any]


@dataclass(frozen=True)
class Checker:
    """Checks the rows of one form against roster or cycle, scheme and calendar."""

    form: FormSpec
    directory: Directory
    scheme: Scheme
    today: date
    year: int
    duties: Sequence[DutySpec] = ()

    def check(self, rows: Iterable[SheetRow]) -> tuple[list[Ready], list[SheetFault]]:
        """Return the rows that hold and every fault of the others."""
        ready: list[Ready] = []
        faults: list[SheetFault] = []
        for row in rows:
            values = dict(row.values)
            wrong = [*self._codes(row, values), *self._slots(row, values), *self._values(row, values)]
            faults += wrong
            if not wrong and len(values) == len(self.form.fields):
                ready.append(self._ready(row, values))
        faults += self._repeated(ready)
        faults += self._conditions(ready)
        return ready, faults

    def _ready(self, row: SheetRow, values: dict[str, Any]) -> Ready:
        key = "|".join(str(values[name]) for name in self.form.key)
        return Ready(
            row, key, values[self._about] if self._about else None, date.fromisoformat(values[self.form.dated]), values
        )

    def _codes(self, row: SheetRow, values: dict[str, Any]) -> Iterator[SheetFault]:
        for field in self.form.fields:
            if field.type in CODES and values.get(field.name):
                try:
                    values[field.name] = self.directory.resolve(field.type, values[field.name])
                except CellRefused as refused:
                    del values[field.name]
                    yield row.fault(field.name, refused.found, refused.allowed, refused.remedy)
        code = values.get(self._about, "")
        if self._about and row.name and self.directory.name(code) not in ("", row.name):
            found = f"编码{quoted(code)}的名称写成{quoted(row.name)}"
            yield row.fault(self._about, found, self.directory.name(code), "核对是否错行")

    def _slots(self, row: SheetRow, values: dict[str, Any]) -> Iterator[SheetFault]:
        """A slot is written as its rhythm writes it; a day that a spreadsheet made of a month is the month again."""
        for name, rhythms in self._slot_fields.items():
            text = values.get(name)
            if not text:
                continue
            slot = next((found for rhythm in rhythms if (found := as_slot(str(text), rhythm))), None)
            if slot is not None and slot_year(slot) == self.year:
                values[name] = slot
                continue
            del values[name]
            like = " 或 ".join(dict.fromkeys(f"{self.year}{WRITTEN[rhythm]}" for rhythm in rhythms))
            yield row.fault(
                name, quoted(text), f"{self.year} 年度的期次,如 {like}", "写成期次;属于别的年度的,导入那一年"
            )

    @cached_property
    def _about(self) -> str:
        """The field that says whom a row is about, empty where there is none."""
        field = subject_field(self.form)
        return field.name if field else ""

    @cached_property
    def _slot_fields(self) -> dict[str, tuple[Rhythm, ...]]:
        """The fields of this form in which a row says its slot, and in which rhythms."""
        found: dict[str, tuple[Rhythm, ...]] = {}
        own = {field.name for field in self.form.fields}
        for duty in self.duties:
            name = duty.slot_from.field if duty.slot_from and self.form.id in forms_watched(duty) else None
            if name in own and name is not None and duty.rhythm != "event":
                found[name] = (*found.get(name, ()), duty.rhythm)
        return found

    def _values(self, row: SheetRow, values: dict[str, Any]) -> Iterator[SheetFault]:
        for field in self.form.fields:
            value = values.get(field.name)
            if value in (None, ""):
                continue
            if field.type in ("date", "datetime"):
                yield from self._date(row, field, value)
            elif field.type == "grade" or field.fact:
                yield from self._grade(row, field, value, values)
        yield from self._belonging(row, values)
        if self.form.into == "past_grades":
            yield from self._past(row, values)

    def _date(self, row: SheetRow, field: FieldSpec, value: str) -> Iterator[SheetFault]:
        latest = self.today + timedelta(days=366)
        if not FIRST_DAY <= date.fromisoformat(value[:10]) <= latest:
            yield row.fault(field.name, quoted(value), f"{FIRST_DAY} 至 {latest}", "核对年份")

    def _grade(self, row: SheetRow, field: FieldSpec, value: Any, values: Mapping[str, Any]) -> Iterator[SheetFault]:
        tier = self.directory.tiers.get(values.get(self._about, ""), "")
        decl = self.scheme.facts.get(field.fact or "")
        if decl is not None and decl.kind in ("grade", "enum"):
            allowed = decl.choices(tier)
        elif field.type == "grade" and tier:
            allowed = self.scheme.scale_for(tier).grades
        else:
            return
        if tier and value not in allowed:
            yield row.fault(field.name, quoted(value), listed(allowed), "改为该对象适用的等次")

    def _belonging(self, row: SheetRow, values: Mapping[str, Any]) -> Iterator[SheetFault]:
        unit = next((field for field in self.form.fields if field.type == "unit"), None)
        for field in self.form.fields if unit else ():
            code = values.get(field.name)
            if unit and values.get(unit.name) and field.type in ("person", "subject") and code:
                known = self.directory.units_of.get(code, frozenset())
                if values[unit.name] not in known:
                    found = f"{quoted(self.directory.name(code) or code)}不在单位{quoted(values[unit.name])}"
                    yield row.fault(field.name, found, f"该单位的人;此人在{listed(sorted(known))}", "核对单位和人员")

    def _past(self, row: SheetRow, values: dict[str, Any]) -> Iterator[SheetFault]:
        if values.get("year", 0) >= self.year:
            yield row.fault("year", quoted(values["year"]), f"{self.year} 年以前", "只填往年的结果")
        leaders, text = [], str(values.get("led_by") or "")
        for word in filter(None, (part.strip() for part in LIST_MARKS.split(text))):
            try:
                leaders.append(self.directory.resolve("person", word))
            except CellRefused as refused:
                yield row.fault("led_by", refused.found, refused.allowed, refused.remedy)
        values["led_by"] = "、".join(leaders)

    def _repeated(self, ready: Sequence[Ready]) -> Iterator[SheetFault]:
        first: dict[str, SheetRow] = {}
        labels = "、".join(field.label for field in self.form.fields if field.name in self.form.key)
        for item in ready:
            seen = first.setdefault(item.key, item.row)
            if seen is not item.row:
                found = f"与 {seen.file} 第 {seen.number} 行重复({labels}相同)"
                yield item.row.fault(self.form.key[-1], found, f"同一{labels}只有一行", "删去多余的一行")

    def _conditions(self, ready: Sequence[Ready]) -> Iterator[SheetFault]:
        if not ready or not self.form.checks:
            return
        frame = self._frame(ready)
        labels = {field.name: field for field in self.form.fields}
        for condition, message in form_conditions(self.form):
            for item, holds in zip(ready, condition.evaluate(frame), strict=True):
                if not holds:
                    names = list(dict.fromkeys(condition.names))
                    found = ",".join(f"{labels[n].label} {_shown(labels[n], item.values[n])}" for n in names)
                    yield item.row.fault(names[0], found, message, "核对后改正")

    def _frame(self, ready: Sequence[Ready]) -> pl.DataFrame:
        facts = field_facts(self.form)
        return pl.DataFrame(
            [
                pl.Series(name, [_for_condition(fact.kind, item.values[name]) for item in ready], dtype=fact.dtype)
                for name, fact in facts.items()
            ]
        )


def _for_condition(kind: str, value: Any) -> Any:
    return str(value or "") if kind == "text" else value


def _shown(field: FieldSpec, value: Any) -> str:
    shown = show_value(field, value)
    return "空白" if shown in (None, "") else str(shown)
