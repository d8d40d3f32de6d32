"""The whole demo year from one seed: the roster, what comes in day by day, and what is answered at the gates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from config.calendar import WorkCalendar
from config.forms import FormSpec
from demo import year_feedback, year_meeting, year_past, year_proposal, year_start
from demo.answers import HOTLINE, Answer, Dates, gate_answers
from demo.roster import DEMO, Extent, Roster, make_roster
from demo.year_feedback import QUARTERS
from demo.year_grades import Grades, make_grades
from demo.year_past import PastYear, make_past
from tasks.roster.sheets import ROSTER_SHEETS
from tasks.sheets.spec import sheet_of
from tasks.sheets.writing import SheetOut, write_workbook

SEED = 20101201
LAUNCH = date(2010, 12, 1)
NOTICE_DAYS = 5  # publication.notice_days as the scheme has it
Sheets = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class DemoDay:
    """A business day on which something comes in (`sheets` by form), or on which only time has passed."""

    on: date
    sheets: Sheets


@dataclass(frozen=True)
class DemoYear:
    """Everything that the demo plays; equal seeds give equal years."""

    seed: int
    launch_on: date
    launch: Mapping[str, Any]
    roster: Sheets
    days: tuple[DemoDay, ...]
    answers: Mapping[str, tuple[Answer, ...]]
    grades: Grades
    people: Roster
    past: Mapping[int, PastYear]

    def past_cases(self) -> dict[int, dict[str, Any]]:
        """Return the years 2008 and 2009 as case files (design, section 8)."""
        return {year: year_past.past_case(self.people, dict(self.past), year) for year in self.past}


def build_demo(seed: int = SEED, extent: Extent = DEMO) -> DemoYear:
    """Return the demo year of a seed."""
    rng = Random(seed)
    roster = make_roster(rng, extent)
    grades, past = make_grades(rng, roster), make_past(rng, roster)
    dates = _dates(WorkCalendar())
    return DemoYear(
        seed=seed,
        launch_on=LAUNCH,
        launch={
            "scheme": "bozhou",
            "year": 2010,
            "hotline": HOTLINE,
            "office": "州党风廉政建设责任制考核办公室",
            "contact": f"{roster.holders['administrator'][1]} 0900-5550131",
        },
        roster=roster.sheets(),
        days=tuple(_days(rng, roster, grades, past, dates)),
        answers=gate_answers(roster, grades, dates),
        grades=grades,
        people=roster,
        past=past,
    )


def _dates(calendar: WorkCalendar) -> Dates:
    """Decide on the day of the opinions; each notice runs from the next working day, then comes the next step."""
    decided = date(2011, 1, 18)
    redecided = calendar.add(decided, NOTICE_DAYS + 1)
    return Dates(decided, redecided, calendar.add(redecided, NOTICE_DAYS + 1))


def _days(rng: Random, roster: Roster, grades: Grades, past: dict[int, PastYear], dates: Dates) -> list[DemoDay]:
    return [
        *_until_meetings(rng, roster, past),
        *_until_proposal(rng, roster, grades),
        DemoDay(dates.redecided, {"objections": year_feedback.objection_rows(grades)}),
        DemoDay(dates.circular, {}),
        *_after_circular(rng, roster, grades),
    ]


def _until_meetings(rng: Random, roster: Roster, past: dict[int, PastYear]) -> list[DemoDay]:
    before = {
        "past_grades": year_past.past_rows(past),
        "events": year_start.event_rows(roster),
        "midyear": year_start.midyear_rows(rng, roster),
    }
    reports = year_start.report_rows(roster)
    first = {"published_list": year_start.published_rows(roster), "self_reports": reports.pop(year_start.PUBLISHED)}
    return [
        DemoDay(date(2010, 8, 31), before),
        DemoDay(LAUNCH, {"groups": year_start.group_rows(roster)}),
        DemoDay(year_start.PUBLISHED, first),
        *(DemoDay(day, {"self_reports": rows}) for day, rows in reports.items()),
    ]


def _until_proposal(rng: Random, roster: Roster, grades: Grades) -> list[DemoDay]:
    returned = year_meeting.forms_returned(rng, roster)
    meetings: Sheets = {
        "meetings": year_meeting.meeting_rows(rng, roster, returned),
        "invitees": year_meeting.invitee_rows(roster, returned),
        "speeches": year_meeting.speech_rows(roster),
    }
    tallies: Sheets = {
        "ballots": year_meeting.ballot_rows(rng, roster, grades),
        "interviews": year_meeting.interview_rows(roster),
        "survey": year_meeting.survey_rows(rng, roster, grades, returned),
        "complaints": year_meeting.complaint_rows(),
    }
    concluded: Sheets = {
        "investigation_results": year_proposal.result_rows(),
        "findings": year_proposal.finding_rows(),
        "opinions": year_proposal.opinion_rows(roster),
        "external_results": year_proposal.external_rows(rng, roster),
        "annual_results": year_proposal.annual_rows(rng, roster, grades),
    }
    return [
        DemoDay(date(2010, 12, 17), meetings),
        DemoDay(date(2010, 12, 24), tallies),
        DemoDay(date(2011, 1, 14), concluded),
        DemoDay(date(2011, 1, 18), {"preliminary": year_proposal.preliminary_rows(rng, roster, grades)}),
    ]


def _after_circular(rng: Random, roster: Roster, grades: Grades) -> list[DemoDay]:
    early, late = year_feedback.act_rows(roster, grades)
    appraisals = year_feedback.appraisal_rows(rng, roster, grades)
    quarters = year_feedback.rectification_rows(roster, grades)
    year_over = QUARTERS["2011Q4"] + timedelta(days=5)
    return [
        DemoDay(date(2011, 2, 18), {"appraisals": appraisals, "feedback_acts": early}),
        DemoDay(date(2011, 2, 25), {"feedback_acts": late}),
        *(
            DemoDay(QUARTERS[quarter], {"rectification_reports": reports} | ({"verifications": done} if done else {}))
            for quarter, (reports, done) in quarters.items()
        ),
        DemoDay(year_over, {}),
    ]


def write_demo(year: DemoYear, forms: Mapping[str, FormSpec], folder: Path) -> list[Path]:
    """Write the roster and one workbook a day that brings sheets; return the paths, the roster first."""
    roster = folder / "名册.xlsx"
    write_workbook(roster, [SheetOut(spec, year.roster[spec.id]) for spec in ROSTER_SHEETS])
    return [roster, *(_write_day(year, forms, folder, day) for day in year.days if day.sheets)]


def day_path(folder: Path, day: DemoDay) -> Path:
    """Return where a day's workbook lies."""
    return folder / f"{day.on.isoformat()}.xlsx"


def _write_day(year: DemoYear, forms: Mapping[str, FormSpec], folder: Path, day: DemoDay) -> Path:
    names = {**year.people.unit_names, **year.people.person_names}
    path = day_path(folder, day)
    write_workbook(path, [SheetOut(sheet_of(forms[form]), rows, names) for form, rows in day.sheets.items()])
    return path
