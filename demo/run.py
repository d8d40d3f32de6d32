"""`kaohe demo`: a fresh rehearsal, real server and worker, one year from launch to the last report."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from sqlmodel import Session, select

from config.prefect_env import prefect_environment
from config.settings import Settings
from demo.driver import Driver, Script
from demo.hands import Hands, at_nine
from demo.routine import CHOSEN, RoutineDay, routine_days
from demo.routine_files import write_routine
from demo.routine_play import RoutinePlay
from demo.script import make_script, read_in
from demo.year import build_demo
from flows.register import register
from flows.services import running
from models.cycle import Cycle
from models.session import reading
from tasks.export.cycle import export_cycle, summary
from tasks.export.files import write_json
from tasks.export.rhythm import rhythm_summary
from tasks.office.install import install
from tasks.running.prefect_api import connect
from tasks.wiring import House


def run_demo(chosen: Settings, seed: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Rehearse the demo year in a fresh folder; write and return its summary, with the whole export beside it."""
    started = time.monotonic()
    days = routine_days(build_demo(seed))
    world, script = prepare(chosen, seed, days)
    report(f"演示数据已生成(种子 {seed}),正在启动 Prefect 服务和执行进程……")
    with running(chosen) as services:
        register(world, paused=True, schemes=list(CHOSEN))
        report(f"Prefect 界面:{services.ui}")
        with connect() as client:
            play = RoutinePlay(world, client, days, chosen.data / "sheets", report)
            Driver(world, client, script, Hands(world, play.stops(), reminding=True), report).run()
        runs = count_task_runs(chosen)
    with reading(world.engine) as session:
        cycle = _cycle_of(session, script.key)
        told = summary(session, cycle) | rhythm_summary(session)
        write_json(export_cycle(session, cycle), chosen.data / "export.json")
    told |= {"task_runs": runs, "seconds": round(time.monotonic() - started, 1), "seed": seed}
    (chosen.data / "summary.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return told


def prepare(chosen: Settings, seed: int, routine: Sequence[RoutineDay] = ()) -> tuple[House, Script]:
    """Make a rehearsal with roster in an empty folder, and the script with its workbooks on disk.

    With a recurring part it begins on that part's first day, and its workbooks lie beside the others.
    """
    year, sheets = build_demo(seed), chosen.data / "sheets"
    script = make_script(year, sheets)
    write_routine(routine, year.people, sheets)
    first = min([script.launch_on, *(day.on for day in script.days), *(day.on for day in routine)])
    world = install(chosen, rehearse_from=at_nine(first))
    read_in(world, sheets)
    return world, script


def count_task_runs(chosen: Settings) -> int:
    """Return how many task runs Prefect recorded for the year."""
    api = prefect_environment(chosen)["PREFECT_API_URL"]
    return int(httpx.post(f"{api}/task_runs/count", json={}, timeout=10).json())


def _cycle_of(session: Session, key: str) -> Cycle:
    return session.exec(select(Cycle).where(Cycle.key == key)).one()
