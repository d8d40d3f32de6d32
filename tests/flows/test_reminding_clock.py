"""The reminder clock: it wakes at the start, goes on whatever breaks, keeps quiet at night, and stops when told to."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner

from cli import app
from config.calendar import WorkCalendar
from config.clock import ZONE, wall_now
from config.settings import ROOT, Settings
from models.cycle import Rehearsal
from models.session import writing
from tasks.reminding import heartbeat
from tasks.reminding.clock import remind, serve
from tasks.reminding.heartbeat import FILE, Job, faults
from tasks.reminding.sweep import Swept
from tasks.wiring import House
from tests.flows import reminding_house as rh
from tests.support import fresh_engine


@pytest.fixture
def world(tmp_path: Path) -> House:
    return House(Settings(data=tmp_path, out=tmp_path / "out"), fresh_engine(tmp_path), WorkCalendar())


def test_a_job_that_breaks_is_told_and_stops_no_other(world: House, tmp_path: Path) -> None:
    stop = threading.Event()

    def count() -> str:
        counted.append(1)
        if len(counted) == 2 and not (tmp_path / FILE).read_text(encoding="utf-8").count("磁盘坏了"):
            counted.clear()  # the broken one has not had its turn yet
        elif len(counted) == 2:
            stop.set()
        return ""

    def fail() -> str:
        raise OSError("磁盘坏了\n详情")

    counted: list[int] = []
    serve(world, stop.wait, [Job("失败的", 1, fail), Job("计数", 1, count)])
    assert len(counted) >= 2
    assert faults(tmp_path) == ["“失败的”失败:磁盘坏了"]


def test_a_slow_job_never_runs_twice_at_a_time(world: House) -> None:
    stop, release, slow, quick = threading.Event(), threading.Event(), [], []

    def dawdle() -> str:
        slow.append(1)
        release.wait(20)
        return ""

    def tick() -> str:
        quick.append(1)
        if len(quick) == 3:
            stop.set()
            release.set()
        return ""

    serve(world, stop.wait, [Job("慢的", 1, dawdle), Job("快的", 1, tick)])
    assert (len(slow), len(quick)) == (1, 3)


@pytest.mark.parametrize(("at", "told"), [(time(7, 59), 0), (time(8, 0), 1), (time(19, 59), 1), (time(20, 0), 0)])
def test_reminders_are_written_by_day(sqlite_engine: Engine, tmp_path: Path, at: time, told: int) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    with writing(world.engine) as session:
        session.exec(select(Rehearsal)).one().now = datetime.combine(date(2010, 12, 24), at, ZONE)
    assert remind(world).reminders == told


def test_a_changed_file_of_holidays_counts_at_once(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {}, today=date(2010, 12, 20))
    assert remind(world) == Swept(reminders=1, digests=1)
    (tmp_path / "calendar.csv").write_text("2010-12-23,no\n", encoding="utf-8")
    assert remind(world) == Swept()
    rh.owe(world, {"recipient": "U2", "owner": "U2"})
    assert (remind(world).reminders, rh.rungs(world, 2)) == (1, [-7, -3])


def test_a_clock_that_has_gone_silent_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(tmp_path) == ["没有运行过"]
    heartbeat.Heartbeat(tmp_path).run(Job("提醒", 300, lambda: ""))
    assert faults(tmp_path) == []
    later = wall_now() + timedelta(minutes=17)
    monkeypatch.setattr(heartbeat, "wall_now", lambda: later)
    assert faults(tmp_path) == ["“提醒”已 17 分钟没有动静"]


def test_the_command_runs_until_it_is_told_to_stop(world: House, tmp_path: Path) -> None:
    world.engine.dispose()
    command = [sys.executable, "-m", "cli", "clock", "--data", str(tmp_path)]
    environment = os.environ | {"KAOHE_DATABASE_URL": ""}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        try:
            while "已启动" not in (line := process.stdout.readline().decode()):
                assert line, "the clock ended by itself"
            process.send_signal(signal.SIGTERM)
            told, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, "提醒时钟已停止" in told.decode()) == (0, True)


def test_a_rehearsal_has_its_own_driver(sqlite_engine: Engine, tmp_path: Path) -> None:
    rh.make_reminding(sqlite_engine, tmp_path)
    refused = CliRunner().invoke(app, ["clock", "--data", str(tmp_path)])
    assert (refused.exit_code, "演练" in refused.output) == (1, True)
