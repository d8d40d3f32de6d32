"""Slots: the turns of a rhythm by name (`2026-03-05`, `2026W10`, `2026-03`, `2026Q1`, `2026H1`, `2026`)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Rhythm = Literal["daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly", "event"]
RHYTHMS: tuple[Rhythm, ...] = ("daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly", "event")
RHYTHM_LABELS: Mapping[str, str] = {
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季",
    "half_yearly": "每半年",
    "yearly": "每年",
    "event": "随时",
}
MONTHS: dict[Rhythm, int] = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
SHAPES: dict[Rhythm, re.Pattern[str]] = {
    "daily": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "weekly": re.compile(r"(\d{4})W(\d{2})"),
    "monthly": re.compile(r"(\d{4})-(\d{2})"),
    "quarterly": re.compile(r"(\d{4})Q([1-4])"),
    "half_yearly": re.compile(r"(\d{4})H([12])"),
    "yearly": re.compile(r"(\d{4})"),
}
WRITTEN: dict[Rhythm, str] = {  # how a slot goes on after its year
    "daily": "-03-05",
    "weekly": "W10",
    "monthly": "-03",
    "quarterly": "Q1",
    "half_yearly": "H1",
    "yearly": "",
}
DAY = timedelta(days=1)


class NoSlot(ValueError):
    """Text that names no slot; says how slots are written."""

    def __init__(self, text: str) -> None:
        self.text = text
        forms = "2026-03-05、2026W10、2026-03、2026Q1、2026H1、2026"
        super().__init__(f"“{text}”不是期次;允许:{forms}(日、周、月、季、半年、年);请改正")


def rhythm_of(slot: str) -> Rhythm:
    """Return the rhythm whose slots are written so; NoSlot for anything else."""
    for rhythm, shape in SHAPES.items():
        if shape.fullmatch(slot) and _start(slot, rhythm) is not None:
            return rhythm
    raise NoSlot(slot)


def slot_of(rhythm: Rhythm, day: date) -> str:
    """Return the slot that a day lies in; a week belongs to the year of its Thursday (ISO 8601)."""
    if rhythm == "daily":
        return day.isoformat()
    if rhythm == "weekly":
        year, week, _ = day.isocalendar()
        return f"{year}W{week:02}"
    if rhythm == "event":
        raise NoSlot(day.isoformat())
    return _named(rhythm, day.year, (day.month - 1) // MONTHS[rhythm])


def as_slot(text: str, rhythm: Rhythm) -> str | None:
    """Return what people or spreadsheets write as a slot of this rhythm: the slot itself, or a day that lies in it."""
    text = text.strip()
    if SHAPES[rhythm].fullmatch(text) and _start(text, rhythm) is not None:
        return text
    day = SHAPES["daily"].match(text)
    start = _start(day.group(), "daily") if day else None
    return slot_of(rhythm, start) if start else None


@lru_cache(maxsize=4096)
def slot_start(slot: str) -> date:
    """Return the first day of a slot."""
    start = _start(slot, rhythm_of(slot))
    assert start is not None
    return start


@lru_cache(maxsize=4096)
def slot_end(slot: str) -> date:
    """Return the last day of a slot."""
    rhythm, start = rhythm_of(slot), slot_start(slot)
    if rhythm not in MONTHS:
        return start + timedelta(days=6 if rhythm == "weekly" else 0)
    months = start.month - 1 + MONTHS[rhythm]
    return date(start.year + months // 12, months % 12 + 1, 1) - DAY


def next_slot(slot: str) -> str:
    """Return the slot after a slot, in the next year where that begins."""
    return slot_of(rhythm_of(slot), slot_end(slot) + DAY)


def slot_year(slot: str) -> int:
    """Return the year that a slot belongs to."""
    return int(slot[:4])


def slots_of_year(rhythm: Rhythm, year: int) -> Iterator[str]:
    """Give the slots that belong to a year, in order."""
    slot = slot_of(rhythm, date(year, 1, 4) if rhythm == "weekly" else date(year, 1, 1))  # 4 January: always week 1
    while slot_year(slot) == year:
        yield slot
        slot = next_slot(slot)


def slot_label(slot: str) -> str:
    """Return a slot as people write it: 2026年3月5日, 2026年第10周, 2026年3月, 2026年第一季度, 2026年上半年, 2026年."""
    rhythm, start = rhythm_of(slot), slot_start(slot)
    year = f"{slot_year(slot)}年"
    if rhythm == "daily":
        return f"{year}{start.month}月{start.day}日"
    if rhythm == "weekly":
        return f"{year}第{int(slot[5:])}周"
    if rhythm == "monthly":
        return f"{year}{start.month}月"
    if rhythm == "quarterly":
        return f"{year}第{'一二三四'[start.month // 3]}季度"
    return year + {"half_yearly": "上半年" if start.month == 1 else "下半年"}.get(rhythm, "")


def _named(rhythm: Rhythm, year: int, number: int) -> str:
    return {
        "monthly": f"{year}-{number + 1:02}",
        "quarterly": f"{year}Q{number + 1}",
        "half_yearly": f"{year}H{number + 1}",
        "yearly": f"{year}",
    }[rhythm]


def _start(slot: str, rhythm: Rhythm) -> date | None:
    """The first day of what is written as a slot of this rhythm; None for a day, week or month that does not exist."""
    try:
        if rhythm == "daily":
            return date.fromisoformat(slot)
        found = SHAPES[rhythm].fullmatch(slot)
        year, *rest = (int(part) for part in found.groups()) if found else (0,)
        if rhythm == "weekly":
            return date.fromisocalendar(year, rest[0], 1)
        return date(year, (rest[0] - 1) * MONTHS[rhythm] + 1 if rest else 1, 1)
    except ValueError:
        return None
