"""The bodies that decide are called as each pack calls them."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.roles import ROLE_LABELS
from config.scheme_loader import load_scheme, load_scheme_files
from config.yaml_faults import SchemeFaults
from models.outbox import Message
from tasks.cycle.gates import NotHolder, open_gate, record_answer
from tasks.reminding.candidates import plans
from tasks.reminding.words import names
from tasks.wiring import writing_desk
from tests.duty_house import year_world
from tests.flows.engine_house import simple_question
from tests.packs import tiny

PARTY = "party_committee"


@pytest.mark.parametrize(("scheme", "called"), [("bozhou", "州党委"), ("tongxiang", "市委")])
def test_a_pack_names_its_roles_or_takes_the_usual_ones(scheme: str, called: str) -> None:
    roles = load_scheme(scheme).roles
    assert (roles[PARTY], roles["administrator"]) == (called, ROLE_LABELS["administrator"])


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SchemeFaults) as stopped:
        load_scheme_files(tiny({"scheme.yaml": ("\nlabel:", "\nroles: {county_committee: 县委}\nlabel:")}))
    assert [fault.file for fault in stopped.value.faults] == ["scheme.yaml"]


@pytest.mark.parametrize(("scheme", "called", "other"), [("tongxiang", "市委", "州党委"), ("bozhou", "州党委", "市委")])
def test_gates_and_reminders_say_the_name_of_the_place(
    sqlite_engine: Engine, tmp_path: Path, scheme: str, called: str, other: str
) -> None:
    world = year_world(sqlite_engine, tmp_path, scheme, date(2010, 1, 1))
    with writing_desk(world, 1) as desk:
        gate = open_gate(desk, "routine", simple_question(role=PARTY))
        told = desk.session.exec(select(Message).where(Message.kind == "gate")).one().body
        assert called in told
        assert other not in told
        assert names(desk.session, plans(desk.session)[0], [PARTY]) == {PARTY: called}
        with pytest.raises(NotHolder, match=f"“{called}”"):
            record_answer(desk, gate.key, {"ok": True}, "某人")
