"""Switch a scheme's recurring duties on and off: the routine cycle in our tables first, then Prefect's schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from httpx import HTTPError
from prefect.exceptions import PrefectException
from sqlmodel import Session, select

from config import clock
from models.cycle import Cycle
from models.session import writing
from models.transitions import move
from tasks.cycle.open_cycle import ParamsRefused
from tasks.duties.year import open_year, year_cycles
from tasks.running import prefect_api
from tasks.running.schedules import follow_tables
from tasks.wiring import House, lock_cycle

AWAY = "Prefect 服务现在没有应答,定时检查的开关在下次 kaohe up 时跟上"


@dataclass(frozen=True)
class Switched:
    """What was switched: the cycles by name, the schedules by name, and what is worth saying beside."""

    cycles: tuple[str, ...]
    schedules: tuple[str, ...]
    remark: str = ""

    def told(self, cycles: str, schedules: str) -> str:
        """Return it in words; `cycles` and `schedules` say what was done with them."""
        names = "、".join(self.schedules) or "(无变化)"
        return f"{'、'.join(self.cycles)}{cycles};{schedules}:{names}" + (f"。{self.remark}" if self.remark else "")


def enable_duties(
    world: House, *, scheme: str, since: date, office: str, contact: str, duties: Sequence[str] | None, by: str
) -> Switched:
    """Open the routine cycle of the year of `since`, take what was held off hold, and resume the schedules.

    `duties` are ids, None for all. Raises what `open_year` raises: ParamsRefused, CycleDiffers, CycleClosed.
    """
    asked = {"office": office.strip(), "contact": contact.strip(), "duties": duties and list(duties)}
    with writing(world.engine) as session:
        now, today = clock.now(session), clock.today(session)
        cycle = open_year(
            session, scheme=scheme, year=since.year, since=since, params=asked, today=today, now=now, by=by
        )
        if held := _locked(session, scheme, "held"):
            move(session, held, "continue", by=by, at=now, reason="重新启用")
        names = tuple(dict.fromkeys([*(one.name for one in held), cycle.name]))
    return _followed(world, names)


def disable_duties(world: House, *, scheme: str, reason: str, by: str) -> Switched:
    """Hold the scheme's routine cycles and pause its schedules; ParamsRefused when none runs or no reason is given."""
    with writing(world.engine) as session:
        running = _locked(session, scheme, "open")
        faults = [] if running else [f"方案“{scheme}”没有启用经常性考核;已启用的:{_enabled(session)}"]
        if faults := [*faults, *([] if reason.strip() else ["理由不能为空"])]:
            raise ParamsRefused(faults)
        move(session, running, "hold", by=by, at=clock.now(session), reason=reason.strip())
        names = tuple(one.name for one in running)
    return _followed(world, names)


def _locked(session: Session, scheme: str, state: str) -> list[Cycle]:
    """Return a scheme's routine cycles of a state, locked, oldest first."""
    return [lock_cycle(session, cycle.id) for cycle in year_cycles(session, scheme, state) if cycle.id is not None]


def _enabled(session: Session) -> str:
    query = select(Cycle.scheme_id).where(Cycle.kind == "routine", Cycle.state == "open").distinct()
    return "、".join(sorted(session.exec(query))) or "(无)"


def _followed(world: House, cycles: tuple[str, ...]) -> Switched:
    try:
        with prefect_api.connect() as client:
            return Switched(cycles, tuple(follow_tables(world, client)))
    except (OSError, HTTPError, PrefectException, RuntimeError):
        return Switched(cycles, (), AWAY)
