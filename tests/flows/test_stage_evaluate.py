"""民主测评、个别谈话、民意调查 at their boundaries (BZ-12, BZ-37)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models.session import writing
from tasks.desk import Desk
from tasks.evidence.tallies import HIDDEN, ballot_shares, shown_shares
from tasks.stages import evaluate
from tests.flows.first_stages import (
    TODAY,
    ballots,
    invite_all,
    survey,
    talks,
)
from tests.support import fill_form, make_cycle, make_desk, open_stage, unmet


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield make_desk(session, make_cycle(session), TODAY)


def test_everything_counted_and_talked_over_closes_the_stage(desk: Desk) -> None:
    open_stage(desk, evaluate)
    fill_form(desk, "ballots", *[ballots(row.code, 50, 20, 6, 4) for row in desk.subjects()])
    fill_form(desk, "survey", *[survey(row.code, 0, 40) for row in desk.subjects()])
    invite_all(desk)
    talks(desk, "U1", 3, 10)
    talks(desk, "U2", 3, 10)
    assert unmet(desk, evaluate) == []


def test_each_subject_has_its_own_ballots_and_survey(desk: Desk) -> None:
    open_stage(desk, evaluate)
    others = [row.code for row in desk.subjects() if row.code != "P12"]
    fill_form(desk, "ballots", *[ballots(code, 50, 20, 6, 4) for code in others])
    fill_form(desk, "survey", *[survey(code, 0, 40) for code in others])
    facts = evaluate.stage_facts(desk)
    assert (facts["ballots_missing"], facts["survey_missing"]) == (1, 1)


@pytest.mark.parametrize(("members", "others", "missing"), [(3, 10, 0), (3, 9, 1), (2, 10, 1), (3, 12, 0), (0, 0, 13)])
def test_every_member_and_ten_others_are_interviewed(desk: Desk, members: int, others: int, missing: int) -> None:
    open_stage(desk, evaluate)
    talks(desk, "U2", 3, 10)
    talks(desk, "U1", members, others)
    assert evaluate.stage_facts(desk)["interviews_missing"] == missing


def test_returned_forms_from_all_but_service_recipients_leave_a_gap(desk: Desk) -> None:
    open_stage(desk, evaluate)
    invite_all(desk, service_recipient={"attended": 5, "survey_returned": 0})
    assert evaluate.coverage_gaps(desk) == {"U1": ["服务对象"], "U2": ["服务对象"]}
    assert "BZ-12" in unmet(desk, evaluate)


def test_conduct_supervisors_need_not_return_a_form(desk: Desk) -> None:
    open_stage(desk, evaluate)
    invite_all(desk, conduct_supervisor={"attended": 5, "survey_returned": 0})
    assert evaluate.coverage_gaps(desk) == {}


def test_shares_of_eighty_ballots() -> None:
    assert [str(share) for share in ballot_shares(ballots("U1", 50, 20, 6, 4))] == ["62.5", "25.0", "7.5", "5.0"]


def test_reports_never_show_few_ballots_nor_let_them_be_computed(desk: Desk) -> None:
    open_stage(desk, evaluate)
    fill_form(desk, "ballots", ballots("U1", 50, 20, 6, 4), ballots("U2", 50, 20, 5, 5))
    table = evaluate.reports(desk, evaluate.stage_facts(desk))[-1].table
    assert table[0] == {"单位": "州水务局", "好": "62.5", "较好": "25.0", "一般": HIDDEN, "差": HIDDEN}
    assert table[1] == {"单位": "州林业局", "好": "62.5", "较好": "25.0", "一般": "6.3", "差": "6.3"}
    assert shown_shares(ballots("U1", 0, 0, 0, 0)) == ("0.0",) * 4
