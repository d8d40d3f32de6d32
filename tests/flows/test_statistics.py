"""Accountability over several years in numbers, each person counted once (BZ-58)."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner

from cli import app
from models.cycle import Cycle
from models.evidence import Event
from models.followup import PastGrade
from models.grading import Consequence, DecidedGrade, Decision, FactFrame, ProposalSheet
from models.roster import Post
from models.session import writing
from tasks.cycle.open_cycle import open_cycle
from tasks.export.statistics import Accountability, accountability
from tests.support import fresh_engine, make_params, make_roster, moment

UNITS, DEPUTIES = 12, 3
YEARS = range(2008, 2010)
PERSONS = [f"P{unit}{rank}" for unit in range(1, UNITS + 1) for rank in range(1, DEPUTIES + 2)]
NOBODY = Accountability(0, 0, 0, 0, 0, 0)


@pytest.fixture
def session(sqlite_engine: Engine) -> Iterator[Session]:
    with writing(sqlite_engine) as session:
        make_roster(session, units=UNITS, deputies=DEPUTIES)
        yield session


def cycle_of(session: Session, year: int) -> Cycle:
    day = date(year, 12, 1)
    return open_cycle(session, params=make_params(year=year), today=day, now=moment(day), by="管理员甲")


def decide(session: Session, cycle: Cycle, *poor: str) -> None:
    """Decide 差 for these subjects and 较好 for a few others."""
    frame = FactFrame(hash=cycle.key, content="{}", frozen_at=moment(date(cycle.year, 12, 20)))
    session.add(frame)
    session.flush()
    keys = {"cycle_id": cycle.id, "round": 1}
    sheet = ProposalSheet(**keys, frame_hash=frame.hash, assessment={}, drafted_on=date(cycle.year, 12, 20))
    session.add(sheet)
    session.flush()
    who = {"body": "州党委", "meeting": "第1次会议", "decided_by": "州党委丙", "decided_on": date(cycle.year, 12, 28)}
    decision = Decision(**keys, sheet_id=sheet.id, **who)
    session.add(decision)
    session.flush()
    grades = {**dict.fromkeys(("U11", "P114"), "较好"), **dict.fromkeys(poor, "差")}
    for code, grade in grades.items():
        session.add(DecidedGrade(decision_id=decision.id, subject=code, proposed=grade, grade=grade))


def settle(session: Session, cycle: Cycle, action: str, *subjects: str, state: str = "imposed") -> None:
    for code in subjects:
        done = {"state": state, "settled_action": "" if state == "waived" else action, "reason": "见会议记录"}
        session.add(Consequence(cycle_id=cycle.id, subject=code, rule="BZ-17", action=action, options=[action], **done))


def sanction(session: Session, number: int, person: str, subtype: str, year: int, state: str = "valid") -> None:
    about = {"person_id": person, "subtype": subtype, "occurred_on": date(year, 5, 4), "source": "处分登记表"}
    session.add(Event(key=f"sanction-{number}", kind="sanction", state=state, revoked_reason="误登", **about))


def test_two_years_come_to_the_figures_of_the_speech(session):
    """C-04: four teams and three cadres 差, six measures, 34 talked to, eight disciplined, one handed over."""
    first, second = cycle_of(session, 2008), cycle_of(session, 2009)
    decide(session, first, "U1", "U2", "P11", "P21")
    decide(session, second, "U3", "U4", "P12")
    settle(session, first, "REMOVAL", "P11", "P21")
    settle(session, second, "NON_LEADING_POST", *PERSONS[5:9])
    settle(session, first, "ADMONITION_TALK", *PERSONS[:20])
    settle(session, second, "REMINDER_TALK", *PERSONS[20:34])
    for number in range(8):
        sanction(session, number, PERSONS[number], "party_discipline", 2008 + number % 2)
    sanction(session, 8, PERSONS[0], "judicial", 2009)
    session.flush()
    assert accountability(session, "bozhou", YEARS) == Accountability(4, 3, 6, 34, 8, 1)


def test_who_is_poor_or_talked_to_twice_is_one_person(session):
    for year in YEARS:
        cycle = cycle_of(session, year)
        decide(session, cycle, "P11")
        settle(session, cycle, "ADMONITION_TALK", "P11")
    session.flush()
    assert accountability(session, "bozhou", YEARS) == Accountability(0, 1, 0, 1, 0, 0)


def test_a_talk_about_a_team_is_its_principals(session):
    settle(session, cycle_of(session, 2009), "ADMONITION_TALK", "U1", "P11", "P12")
    session.flush()
    assert accountability(session, "bozhou", YEARS).talks == 2


def test_what_was_waived_revoked_or_fell_in_another_year_does_not_count(session):
    cycle = cycle_of(session, 2009)
    settle(session, cycle, "ADMONITION_TALK", "P11", state="waived")
    settle(session, cycle_of(session, 2010), "REMOVAL", "P11")
    sanction(session, 1, "P11", "party_discipline", 2009, state="revoked")
    sanction(session, 2, "P12", "party_discipline", 2010)
    session.flush()
    assert accountability(session, "bozhou", YEARS) == NOBODY


def test_a_year_that_was_not_run_here_counts_by_its_imported_grades(session):
    decide(session, cycle_of(session, 2009), "P12")
    for year, code in ((2008, "U1"), (2009, "U2"), (2007, "U3")):
        session.add(
            PastGrade(
                scheme_id="bozhou",
                year=year,
                subject=code,
                grade="差",
                source="旧表",
                entered_at=moment(date(2010, 1, 4)),
            )
        )
    session.flush()
    assert accountability(session, "bozhou", YEARS) == Accountability(1, 1, 0, 0, 0, 0)


def routine_of(session: Session, year: int) -> Cycle:
    """A year of recurring duties on the scheme that the annual cycle of another year froze."""
    frozen = cycle_of(session, year - 1).scheme_hash
    names = {"key": f"bozhou-{year}-routine", "name": "经常性考核", "kind": "routine", "period": f"{year}-routine"}
    cycle = Cycle(
        **names, scheme_id="bozhou", scheme_hash=frozen, year=year, params={}, config={},
        opened_at=moment(date(year, 1, 4)),
    )  # fmt: skip
    session.add(cycle)
    session.flush()
    return cycle


@pytest.mark.parametrize(("day", "leaders"), [(date(2009, 6, 30), 1), (date(2009, 7, 1), 2)])
def test_a_case_of_the_year_counts_and_a_teams_talk_is_of_who_led_it_that_day(session, day, leaders):
    """P12 leads the unit beside P11 from 1 July on; nobody froze subjects for a routine cycle."""
    session.add(Post(person_id="P12", unit_id="U1", tier="principal", principal=True, start_on=date(2009, 7, 1)))
    cycle = routine_of(session, 2009)
    settle(session, cycle, "ADMONITION_TALK", "U1", "P21")
    settle(session, cycle, "REMOVAL", "P31")
    session.flush()
    for row in session.exec(select(Consequence)):
        row.settled_on = day
    session.flush()
    assert accountability(session, "bozhou", YEARS) == Accountability(0, 0, 1, leaders + 1, 0, 0)


def test_duties_of_a_year_do_not_hide_its_imported_grades(session):
    routine_of(session, 2009)
    told = {"source": "旧表", "entered_at": moment(date(2010, 1, 4))}
    session.add(PastGrade(scheme_id="bozhou", year=2009, subject="P12", grade="差", **told))
    session.flush()
    assert accountability(session, "bozhou", YEARS).poor_cadres == 1


@pytest.mark.parametrize(("years", "code"), [("2008-2009", 0), ("2009", 0), ("2009-2008", 2), ("去年", 2)])
def test_the_command_tells_the_figures_or_what_a_year_is(tmp_path, monkeypatch, years, code):
    fresh_engine(tmp_path).dispose()
    monkeypatch.setenv("KAOHE_DATABASE_URL", f"sqlite:///{tmp_path / 'kaohe.db'}")
    arguments = ["statistics", "bozhou", "--years", years, "--json", "--data", str(tmp_path)]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == code, answer.output
    if code == 0:
        assert json.loads(answer.stdout) == dict.fromkeys(NOBODY.__dict__, 0)
    else:
        assert "2008-2009" in answer.output
