"""Which quarters (`2010Q1`) a rectification reports on (BZ-55)."""

from datetime import date

from config.rhythm import Rhythm, next_slot, slot_end, slot_of

QUARTERLY: Rhythm = "quarterly"


def report_slots(talk_on: date, assessed_year: int) -> list[str]:
    """Return the slots that end after a talk, up to the end of the year after the assessed one (BZ-55: default).

    A talk after that year reports to the end of its own.
    """
    return slots_until(talk_on, date(max(assessed_year + 1, talk_on.year), 12, 31))


def slots_until(since: date, last: date) -> list[str]:
    """Return the slots that end after a day, up to the one that another day lies in."""
    slot, end = slot_of(QUARTERLY, since), slot_of(QUARTERLY, max(since, last))
    slots = [slot] if slot_end(slot) > since else []
    while slot != end:
        slot = next_slot(slot)
        slots.append(slot)
    return slots
