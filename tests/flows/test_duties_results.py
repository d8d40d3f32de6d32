"""Kinds of results at their boundaries: coverage, attendance, facts of rows, totals, shares, proposals, thresholds."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.followup import RectificationItem
from models.grading import Consequence
from models.session import reading, writing
from models.transitions import move
from tasks.duties.close_period import Closed
from tasks.wiring import House
from tests.duty_house import enable, facts, form, hand_in, make_house, on, write_pack
from tests.support import moment

UNIT = "{name: unit, label: 单位, type: unit, required: true}"
PERSON = "{name: person, label: 人员, type: person, required: true}"
PERIOD = "{name: period, label: 期次, type: text, required: true}"
FORMS = {
    "visits": form("visits", "走访", UNIT, PERIOD, "{name: done, label: 已访, type: count}",
                   "{name: all, label: 总数, type: count}", "{name: bad, label: 严重, type: bool, default: false}",
                   "{name: mark, label: 评分, type: count}"),
    "points": form("points", "联系点", UNIT, "{name: ended, label: 已停, type: bool, default: false}", key="unit"),
    "seats": form("seats", "到会", PERSON, PERIOD, "{name: present, label: 到会, type: bool}", about="none",
                  key="person, period"),
}  # fmt: skip
MONTHLY = """
  - id: visit
    label: 走访
    help: 试验。
    rhythm: monthly
    who: {unit: {}}
    form: visits
    slot_from: {field: period}
    owner_field: unit
    receiver: 县考核办
    results:
      - %s
    basis: default
"""


@pytest.fixture
def make(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Build a house whose one duty has this result."""

    def build(result: str, units: int = 2) -> House:
        monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path / "packs"))
        write_pack(tmp_path / "packs", MONTHLY % result, forms=FORMS)
        world = make_house(sqlite_engine, tmp_path, units=units)
        enable(world)
        return world

    return build


def visit(unit: str, month: int, **values: Any) -> dict[str, Any]:
    return {"unit": unit, "period": f"2026-{month:02}", "reported_on": "2026-01-01", **values}


def close(world: House, month: int) -> Closed:
    """Close the months up to one and return what that one found."""
    closed = on(world, date(2026, month + 1, 1), "visit").closed[-1]
    assert closed.slot == f"2026-{month:02}"
    return closed


@pytest.mark.parametrize(("ended", "gaps"), [(False, []), (True, ["U2"])])
def test_a_unit_without_a_row_that_counts_is_not_covered(make: Any, ended: bool, gaps: list[str]):
    world = make("{kind: coverage, form: points, field: unit, when: NOT ended, text: 没有联系人, rule: EX-1}")
    rows = [{"unit": unit, "reported_on": "2026-01-01"} for unit in ("U1", "U2")]
    hand_in(world, "points", rows[0], rows[1] | {"ended": ended})
    assert [flaw.concerns for flaw in close(world, 1).flaws] == gaps


def test_absent_principals_are_named_whether_they_said_so_or_not(make: Any):
    world = make("{kind: attendance, form: seats, field: person, present: present, "
                 "required: {person: {tiers: [principal]}}, text: 没有到会}", units=3)  # fmt: skip
    seats = [{"person": f"P{n}1", "period": "2026-01", "present": n == 1, "reported_on": "2026-01-01"} for n in (1, 2)]
    hand_in(world, "seats", *seats)
    closed = close(world, 1)
    assert [flaw.concerns for flaw in closed.flaws] == ["P21", "P31"]
    assert (closed.figures["required"], closed.figures["present"], closed.figures["absent"]) == (3, 1, 2)


@pytest.mark.parametrize("slot_from", ["{field: period}", "{date: reported_on}"])
def test_both_databases_find_the_rows_of_a_slot(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slot_from: str
):
    monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path / "packs"))
    result = "{kind: totals, over: period, items: [{name: marks, label: 合计, sum: mark}]}"
    write_pack(tmp_path / "packs", (MONTHLY % result).replace("{field: period}", slot_from), forms=FORMS)
    world = make_house(engine, tmp_path)
    enable(world)
    dated = {1: "2026-01-31", 2: "2026-02-28"}
    hand_in(world, "visits", *(visit("U1", month, mark=month) | {"reported_on": on_} for month, on_ in dated.items()))
    assert [closed.figures["marks"] for closed in on(world, date(2026, 3, 1), "visit").closed] == [1, 2]


@pytest.mark.parametrize(
    ("how", "january", "february"),
    [("last", "7", "4"), ("sum", "7", "11"), ("min", "7", "4"), ("max", "7", "7"), ("mean", "7", "5.5")],
)
def test_fields_of_rows_become_facts_of_the_year_so_far(make: Any, how: str, january: str, february: str):
    world = make(f"{{kind: row_facts, facts: [{{fact: work_score, field: mark, how: {how}}}]}}")
    hand_in(world, "visits", visit("U1", 1, mark=7), visit("U1", 2, mark=4), visit("U1", 3, mark=90))
    close(world, 1)
    assert facts(world, "work_score") == {"U1": january}
    close(world, 2)
    assert facts(world, "work_score") == {"U1": february}


def test_rows_are_counted_where_a_condition_holds(make: Any):
    world = make("{kind: row_facts, facts: [{fact: complaints, how: count, when: mark > 5}]}")
    hand_in(world, "visits", visit("U1", 1, mark=7), visit("U2", 1, mark=5))
    close(world, 1)
    assert facts(world, "complaints") == {"U1": "1", "U2": "0"}


def test_a_value_that_the_facts_declaration_refuses_is_told_and_stops_nothing(make: Any):
    world = make("{kind: row_facts, facts: [{fact: accident, field: mark, how: sum}]}")
    hand_in(world, "visits", visit("U1", 1, mark=7))
    (flaw,) = close(world, 1).flaws
    assert "发生责任事故 = 7 未采用" in flaw.text
    assert facts(world, "accident") == {}


@pytest.mark.parametrize(("over", "rows", "marks"), [("period", 1, 4), ("year", 3, 14)])
def test_totals_run_over_the_period_or_the_year(make: Any, over: str, rows: int, marks: int):
    world = make(
        f"{{kind: totals, over: {over}, "
        "items: [{name: rows, label: 次数}, {name: units, label: 单位, distinct: unit}, "
        "{name: marks, label: 合计, sum: mark}, {name: bad, label: 严重, when: bad}, "
        "{name: share, label: 占比, percent: [bad, rows]}, {name: each, label: 平均, ratio: [marks, rows]}]}"
    )
    hand_in(world, "visits", visit("U1", 1, mark=7, bad=True), visit("U2", 1, mark=3), visit("U1", 2, mark=4))
    told = close(world, 2).figures
    assert (told["rows"], told["marks"]) == (rows, marks)
    assert told["share"] == ("0.00" if over == "period" else "33.33")
    assert told["each"] == ("4.00" if over == "period" else "4.67")


@pytest.mark.parametrize(("done", "flawed"), [(321, []), (320, ["U1"])])
def test_a_share_below_the_limit_is_a_flaw_and_exactly_the_limit_is_none(make: Any, done: int, flawed: list[str]):
    world = make("{kind: share, by: unit, part: done, whole: all, fact: review_score, rule: EX-1, "
                 "threshold: {below: 100, text: 没有走遍}}")  # fmt: skip
    hand_in(world, "visits", visit("U1", 1, done=done, all=321))
    closed = close(world, 1)
    assert [flaw.concerns for flaw in closed.flaws] == flawed
    assert facts(world, "review_score") == {"U1": "100.00" if done == 321 else "99.69"}


def test_a_broken_limit_may_ask_for_rectification_once(make: Any):
    world = make("{kind: completeness, rule: EX-1, threshold: {below: 100, text: 未报齐, "
                 "item: {problem: 走访不到位, requirement: 补齐走访, workdays: 10}}}")  # fmt: skip
    hand_in(world, "visits", visit("U1", 1))
    close(world, 1)
    with reading(world.engine) as session:
        item = session.exec(select(RectificationItem)).one()
        assert (item.subject, item.ground, item.origin) == ("U2", "threshold", "EX-1")
        assert item.due_on == date(2026, 2, 13)


PROPOSE = "{kind: propose, when: bad, action: REMINDER_TALK, rule: EX-13, shows: [mark]}"


def consequences(world: House) -> list[tuple[str, str, str, str]]:
    with reading(world.engine) as session:
        rows = session.exec(select(Consequence))
        return [(row.subject, row.action, row.state, row.detail["slot"]) for row in rows]


def test_each_period_proposes_its_own_measure_once(make: Any):
    world = make(PROPOSE)
    hand_in(world, "visits", visit("U1", 1, bad=True, mark=3), visit("U2", 1), visit("U1", 2, bad=True, mark=2))
    assert close(world, 1).proposed == 1
    assert close(world, 2).proposed == 1
    assert not on(world, date(2026, 3, 2), "visit").closed
    assert consequences(world) == [
        ("U1", "REMINDER_TALK", "proposed", "2026-01"),
        ("U1", "REMINDER_TALK", "proposed", "2026-02"),
    ]


@pytest.mark.parametrize(("settled", "state"), [(False, "waived"), (True, "imposed")])
def test_a_correction_takes_back_what_is_only_proposed(make: Any, settled: bool, state: str):
    world = make(PROPOSE)
    hand_in(world, "visits", visit("U1", 1, bad=True))
    close(world, 1)
    if settled:
        with writing(world.engine) as session:
            row = session.exec(select(Consequence)).one()
            move(session, row, "impose", by="管理员甲", at=moment(date(2026, 2, 2)))
    hand_in(world, "visits", visit("U1", 1, bad=False))
    assert len(on(world, date(2026, 2, 2), "visit").closed) == 1
    assert consequences(world) == [("U1", "REMINDER_TALK", state, "2026-01")]
