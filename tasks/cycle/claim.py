"""One live run a cycle: a claim with an epoch fences every business write, a lease tells who is silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from config import clock
from models.cycle import CycleRun
from models.transitions import move
from tasks.desk import Desk
from tasks.wiring import House, lock_cycle, writing_desk


@dataclass(frozen=True)
class Claim:
    """A run's right to write to a cycle, good while no later epoch exists; `resumed` when it held an earlier one."""

    cycle_id: int
    run_id: int
    epoch: int
    resumed: bool = False


class Superseded(Exception):
    """This run was taken over by a later one (已被接管) and may not write any more."""


class CycleHeld(Exception):
    """The cycle is on hold until a person continues it."""


def claim_cycle(session: Session, *, cycle_id: int, flow_run_id: str, at: datetime, lease: timedelta) -> Claim:
    """Claim a cycle for a flow run: next epoch, every other live run superseded, a superseded run refused."""
    cycle = lock_cycle(session, cycle_id)
    if cycle.state == "held":
        raise CycleHeld(f"{cycle.name}已暂停。请查明原因后用“继续周期”或 kaohe cycle continue {cycle.key} 继续")
    runs = list(session.exec(select(CycleRun).where(CycleRun.cycle_id == cycle_id)))
    mine = next((run for run in runs if run.flow_run_id == flow_run_id), None)
    if mine is not None and mine.state != "live":
        raise Superseded(f"{cycle.name}:本次运行已被后来的运行接管")
    others = [run for run in runs if run is not mine and run.state == "live"]
    move(session, others, "supersede", by="系统", at=at, reason=f"由运行 {flow_run_id} 接管")
    epoch = max((run.epoch for run in runs), default=0) + 1
    run = mine or CycleRun(cycle_id=cycle_id, flow_run_id=flow_run_id, epoch=epoch, lease_until=at)
    run.epoch, run.lease_until = epoch, at + lease
    session.add(run)
    session.flush()
    assert run.id is not None
    return Claim(cycle_id, run.id, epoch, resumed=mine is not None)


def renew_lease(session: Session, claim: Claim, *, at: datetime, lease: timedelta) -> None:
    """Check the epoch and renew the lease in the caller's transaction; raise Superseded otherwise."""
    renewed = session.exec(
        update(CycleRun)
        .where(col(CycleRun.id) == claim.run_id, col(CycleRun.epoch) == claim.epoch, col(CycleRun.state) == "live")
        .values(lease_until=at + lease)
    )
    if renewed.rowcount != 1:
        raise Superseded("本次运行已被后来的运行接管,未写入任何内容")


@contextmanager
def fenced_desk(world: House, claim: Claim, stage: str) -> Iterator[Desk]:
    """Give a writing desk behind the claim's fence; the stage is named for logs and fault injection."""
    with writing_desk(world, claim.cycle_id) as desk:
        desk.session.info["stage"] = stage
        lease = timedelta(seconds=world.settings.lease_seconds)
        renew_lease(desk.session, claim, at=clock.wall_now(), lease=lease)
        yield desk


def end_run(session: Session, claim: Claim, *, at: datetime) -> None:
    """Mark a live run as ended: its cycle is closed."""
    move(session, session.get_one(CycleRun, claim.run_id), "end", by="系统", at=at)


def note_failure(session: Session, *, cycle_id: int, limit: int, at: datetime, cause: str) -> str:
    """Count a failure without progress; the `limit`-th puts the cycle on hold. Return the cycle's state."""
    cycle = lock_cycle(session, cycle_id)
    cycle.failures += 1
    session.add(cycle)
    if cycle.failures >= limit and cycle.state == "open":
        move(session, cycle, "hold", by="系统", at=at, reason=f"连续 {cycle.failures} 次失败:{cause}")
    return cycle.state
