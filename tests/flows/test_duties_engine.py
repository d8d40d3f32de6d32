"""The engine of recurring duties: periods open, work is taken in, periods close, and everything happens once."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.duty_house import enable, facts, hand_in, make_house, obligations, on, owed, period_of, report, write_pack


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packs of the test's own."""
    folder = tmp_path / "packs"
    monkeypatch.setenv("KAOHE_SCHEMES", str(folder))
    return folder


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def test_a_month_opens_takes_in_and_closes_with_late_and_missing_reports(engine: Engine, tmp_path: Path, home: Path):
    write_pack(home)
    world = make_house(engine, tmp_path, today=day("01-10"), units=3)
    enable(world)
    assert on(world, day("01-26")).opened == ()
    opened = on(world, day("01-27"))
    assert opened.opened == ("每月工作报告 2026年1月",)
    assert opened.owing == 3
    hand_in(world, "monthly_reports", report("U1", "2026-01", "2026-02-01"))
    on(world, day("02-05"))
    assert owed(world)["2026-01", "U1"] == "accepted"
    on(world, day("02-06"))
    hand_in(world, "monthly_reports", report("U2", "2026-01", "2026-02-06"))
    (closed,) = on(world, day("02-10")).closed
    assert dict(closed.figures) == {"expected": 3, "in_time": 1, "late": 1, "missing": 1, "percent": "66.67"}
    assert closed.missing == ("州交通局",)
    assert facts(world, "late_reports") == {"U1": "0", "U2": "1", "U3": "0"}
    assert [flaw.concerns for flaw in closed.flaws] == ["U3"]
    assert (tmp_path / "out" / "probe-2026-routine" / "monthly_report" / "2026-01.xlsx").exists()
    assert period_of(world, "2026-01").state == "closed"
    assert len(obligations(world)) == 3
