"""Slots of each rhythm: where they begin and end, what follows, how people write them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from config.rhythm import (
    MONTHS,
    NoSlot,
    Rhythm,
    next_slot,
    rhythm_of,
    slot_end,
    slot_label,
    slot_of,
    slot_start,
    slot_year,
    slots_of_year,
)

CASES: list[tuple[Rhythm, str, str, str, str, str]] = [
    ("daily", "2026-03-05", "2026-03-05", "2026-03-05", "2026-03-06", "2026年3月5日"),
    ("weekly", "2026W10", "2026-03-02", "2026-03-08", "2026W11", "2026年第10周"),
    ("weekly", "2026W01", "2025-12-29", "2026-01-04", "2026W02", "2026年第1周"),
    ("weekly", "2026W53", "2026-12-28", "2027-01-03", "2027W01", "2026年第53周"),
    ("monthly", "2026-02", "2026-02-01", "2026-02-28", "2026-03", "2026年2月"),
    ("monthly", "2024-02", "2024-02-01", "2024-02-29", "2024-03", "2024年2月"),
    ("monthly", "2026-12", "2026-12-01", "2026-12-31", "2027-01", "2026年12月"),
    ("quarterly", "2026Q1", "2026-01-01", "2026-03-31", "2026Q2", "2026年第一季度"),
    ("quarterly", "2026Q4", "2026-10-01", "2026-12-31", "2027Q1", "2026年第四季度"),
    ("half_yearly", "2026H1", "2026-01-01", "2026-06-30", "2026H2", "2026年上半年"),
    ("half_yearly", "2026H2", "2026-07-01", "2026-12-31", "2027H1", "2026年下半年"),
    ("yearly", "2026", "2026-01-01", "2026-12-31", "2027", "2026年"),
]


@pytest.mark.parametrize(("rhythm", "slot", "start", "end", "following", "label"), CASES)
def test_a_slot_has_its_days_its_follower_and_its_words(
    rhythm: Rhythm, slot: str, start: str, end: str, following: str, label: str
) -> None:
    assert rhythm_of(slot) == rhythm
    assert (slot_start(slot).isoformat(), slot_end(slot).isoformat()) == (start, end)
    assert (next_slot(slot), slot_label(slot), slot_year(slot)) == (following, label, int(slot[:4]))
    assert slot_of(rhythm, slot_start(slot)) == slot_of(rhythm, slot_end(slot)) == slot


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-02-29", "2026W54", "2025W53", "2026Q5", "2026H3", "26", "", "2026年3月"]
)
def test_what_no_calendar_has_is_no_slot(text: str) -> None:
    with pytest.raises(NoSlot, match="允许"):
        rhythm_of(text)


@pytest.mark.parametrize(
    ("rhythm", "count"),
    [("daily", 366), ("weekly", 52), *((rhythm, 12 // months) for rhythm, months in MONTHS.items())],
)
def test_the_slots_of_a_year_follow_each_other_without_a_gap(rhythm: Rhythm, count: int) -> None:
    slots = list(slots_of_year(rhythm, 2024))
    assert len(slots) == count
    assert all(slot_start(later) == slot_end(slot) + timedelta(days=1) for slot, later in pairwise(slots))
    assert {slot_year(slot) for slot in slots} == {2024}


def test_a_year_with_53_thursdays_has_53_weeks_and_each_day_lies_in_one_week() -> None:
    assert len(list(slots_of_year("weekly", 2026))) == 53
    assert slot_of("weekly", date(2027, 1, 3)) == "2026W53"
    assert slot_of("weekly", date(2027, 1, 4)) == "2027W01"


def test_an_event_lies_in_no_slot() -> None:
    with pytest.raises(NoSlot):
        slot_of("event", date(2026, 3, 5))
