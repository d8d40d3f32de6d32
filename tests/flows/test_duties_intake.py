"""Sheets of recurring duties: filed with their year, before, beside and after the annual cycle."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.scheme_loader import load_scheme
from models.cycle import Cycle
from models.evidence import Entry
from models.session import reading, writing
from models.transitions import move
from tasks.cycle.open_cycle import freeze_pack
from tasks.cycle.view import list_cycles, show_cycle
from tasks.intake.entries import IntakeClosed
from tasks.intake.scope import find_scope
from tasks.running.continue_cycle import continue_cycle
from tasks.sheets.faults import SheetFaults
from tasks.wiring import House
from tests.duty_house import SCHEME, enable, form, hand_in, make_house, on, owed, report, write_pack
from tests.support import moment

STAGED = form("papers", "述职", "{name: unit, label: 单位, type: unit, required: true}", key="unit").replace(
    "stage: any", "stage: self_report"
)
YEARLY = form("awards", "表彰", "{name: unit, label: 单位, type: unit, required: true}", key="unit")


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Two units that report every month, enabled from the new year on."""
    monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path / "packs"))
    write_pack(tmp_path / "packs", forms={"papers": STAGED, "awards": YEARLY})
    made = make_house(sqlite_engine, tmp_path, today=date(2026, 1, 27))
    enable(made)
    return made


def open_annual(world: House, pack_hash: str = "") -> None:
    """Add an annual cycle beside the routine one, on its pack or another; only its kind and state matter here."""
    with writing(world.engine) as session:
        routine = session.exec(select(Cycle)).one()
        frozen = {"scheme_id": SCHEME, "scheme_hash": pack_hash or routine.scheme_hash, "year": 2026, "params": {}}
        session.add(
            Cycle(
                key="probe-2026", name="年度", period="2026", config={}, opened_at=moment(date(2026, 12, 1)), **frozen
            )
        )


def end(world: House, key: str, verb: str = "close") -> None:
    with writing(world.engine) as session:
        cycle = session.exec(select(Cycle).where(Cycle.key == key)).one()
        move(session, cycle, verb, by="管理员甲", at=moment(date(2026, 12, 30)))


def test_before_the_annual_cycle_the_pack_counts_that_the_routine_one_froze(world: House, tmp_path: Path):
    (tmp_path / "packs" / SCHEME / "forms" / "awards.yaml").unlink()
    with reading(world.engine) as session:
        scope = find_scope(session, "probe-2026")
        assert (scope.key, scope.cycle) == ("probe-2026", None)
        assert scope.routine is not None
        assert "awards" in scope.forms


@pytest.mark.parametrize("annual", [False, True])
def test_the_key_of_the_routine_cycle_means_the_same_scope(world: House, annual: bool):
    if annual:
        open_annual(world)
    with reading(world.engine) as session:
        scope = find_scope(session, "probe-2026-routine")
        assert scope.key == "probe-2026"
        assert (scope.cycle is not None) is annual


def test_what_is_handed_in_beside_the_annual_cycle_discharges_the_duty(world: House):
    on(world, date(2026, 1, 27))
    open_annual(world)
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-01-27"))
    on(world, date(2026, 1, 27))
    assert owed(world)["2026-01", "U1"] == "accepted"
    with reading(world.engine) as session:
        assert session.exec(select(Entry.scope)).one() == "probe-2026"


def test_beside_an_annual_cycle_of_a_later_pack_the_duties_keep_their_own_forms(world: House, tmp_path: Path):
    path = tmp_path / "packs" / SCHEME / "forms" / "monthly_reports.yaml"
    later = (
        path.read_text(encoding="utf-8")
        .replace("{name: period,", "{name: month,")
        .replace("unit, period", "unit, month")
    )
    path.write_text(later, encoding="utf-8")
    duties = path.parent.parent / "duties.yaml"
    duties.write_text(duties.read_text(encoding="utf-8").replace("field: period", "field: month"), encoding="utf-8")
    pack = load_scheme(SCHEME)
    with writing(world.engine) as session:
        freeze_pack(session, pack, moment(date(2026, 12, 1)))
    open_annual(world, pack.hash)
    on(world, date(2026, 1, 27))
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-01-27"))
    on(world, date(2026, 1, 27))
    assert owed(world)["2026-01", "U1"] == "accepted"


@pytest.mark.parametrize("verb", ["close", "withdraw"])
def test_after_the_annual_cycle_the_forms_of_running_duties_are_still_taken_in(world: House, verb: str):
    open_annual(world)
    end(world, "probe-2026", verb)
    row = report("U1", "2026-01", "2026-01-27")
    assert hand_in(world, "monthly_reports", row).changed == 1


@pytest.mark.parametrize("form_id", ["papers", "awards"])
def test_after_the_annual_cycle_no_other_form_is_taken_in(world: House, form_id: str):
    open_annual(world)
    end(world, "probe-2026")
    with pytest.raises(IntakeClosed, match="已办结"):
        hand_in(world, form_id, {"unit": "U1", "reported_on": "2026-01-27"})


def test_once_the_duties_are_closed_too_nothing_more_is_taken_in(world: House):
    open_annual(world)
    end(world, "probe-2026")
    end(world, "probe-2026-routine")
    with pytest.raises(IntakeClosed):
        hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-01-27"))


def test_the_list_of_cycles_tells_a_routine_one_in_its_own_words(world: House):
    on(world, date(2026, 1, 27))
    (line,) = list_cycles(world)
    assert (line.name, line.stage) == ("试点县 2026 年经常性考核", "1 期进行中,2 件未报")
    assert show_cycle(world, "probe-2026-routine")["stages"] == []


def test_a_routine_cycle_is_continued_without_launching_anything(world: House):
    end(world, "probe-2026-routine", "hold")
    assert "已恢复" in continue_cycle(world, "probe-2026-routine", by="管理员甲")
    assert on(world, date(2026, 1, 27)).opened


@pytest.mark.parametrize("period", ["2026-13", "2025-01", "一月"])
def test_a_period_that_is_none_of_the_year_is_refused_with_an_example_said_to_be_one(world: House, period: str):
    with pytest.raises(SheetFaults) as refused:
        hand_in(world, "monthly_reports", report("U1", period, "2026-01-27"))
    (fault,) = refused.value.faults
    assert (fault.found, fault.allowed) == (f"“{period}”", "2026 年度的期次,如 2026-03")
