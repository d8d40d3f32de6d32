"""`kaohe demo`: a fresh rehearsal, real server and worker, one year from launch to the last report."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as clock_time
from typing import Any

import httpx
from sqlmodel import Session, select

from config.clock import ZONE
from config.prefect_env import prefect_environment
from config.settings import Settings
from demo.driver import Driver, Script
from demo.script import make_script, read_in
from flows.deployments import register
from flows.services import running
from models.cycle import Cycle
from models.session import reading
from tasks.export.cycle import export_cycle, summary
from tasks.export.files import write_json
from tasks.office.install import install
from tasks.running.prefect_api import connect
from tasks.wiring import House


def run_demo(chosen: Settings, seed: int, report: Callable[[str], None]) -> dict[str, Any]:
    """Rehearse the demo year in a fresh folder; write and return its summary, with the whole export beside it."""
    started = time.monotonic()
    world, script = prepare(chosen, seed)
    report(f"演示数据已生成(种子 {seed}),正在启动 Prefect 服务和执行进程……")
    with running(chosen) as services:
        register(paused=True)
        report(f"Prefect 界面:{services.ui}")
        with connect() as client:
            Driver(world, client, script, report).run()
        runs = count_task_runs(chosen)
    with reading(world.engine) as session:
        cycle = _cycle_of(session, script.key)
        told = summary(session, cycle)
        write_json(export_cycle(session, cycle), chosen.data / "export.json")
    told |= {"task_runs": runs, "seconds": round(time.monotonic() - started, 1), "seed": seed}
    (chosen.data / "summary.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return told


def prepare(chosen: Settings, seed: int) -> tuple[House, Script]:
    """Make a rehearsal with roster in an empty folder, and the script with its workbooks on disk."""
    script = make_script(seed, chosen.data / "sheets")
    first = min([script.launch_on, *(day.on for day in script.days)])
    world = install(chosen, rehearse_from=datetime.combine(first, clock_time(9), tzinfo=ZONE))
    read_in(world, chosen.data / "sheets")
    return world, script


def count_task_runs(chosen: Settings) -> int:
    """Return how many task runs Prefect recorded for the year."""
    api = prefect_environment(chosen)["PREFECT_API_URL"]
    return int(httpx.post(f"{api}/task_runs/count", json={}, timeout=10).json())


def _cycle_of(session: Session, key: str) -> Cycle:
    return session.exec(select(Cycle).where(Cycle.key == key)).one()
