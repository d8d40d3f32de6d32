"""述职述廉 at its boundaries: lead time, speeches, categories, front line (BZ-33 lead time, BZ-36, BZ-38, BZ-39)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models.session import writing
from tasks.desk import Desk
from tasks.stages import report_meeting
from tests.flows.first_stages import (
    TODAY,
    hold_meetings,
    invite,
    invite_all,
    publish,
    speak,
)
from tests.support import fill_form, make_cycle, make_desk, open_stage, unmet


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield make_desk(session, make_cycle(session), TODAY)


def test_a_complete_round_of_meetings_closes_the_stage(desk: Desk) -> None:
    publish(desk, "州水务局", "州林业局")
    open_stage(desk, report_meeting)
    hold_meetings(desk)
    invite_all(desk)
    speak(desk, "U1", "P11", "U2", "P21")
    assert unmet(desk, report_meeting) == []


def test_a_meeting_without_the_principals_speech_is_not_complete(desk: Desk) -> None:
    open_stage(desk, report_meeting)
    hold_meetings(desk)
    speak(desk, "U1", "U2", "P21")
    assert report_meeting.stage_facts(desk)["speeches_missing"] == 1
    speak(desk, "P11")
    assert report_meeting.stage_facts(desk)["speeches_missing"] == 0


def test_a_unit_without_a_meeting_holds_the_stage(desk: Desk) -> None:
    open_stage(desk, report_meeting)
    fill_form(desk, "meetings", {"unit": "U1", "held_on": "2010-12-20", "attendees": 70})
    assert report_meeting.stage_facts(desk)["meetings_missing"] == 1
    assert "BZ-36" in unmet(desk, report_meeting)


@pytest.mark.parametrize(("day", "early"), [("2010-12-10", 2), ("2010-12-13", 0), ("2010-12-03", 2)])
def test_five_working_days_lie_between_publication_and_meeting(desk: Desk, day: str, early: int) -> None:
    publish(desk, "州水务局", "州林业局")
    open_stage(desk, report_meeting)
    hold_meetings(desk, day)
    assert report_meeting.stage_facts(desk)["meetings_too_early"] == early


def test_an_absent_category_is_named(desk: Desk) -> None:
    open_stage(desk, report_meeting)
    invite_all(desk, conduct_supervisor={"invited": 0, "frontline": 0, "attended": 0, "survey_returned": 0})
    assert report_meeting.category_gaps(desk) == {"U1": ["行风监督员"], "U2": ["行风监督员"]}
    invite_all(desk)
    assert report_meeting.category_gaps(desk) == {}


@pytest.mark.parametrize(("frontline", "invited", "short"), [(25, 50, 0), (24, 49, 1), (0, 0, 1), (12, 25, 1)])
def test_half_of_the_invitees_are_from_the_front_line(desk: Desk, frontline: int, invited: int, short: int) -> None:
    open_stage(desk, report_meeting)
    rows = (invite("U1", "deputy", invited, frontline, 0), invite("U2", "deputy", 2, 1, 0))
    fill_form(desk, "invitees", *rows)
    assert report_meeting.stage_facts(desk)["frontline_short"] == short


def test_units_without_an_invitation_list_are_short(desk: Desk) -> None:
    open_stage(desk, report_meeting)
    assert report_meeting.stage_facts(desk)["frontline_short"] == 2
    assert "BZ-39" in unmet(desk, report_meeting)
