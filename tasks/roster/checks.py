"""What a roster must satisfy as a whole: ids, names, references, and posts that do not collide."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tasks.roster.sheets import ROSTER_SHEETS, TIERS
from tasks.roster.state import Item, State, key_of
from tasks.sheets.faults import SheetFault, quoted
from tasks.sheets.spec import SheetRow

CODE = re.compile(r"[\w.-]{1,32}$")
LEADING = ("principal", "deputy", "member")
MOST_PRINCIPALS = 2
FIRST_DAY, NO_END = date(1949, 10, 1), "9999-12-31"


END_FIRST = "给前一段任职填免职日期(新任职的前一天),兼职的把职务合并在一行或层级填“其他”"


def row_faults(rows: Iterable[SheetRow], today: date) -> Iterator[SheetFault]:
    """Give what is wrong with single rows and with rows that repeat each other."""
    specs = {spec.id: spec for spec in ROSTER_SHEETS}
    first: dict[tuple[str, ...], SheetRow] = {}
    for row in rows:
        yield from _dates(row, today)
        yield from _code(row)
        spec = specs[row.sheet_id]
        if all(name in row.values for name in spec.key):
            seen = first.setdefault((row.sheet_id, *key_of(spec, row.values)), row)
            if seen is not row:
                labels = "、".join(spec.field(name).label for name in spec.key)
                found = f"与 {seen.file} 第 {seen.number} 行重复({labels}相同)"
                yield row.fault(spec.key[0], found, f"同一{labels}只有一行", "删去多余的一行")


def reference_faults(rows: Sequence[SheetRow], state: State) -> Iterator[SheetFault]:
    """Give the posts whose person or unit neither the roster nor the import knows (faulty rows count as known)."""
    for name, sheet, word in (("person_id", "persons", "人员"), ("unit_id", "units", "单位")):
        known = {key[0] for key in state[sheet]} | {row.values.get("id") for row in rows if row.sheet_id == sheet}
        for row in rows:
            code = row.values.get(name)
            if code and code not in known:
                remedy = f"核对编码,或先在“{word}”表中增加"
                yield row.fault(name, f"不认识的{word}{quoted(code)}", f"{word}表或名册中的编码", remedy)


def state_faults(state: State) -> Iterator[SheetFault]:
    """Give what is wrong with the roster as it would be, at the rows of the import that make it so."""
    yield from _same_codes(state)
    yield from _same_names(state)
    posts = list(state["posts"].values())
    yield from _overlapping(posts)
    yield from _too_many_principals(posts)


def _dates(row: SheetRow, today: date) -> Iterator[SheetFault]:
    latest = today + timedelta(days=366)
    for name in ("start_on", "end_on"):
        text = row.values.get(name)
        if text and not FIRST_DAY.isoformat() <= text <= latest.isoformat():
            yield row.fault(name, quoted(text), f"{FIRST_DAY} 至 {latest}", "核对年份")
    start, end = row.values.get("start_on"), row.values.get("end_on")
    if start and end and end < start:
        yield row.fault("end_on", quoted(end), f"不早于 {start}", "核对起止日期")


def _code(row: SheetRow) -> Iterator[SheetFault]:
    code = row.values.get("id")
    if code and not CODE.match(code):
        yield row.fault("id", quoted(code), "字母、数字、下划线、点、短横,最多 32 个", "改正编码")
    if row.values.get("tier") == "principal" and row.values.get("principal") is False:
        yield row.fault("principal", "“否”,而层级是正职", "正职的主要领导为“是”", "改为“是”,或把层级改为班子成员")


def _same_codes(state: State) -> Iterator[SheetFault]:
    for key in state["units"].keys() & state["persons"].keys():
        for sheet, other in (("persons", "单位"), ("units", "人员")):
            row = state[sheet][key].row
            if row:
                yield row.fault("id", f"与{other}的编码{quoted(key[0])}相同", "单位和人员的编码互不相同", "换一个编码")


def _same_names(state: State) -> Iterator[SheetFault]:
    bearers: dict[str, list[Item]] = defaultdict(list)
    for item in state["units"].values():
        bearers[item.values["name"]].append(item)
    for name, items in bearers.items():
        for item in items if len(items) > 1 else ():
            if item.row:
                others = "、".join(each.values["id"] for each in items if each is not item)
                yield item.row.fault("name", f"{quoted(name)},{others} 也用这个名称", "不重复的名称", "用全称区分")


def _overlapping(posts: Sequence[Item]) -> Iterator[SheetFault]:
    held: dict[str, list[Item]] = defaultdict(list)
    for item in posts:
        if item.values["tier"] in LEADING:
            held[item.values["person_id"]].append(item)
    for items in held.values():
        for late, early in _pairs(items):
            row = late.row or early.row
            if row and _meet(early, late):
                found = f"与{_span(early if row is late.row else late)}重叠"
                yield row.fault("start_on", found, "一人同时只有一个领导职务", END_FIRST)


def _too_many_principals(posts: Sequence[Item]) -> Iterator[SheetFault]:
    led: dict[str, list[Item]] = defaultdict(list)
    for item in posts:
        if item.values["principal"]:
            led[item.values["unit_id"]].append(item)
    for unit, items in led.items():
        for item in items:
            start = item.values["start_on"]
            at_once = [each for each in items if each.values["start_on"] <= start <= (each.values["end_on"] or NO_END)]
            named = sorted((each.row for each in at_once if each.row), key=lambda row: (row.file, row.number))
            if len(at_once) > MOST_PRINCIPALS and named:
                people = "、".join(each.values["person_id"] for each in at_once)
                found = f"单位{quoted(unit)}在 {start} 有 {len(at_once)} 名主要领导({people})"
                yield named[-1].fault("principal", found, f"同时最多 {MOST_PRINCIPALS} 名", "给前任填免职日期")


def _pairs(items: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    ordered = sorted(items, key=lambda item: (item.values["start_on"], item.row.number if item.row else 0))
    for index, late in enumerate(ordered):
        for early in ordered[:index]:
            yield late, early


def _meet(early: Item, late: Item) -> bool:
    return bool(late.values["start_on"] <= (early.values["end_on"] or NO_END))


def _span(item: Item) -> str:
    values = item.values
    tier = next(option.label for option in TIERS if option.value == values["tier"])
    place = f"第 {item.row.number} 行" if item.row else "名册中"
    return f"{place}的任职({values['unit_id']} {tier},{values['start_on']} 至 {values['end_on'] or '今'})"
