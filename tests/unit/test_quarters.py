"""Quarters: the slots of rectification reports at their boundaries (BZ-55)."""

from datetime import date

import pytest

from config.rhythm import slot_end
from tasks.followup.quarters import report_slots, slots_until


def test_a_talk_in_february_owes_the_four_quarter_ends_of_the_year():
    slots = report_slots(date(2010, 2, 10), 2009)
    assert [slot_end(slot) for slot in slots] == [
        date(2010, 3, 31),
        date(2010, 6, 30),
        date(2010, 9, 30),
        date(2010, 12, 31),
    ]


@pytest.mark.parametrize(("talk", "first"), [(date(2010, 3, 30), "2010Q1"), (date(2010, 3, 31), "2010Q2")])
def test_a_report_is_owed_at_quarter_ends_after_the_talk(talk, first):
    assert report_slots(talk, 2009)[0] == first


def test_a_talk_before_the_turn_of_the_year_reports_to_the_end_of_the_next():
    assert report_slots(date(2010, 12, 20), 2010) == ["2010Q4", "2011Q1", "2011Q2", "2011Q3", "2011Q4"]


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2010, 1, 1), []), (date(2011, 12, 30), ["2011Q4"]), (date(2011, 12, 31), [])]
)
def test_a_talk_after_the_next_year_reports_to_the_end_of_its_own(day, expected):
    slots = report_slots(day, 2009)
    assert slots == (expected if day.year > 2010 else [f"2010Q{n}" for n in range(1, 5)])


@pytest.mark.parametrize(
    ("last", "slots"),
    [(date(2010, 9, 30), ["2010Q3"]), (date(2010, 10, 1), ["2010Q3", "2010Q4"]), (date(2010, 1, 1), ["2010Q3"])],
)
def test_reports_run_to_the_quarter_of_the_last_day(last, slots):
    assert slots_until(date(2010, 7, 5), last) == slots
