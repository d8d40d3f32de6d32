"""A cycle's export is the same for the same inputs; its numbers are those of the tables; files are whole."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select
from typer.testing import CliRunner

from cli import app
from models.cycle import Cycle
from models.session import make_engine, reading, writing
from tasks.desk import Desk
from tasks.export.cycle import export_cycle, summary
from tasks.export.files import as_json, write_excel, write_json
from tests.flows.kept import engine_after
from tests.flows.last_stages import (
    circulate,
    decide_all,
    desk_at_proposal,
    fill_appraisals,
    fill_evidence,
    fill_feedback,
    reply,
    run,
)
from tests.support import fresh_engine


def lived_through(session: Session) -> Desk:
    """Bring a cycle with a 好 team, a 一般 deputy and one change to the rectification stage."""
    desk = desk_at_proposal(session)
    fill_evidence(desk, {"U1": "好", "P12": "一般"})
    change = {"subject": "P21", "grade": "好", "reason": "工作突出"}
    assert decide_all(desk, overrides=[change]).state == "closed"
    later = circulate(desk, date(2011, 1, 12))
    run(later, "feedback")
    reply(later, "feedback", default_all="impose_all", changes=[])
    fill_appraisals(later)
    fill_feedback(later)
    run(later, "feedback")
    run(later, "rectify")
    return later


def exported(engine: Engine) -> dict[str, Any]:
    with writing(engine) as session:
        return export_cycle(session, lived_through(session).cycle)


def test_two_runs_with_the_same_inputs_export_the_same(tmp_path):
    told = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        told.append(as_json(exported(fresh_engine(tmp_path / name))))
    assert told[0] == told[1]


def test_sqlite_and_postgresql_export_the_same(sqlite_engine, postgres_engine):
    assert as_json(exported(sqlite_engine)) == as_json(exported(postgres_engine))


def test_an_export_holds_neither_ids_nor_clock_times(bring):
    desk = bring(lived_through)
    text = as_json(export_cycle(desk.session, desk.cycle))
    assert '"id"' not in text
    assert "T02:00" not in text
    assert "+00:00" not in text


def test_the_numbers_agree_with_the_exported_rows(bring):
    desk = bring(lived_through)
    told, rows = summary(desk.session, desk.cycle), export_cycle(desk.session, desk.cycle)
    assert told["stages_closed"] == 9
    assert told["grades"]["team"] == {"好": 1, "较好": 2, "一般": 0, "差": 0}
    assert told["grades"]["principal"] == {"好": 1, "较好": 2, "一般": 0, "差": 0}
    assert told["grades"]["deputy"] == {"好": 0, "较好": 5, "一般": 1, "差": 0}
    assert told["quota"] == {"team": {"n": 3, "limit": 1, "used": 1}, "cadre": {"n": 9, "limit": 1, "used": 1}}
    assert told["quota_ok"] is True
    assert told["feedback_letters"] == len(rows["subjects"]) == 12
    assert told["consequences"] == len(rows["consequences"]) == 5
    assert told["rectification_items"] == len(rows["rectification_items"]) == 2
    assert told["notices"] == len(rows["messages"])
    assert rows["grades"]["P21"] == "好"


def test_a_cycle_without_a_decision_has_numbers_too(sqlite_engine):
    with writing(sqlite_engine) as session:
        told = summary(session, desk_at_proposal(session).cycle)
    assert (told["quota"], told["quota_ok"], told["consequences"]) == ({}, True, 0)


def test_a_workbook_has_one_sheet_a_table_and_no_formula(tmp_path):
    write_excel(
        {"cycle": {"key": "a"}, "grades": {"U1": "好"}, "messages": [{"title": "=1+1", "n": [1]}]}, tmp_path / "x.xlsx"
    )
    sheets = pl.read_excel(tmp_path / "x.xlsx", sheet_id=0)
    assert list(sheets) == ["cycle", "grades", "messages"]
    assert sheets["messages"].rows() == [("=1+1", "[1]")]


def test_a_workbook_keeps_every_kind_of_cell(tmp_path):
    """What XML gives a meaning, blanks at the ends, long text, numbers, yes and no, nothing; a head without rows."""
    row = {
        "文字": "<甲> & “乙”",
        "空格": " 两端 ",
        "换行": "一\n二",
        "控制": "a\x07b",
        "像控制": "_x0041_",
        "长": "长" * 40_000,
    }
    row |= {"数": 3, "比": 2 / 3, "是": True, "无": None, "空": ""}
    write_excel({"表": [row, {"数": -1}], "空表": [{"甲": None}]}, tmp_path / "x.xlsx")
    sheets = pl.read_excel(tmp_path / "x.xlsx", sheet_id=0, drop_empty_rows=False, raise_if_empty=False)
    kept = {"长": "长" * 32_767, "空": None}
    assert sheets["表"].row(0, named=True) == row | kept
    assert sheets["表"].row(1, named=True) == dict.fromkeys(row) | {"数": -1}
    assert sheets["空表"].columns == ["甲"]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_workbook_refuses_a_number_that_is_none(tmp_path, number):
    with pytest.raises(ValueError, match="A2"):
        write_excel({"表": [{"数": number}]}, tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_json_is_written_whole_and_read_back(tmp_path):
    write_json({"grades": {"U1": "好"}}, tmp_path / "deep" / "x.json")
    assert json.loads((tmp_path / "deep" / "x.json").read_text(encoding="utf-8")) == {"grades": {"U1": "好"}}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x.json"]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder with a cycle that has come to its rectification."""
    with engine_after("export", lived_through, tmp_path):
        yield tmp_path


def test_the_command_writes_json_to_the_terminal_and_files(data):
    shown = CliRunner().invoke(app, ["export", "bozhou-2010", "--data", str(data)])
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["grades"]["U1"] == "好"
    path = data / "2010.xlsx"
    written = CliRunner().invoke(app, ["export", "bozhou-2010", "--excel", "-o", str(path), "--data", str(data)])
    assert (written.exit_code, path.exists()) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(["bozhou-1999"], 1, "没有周期“bozhou-1999”"), (["bozhou-2010", "--excel"], 2, "须指定文件")],
)
def test_the_command_refuses_in_words(data, arguments, code, said):
    result = CliRunner().invoke(app, ["export", *arguments, "--data", str(data)])
    assert result.exit_code == code
    assert said in result.output


def test_reading_an_export_changes_nothing(data):
    with reading(make_engine(f"sqlite:///{data / 'kaohe.db'}")) as session:
        cycle = session.exec(select(Cycle)).one()
        assert export_cycle(session, cycle) == export_cycle(session, cycle)
