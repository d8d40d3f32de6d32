"""Corrected rows: nothing that rested on what they said before is left standing."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tasks.duties.turn import Steps
from tasks.duties.workbook import workbook_path
from tasks.reminding.extend import extend, waive
from tasks.wiring import House
from tests.duty_house import enable, facts, form, hand_in, make_house, obligations, on, period_of, write_pack

UNIT = "{name: unit, label: 单位, type: unit, required: true}"
NUMBER = "{name: number, label: 编号, type: text, required: true}"
FORMS = {
    "visits": form("visits", "走访", NUMBER, UNIT, "{name: points, label: 分, type: count}", key="number"),
    "slips": form("slips", "处理单", NUMBER, UNIT, "{name: by, label: 限期, type: date}", key="number"),
    "replies": form("replies", "办理反馈", NUMBER, UNIT, key="number"),
}
VISIT = """
  - id: visit
    label: 走访
    help: 试验。
    rhythm: monthly
    who: {unit: {}}
    form: visits
    slot_from: {date: reported_on}
    owner_field: unit
    receiver: 县考核办
    results:
      - {kind: row_facts, over: period, facts: [{fact: late_reports, field: points, how: sum}]}
      - {kind: totals, over: period, items: [{name: visits, label: 次数}]}
    basis: default
"""

SLIP = """
  - id: slip
    label: 处理单办理
    help: 试验。
    rhythm: event
    event: {form: slips, key: number, dated: reported_on, unit: unit, due: by, workdays: 15}
    form: replies
    slot_from: {field: number}
    receiver: 县考核办
    announce: true
    basis: default
"""


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.fixture
def make(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Build a house whose pack has this duty, enabled from the new year on."""

    def build(duty: str) -> House:
        monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path / "packs"))
        write_pack(tmp_path / "packs", duty, forms=FORMS)
        world = make_house(sqlite_engine, tmp_path)
        enable(world)
        return world

    return build


def visit(world: House, number: str, unit: str, on_day: str, points: int) -> None:
    hand_in(world, "visits", {"number": number, "unit": unit, "reported_on": f"2026-{on_day}", "points": points})


def test_a_row_that_a_correction_moves_to_another_period_leaves_the_one_it_stood_in(make: Any):
    world = make(VISIT)
    on(world, day("01-20"), "visit")
    visit(world, "1", "U1", "01-20", 1)
    on(world, day("02-20"), "visit")
    visit(world, "2", "U1", "02-20", 1)
    on(world, day("03-20"), "visit")
    visit(world, "1", "U1", "02-21", 1)
    assert [closed.slot for closed in on(world, day("03-20"), "visit").closed] == ["2026-01", "2026-02"]
    assert [period_of(world, slot, "visit").outcome["figures"]["visits"] for slot in ("2026-01", "2026-02")] == [0, 2]
    assert not on(world, day("03-20"), "visit").changed


def test_what_an_earlier_period_said_stands_when_it_is_closed_anew_and_what_a_later_one_said_too(make: Any):
    world = make(VISIT)
    on(world, day("01-20"), "visit")
    visit(world, "1", "U1", "01-20", 3)
    visit(world, "2", "U2", "01-20", 4)
    on(world, day("02-20"), "visit")
    visit(world, "3", "U2", "02-20", 7)
    on(world, day("03-20"), "visit")
    assert facts(world, "late_reports") == {"U1": "3", "U2": "7"}
    visit(world, "4", "U2", "01-21", 2)
    assert [closed.slot for closed in on(world, day("03-20"), "visit").closed] == ["2026-01", "2026-02"]
    assert facts(world, "late_reports") == {"U1": "3", "U2": "7"}


def slip(world: House, unit: str, by: str, dated: str = "02-02") -> list[tuple[str, str, str]]:
    """Hand in the slip A as it reads now, turn, and return who owes an answer by when, in which state."""
    row = {"number": "A", "unit": unit, "reported_on": f"2026-{dated}", "by": f"2026-{by}" if by else None}
    hand_in(world, "slips", row)
    on(world, day("02-03"), "slip")
    return [(owed.owner, f"{owed.due_on:%m-%d}", owed.state) for owed in obligations(world, "slip")]


def test_a_corrected_slip_moves_its_due_day_and_its_unit_and_back_again(make: Any):
    world = make(SLIP)
    on(world, day("02-03"), "slip")
    assert slip(world, "U1", "02-10") == [("U1", "02-10", "open")]
    assert slip(world, "U1", "03-10") == [("U1", "03-10", "open")]
    assert slip(world, "U2", "03-10") == [("U1", "03-10", "waived"), ("U2", "03-10", "open")]
    assert slip(world, "U1", "03-12") == [("U1", "03-12", "open"), ("U2", "03-10", "waived")]
    assert slip(world, "U1", "", "02-03") == [("U1", "03-02", "open"), ("U2", "03-10", "waived")]


def test_what_a_person_extended_or_waived_no_correction_moves(make: Any):
    world = make(SLIP)
    on(world, day("02-03"), "slip")
    slip(world, "U1", "02-10")
    (number,) = (owed.id or 0 for owed in obligations(world, "slip"))
    extend(world, number, until=day("04-01"), reason="会议冲突", by="管理员甲")
    assert slip(world, "U1", "03-10") == [("U1", "04-01", "open")]
    waive(world, number, reason="任务取消", by="管理员甲")
    assert slip(world, "U1", "03-12") == [("U1", "04-01", "waived")]


def test_no_workbook_of_a_reopened_period_stays_when_the_turn_dies_before_it_closes_anew(make: Any):
    world = make(VISIT)
    on(world, day("01-20"), "visit")
    on(world, day("02-20"), "visit")
    path = workbook_path(world.settings.out, "probe-2026-routine", "visit", "2026-01")
    assert path.exists()
    visit(world, "1", "U1", "01-20", 1)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on(world, day("02-20"), "visit", steps=Steps(close=die))
    assert not path.exists()
    on(world, day("02-20"), "visit")
    assert path.exists()
