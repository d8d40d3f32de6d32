"""The reminder clock: the one module that knows APScheduler. It wakes the sweep and the dispatcher; it keeps no state.

What was told stands in our tables, so a clock that stopped catches up, and a second one tells nothing twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from config.calendar import load_calendar
from config.clock import ZONE, local, now, wall_now
from models.session import reading
from tasks.outbox.dispatch import dispatch
from tasks.outbox.stuck import raise_stuck
from tasks.reminding.heartbeat import LOG, Heartbeat, Job
from tasks.reminding.sweep import Swept, sweep
from tasks.wiring import House

MINUTE = 60


def jobs_of(world: House) -> list[Job]:
    """Return what the clock of an installation does."""
    chosen = world.settings
    return [
        Job("提醒", chosen.sweep_minutes * MINUTE, lambda: remind(world)),
        Job("发送", chosen.dispatch_seconds, lambda: dispatch(world)),
        Job("滞留", chosen.sweep_minutes * MINUTE, lambda: raise_stuck(world)),
    ]


def remind(world: House) -> Swept:
    """Sweep with the calendar as it stands now, within the hours in which reminders may be written; empty at night."""
    with reading(world.engine) as session:
        hour = local(now(session)).hour
    if world.settings.remind_from <= hour < world.settings.remind_until:
        return sweep(replace(world, calendar=load_calendar(world.settings.calendar)))
    return Swept()


def serve(world: House, wait: Callable[[], object], jobs: Sequence[Job] | None = None) -> None:
    """Run the jobs until `wait` returns; a job that is running then comes to its end.

    A job that is late runs once, never twice at a time, and one that fails is logged and tried again at its next turn.
    """
    wanted = jobs_of(world) if jobs is None else list(jobs)
    world.settings.data.mkdir(parents=True, exist_ok=True)
    beat = Heartbeat(world.settings.data)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=ZONE, executors={"default": ThreadPoolExecutor(len(wanted))})
    for job in wanted:
        scheduler.add_job(
            lambda job=job: beat.run(job),
            "interval",
            seconds=job.seconds,
            id=job.name,
            next_run_time=wall_now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    LOG.info("提醒时钟已启动:%s", "、".join(f"{job.name}每{job.seconds}秒" for job in wanted))
    try:
        wait()
    finally:
        scheduler.shutdown(wait=True)
        LOG.info("提醒时钟已停止")
