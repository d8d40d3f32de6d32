"""Where rectification items come from besides talks and orders: investigations and inspections."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.duty import Obligation
from models.evidence import Finding, Investigation
from models.followup import RectificationItem
from models.session import reading, writing
from tasks.desk import Desk
from tasks.followup.new_items import draft_investigated
from tasks.stages import rectify
from tests import duty_house
from tests.flows.last_stages import (
    at,
    circulate,
    decide_all,
    desk_at_proposal,
    fill_appraisals,
    fill_evidence,
    fill_feedback,
    hand_in,
    reply,
    run,
)

JULY = date(2010, 7, 5)


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield desk_at_proposal(session, units=2, on=date(2010, 1, 12))


def investigate(desk: Desk, subject: str, result: str, *findings: tuple[str, bool]) -> None:
    told = {"rules": ["BZ-40"], "state": "concluded", "result": result, "concluded_on": desk.today}
    row = Investigation(cycle_id=desk.cycle_id, subject=subject, **told)
    desk.session.add(row)
    desk.session.flush()
    for number, (text, substantiated) in enumerate(findings, start=1):
        found = {"text": text, "substantiated": substantiated, "source": "表", "dated": desk.today}
        desk.session.add(Finding(investigation_id=row.id or 0, number=number, **found))
    desk.session.flush()


def test_substantiated_findings_become_items_that_are_reported_on_and_verified(desk):
    """Without a talk or an order the team of U2 still owes its reports (BZ-55) until its item is closed."""
    investigate(desk, "U1", "unsubstantiated", ("查无实据", True))
    investigate(desk, "U2", "substantiated", ("收费未公示", True), ("超期办结", False))
    fill_evidence(desk)
    assert decide_all(desk).state == "closed"
    later = circulate(desk, date(2010, 1, 20))
    run(later, "feedback")
    fill_appraisals(later)
    fill_feedback(later)
    assert reply(later, "feedback", default_all="impose_all", changes=[]).state == "closed"
    (item,) = later.session.exec(select(RectificationItem)).all()
    assert (item.subject, item.ground, item.origin, item.problem) == ("U2", "investigation", "BZ-40", "收费未公示")
    assert item.due_on == date(2010, 4, 20)
    assert run(later, "rectify").state == "waiting"
    owed = later.session.exec(select(Obligation).where(Obligation.duty == "rectification_report")).all()
    assert {(row.owner, row.recipient) for row in owed} == {("U2", "U2")}
    day = date(2010, 3, 31)
    report = {"subject": "U2", "item": 1, "quarter": "2010Q1", "progress": "已公示", "done": True, "reported_on": day}
    hand_in(at(later, day), "rectification_reports", [report])
    verified = {"subject": "U2", "item": 1, "verified_by": "岳文澜", "accepted": True, "verified_on": day}
    hand_in(at(later, day), "verifications", [verified])
    assert run(at(later, day), "rectify").state == "closed"


def test_an_investigation_draws_up_its_items_once(desk):
    investigate(desk, "U2", "substantiated", ("收费未公示", True))
    assert len(draft_investigated(desk)) == 1
    assert draft_investigated(desk) == []
    assert rectify.stage_facts(desk)["items_open"] == 1


def test_problems_of_an_inspection_become_items_a_line_each(sqlite_engine: Engine, tmp_path: Path) -> None:
    """BZ-27: what a contact person finds is followed to its end; a visit without problems leaves none."""
    world = duty_house.year_world(sqlite_engine, tmp_path, "bozhou", date(2010, 1, 1))
    visit = {"contact": "韩立群", "findings": "总体落实", "inspected_on": date(2010, 5, 6)}
    rows = (
        {"unit": "U1", **visit, "problems": "1. 台账缺失\n2. 公示过期", "advice": "1. 补齐台账\n2. 更新公示"},
        {"unit": "U2", **visit},
    )
    duty_house.file_rows(world, "bozhou-2010", "contact_inspections", JULY, *rows)
    for _ in range(2):
        duty_house.turn(world, "bozhou", "contact_hearing", JULY)
    with reading(world.engine) as session:
        found = session.exec(select(RectificationItem).order_by(RectificationItem.number)).all()
        assert [(row.subject, row.problem, row.requirement, row.ground) for row in found] == [
            ("U1", "台账缺失", "补齐台账", "inspection"),
            ("U1", "公示过期", "更新公示", "inspection"),
        ]
