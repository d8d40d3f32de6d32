"""kaohe doctor: each check fails with its remedy when what it looks at is broken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select
from typer.testing import CliRunner

from cli import app
from config.calendar import WorkCalendar
from config.settings import Settings
from models.roster import RoleHolder
from models.session import make_engine, writing
from tasks.office import doctor
from tasks.office.doctor import Finding, examine
from tasks.office.install import install
from tasks.wiring import House, make_house
from tests.flows.engine_house import make_world


@pytest.fixture(autouse=True)
def no_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    (tmp_path / "out").mkdir()
    return make_world(sqlite_engine, tmp_path)


AWAY = {"Prefect 服务", "执行进程", "周期时钟"}  # what fails while nothing is running


def found(world: House) -> dict[str, Finding]:
    return {item.name: item for item in examine(world)}


def failing(world: House) -> set[str]:
    return {item.name for item in examine(world) if not item.ok}


def test_a_sound_installation_fails_only_where_prefect_is_away(world: House) -> None:
    prefect = found(world)["Prefect 服务"]
    assert failing(world) == AWAY
    assert "没有应答" in prefect.found
    assert "kaohe up" in prefect.remedy


def test_what_is_in_order_has_no_remedy(world: House) -> None:
    assert all(bool(item.remedy) != item.ok for item in examine(world))


def edit_audit(world: House) -> None:
    with writing(world.engine) as session:
        session.execute(text("UPDATE audit SET canonical = '{}' WHERE seq = 1"))


def change_table(world: House) -> None:
    with world.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person ADD COLUMN nickname TEXT")


def dismiss(world: House) -> None:
    with writing(world.engine) as session:
        for row in session.exec(select(RoleHolder)):
            session.delete(row)


def let_term_end(world: House) -> None:
    with writing(world.engine) as session:
        row = session.exec(select(RoleHolder).where(RoleHolder.role == "party_committee")).one()
        row.end_on = date(2010, 11, 30)


def remove_out(world: House) -> None:
    world.settings.out.rmdir()


BROKEN: dict[str, tuple[Callable[[House], None], str, str, str]] = {
    "audit edited": (edit_audit, "审计链", "第 1 条内容被改动", "保全数据库"),
    "table changed": (change_table, "数据库结构", "差异 1 处", "恢复备份"),
    "no role holders": (dismiss, "名册和角色", "考核办管理员、州纪委常委会、州党委", "kaohe roster template"),
    "a term is over": (let_term_end, "名册和角色", "无人担任:州党委", "kaohe roster import"),
    "no output folder": (remove_out, "目录", "不存在或不可写", "kaohe init"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_check_fails_with_what_was_found_and_its_remedy(world: House, case: str) -> None:
    damage, name, told, remedy = BROKEN[case]
    damage(world)
    finding = found(world)[name]
    assert failing(world) == {name, *AWAY}
    assert told in finding.found
    assert remedy in finding.remedy


def test_a_missing_database_is_named_and_not_made_by_looking(tmp_path: Path) -> None:
    world = House(
        Settings(data=tmp_path, out=tmp_path), make_engine(f"sqlite:///{tmp_path / 'none.db'}"), WorkCalendar()
    )
    finding = found(world)["数据库"]
    assert (finding.ok, "none.db" in finding.found, finding.remedy) == (False, True, "运行 kaohe init 建立数据库")
    assert {"数据库", "数据库结构", "审计链", "名册和角色"} <= failing(world)


def test_an_unmigrated_database_asks_for_init(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
    finding = found(House(Settings(data=tmp_path, out=tmp_path), engine, WorkCalendar()))["数据库结构"]
    assert not finding.ok
    assert "空库" in finding.found
    assert "kaohe init" in finding.remedy


def test_a_faulty_holiday_file_is_named_with_its_line(world: House, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("2010-13-01,no\n", encoding="utf-8")
    chosen = world.settings.model_copy(update={"calendar_file": file})
    finding = found(House(chosen, world.engine, world.calendar))["节假日"]
    assert (finding.ok, "days.csv 第 1 行" in finding.found) == (False, True)


def test_a_full_disk_is_told_before_it_hurts(world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_BYTES", 2**62)
    assert "目录" in failing(world)


def test_the_command_names_every_check_and_exits_by_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Settings(data=tmp_path, out=tmp_path / "out")
    monkeypatch.setenv("KAOHE_OUT", str(tmp_path / "out"))
    install(chosen)
    broken = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path)], env={"COLUMNS": "200"})
    assert broken.exit_code == 1
    assert all(name in broken.output for name in doctor.CHECKS)
    monkeypatch.setattr(doctor, "CHECKS", {"Python": doctor.check_python, "数据库结构": doctor.check_migrations})
    assert CliRunner().invoke(app, ["doctor", "--data", str(tmp_path)]).exit_code == 0


def test_installing_twice_is_harmless(tmp_path: Path) -> None:
    chosen = Settings(data=tmp_path / "var", out=tmp_path / "out")
    for _ in range(2):
        install(chosen)
    assert {"数据库", "数据库结构", "审计链", "目录"}.isdisjoint(failing(make_house(chosen)))
