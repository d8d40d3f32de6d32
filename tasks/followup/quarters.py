"""Quarters as slots (`2010Q1`): when they begin and end, and which ones a rectification reports on (BZ-55)."""

from datetime import date, timedelta


def quarter_of(day: date) -> str:
    """Return the slot that a day lies in."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_start(slot: str) -> date:
    """Return the first day of a slot."""
    year, number = _parts(slot)
    return date(year, number * 3 - 2, 1)


def quarter_end(slot: str) -> date:
    """Return the last day of a slot: the day its report is due."""
    return quarter_start(next_quarter(slot)) - timedelta(days=1)


def next_quarter(slot: str) -> str:
    """Return the slot after a slot."""
    year, number = _parts(slot)
    return f"{year}Q{number + 1}" if number < 4 else f"{year + 1}Q1"


def quarter_label(slot: str) -> str:
    """Return a slot as people write it: 2010年第一季度."""
    year, number = _parts(slot)
    return f"{year}年第{'一二三四'[number - 1]}季度"


def report_slots(talk_on: date, assessed_year: int) -> list[str]:
    """Return the slots that end after a talk, up to the end of the year after the assessed one (BZ-55: default).

    A talk after that year reports to the end of its own.
    """
    last = f"{max(assessed_year + 1, talk_on.year)}Q4"
    slot = quarter_of(talk_on)
    slots = [slot] if quarter_end(slot) > talk_on else []
    while slot != last:
        slot = next_quarter(slot)
        slots.append(slot)
    return slots


def _parts(slot: str) -> tuple[int, int]:
    year, _, number = slot.partition("Q")
    return int(year), int(number)
