"""A changed working calendar: every due day that moves is shown before it is applied, and kept on record after."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, select

from config.calendar import CalendarFault, load_calendar
from config.yaml_file import SchemeFaults
from models.cycle import Cycle
from models.session import trying, writing
from tasks.desk import Desk
from tasks.reminding.candidates import read_plan
from tasks.reminding.due_days import move_due
from tasks.reminding.due_rules import investigation_days, obligation_days, period_days, stage_days
from tasks.reminding.words import what
from tasks.wiring import House, desk_at

REASON = "工作日历变更"
LIVE = ("open", "held")


@dataclass(frozen=True)
class Moved:
    """Due days that move together: what of which cycle, how many, from which day to which; 暂定 in an unknown year."""

    cycle: str
    kind: str
    what: str
    before: date
    after: date
    provisional: bool
    count: int = 1


@dataclass(frozen=True)
class Change:
    """What a calendar moves; `unread` are cycles whose pack cannot be read, which stay as they are."""

    moved: tuple[Moved, ...]
    unread: tuple[str, ...] = ()


def preview(world: House, file: Path | None = None) -> Change:
    """Return what moves under the calendar of a file, or under the one in force as its library knows it now.

    Raises CalendarFault with every fault of the file. Nothing is changed.
    """
    with trying(world.engine) as session:
        return _move(session, _under(world, file), "系统")


def apply(world: House, file: Path | None = None, *, by: str) -> Change:
    """Move every due day that `preview` shows, keep the old ones on record, and put the file in force.

    What a person extended and days that are over stay as they are. The file is put in place last, all or nothing.
    """
    changed = _under(world, file)
    text = file.read_bytes() if file else None
    with writing(world.engine) as session:
        change = _move(session, changed, by)
        if text is not None:
            _install(world.settings.calendar, text)
        return change


def _under(world: House, file: Path | None) -> House:
    if file is not None and not file.is_file():
        raise CalendarFault(f"{file}:没有这个文件;请给出“日期,yes|no”的 CSV 文件")
    return replace(world, calendar=load_calendar(file or world.settings.calendar))


def _install(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(text)
    part.replace(path)


def _move(session: Session, world: House, by: str) -> Change:
    moved: list[Moved] = []
    unread = []
    cycles = select(Cycle).where(col(Cycle.state).in_(LIVE)).order_by(col(Cycle.id)).with_for_update()
    for cycle in session.exec(cycles).all():
        try:
            desk = desk_at(world, session, cycle, by)
        except SchemeFaults:
            unread.append(cycle.key)
            continue
        found = _gathered([*_stages(desk), *_periods(desk), *_investigations(desk), *_obligations(desk, by)])
        if found:
            detail = [f"{each.kind} {each.what} {each.before}→{each.after} {each.count}" for each in found]
            desk.audit("calendar.apply", {"moved": detail})
        moved += found
    return Change(tuple(moved), tuple(unread))


def _gathered(found: list[Moved]) -> list[Moved]:
    return [replace(each, count=count) for each, count in Counter(found).items()]


def _wanted(desk: Desk, stored: date, wanted: date) -> date:
    """The day to move to: none that is over is moved, and none is moved into the past."""
    return stored if stored < desk.today else max(wanted, desk.today)


def _stages(desk: Desk) -> Iterator[Moved]:
    for row, day in list(stage_days(desk)):
        assert row.due_on is not None
        after = _wanted(desk, row.due_on, day)
        if after != row.due_on:
            yield _moved(desk, "环节", row.label, row.due_on, after)
            row.due_on = after
    desk.session.flush()


def _periods(desk: Desk) -> Iterator[Moved]:
    for row, days in list(period_days(desk)):
        due = max(_wanted(desk, row.due_on, days.due), row.opened_on)
        closes = max(_wanted(desk, row.closes_on, days.closes), due)
        if due != row.due_on:
            yield _moved(desk, "期次截止", row.label, row.due_on, due)
        if closes != row.closes_on:
            yield _moved(desk, "期次结期", row.label, row.closes_on, closes)
        row.due_on, row.closes_on = due, closes
    desk.session.flush()


def _investigations(desk: Desk) -> Iterator[Moved]:
    for row, day in list(investigation_days(desk)):
        assert row.due_on is not None
        after = _wanted(desk, row.due_on, day)
        if after != row.due_on:
            yield _moved(desk, "专项调查", "专项调查结论", row.due_on, after)
            row.due_on = after
    desk.session.flush()


def _obligations(desk: Desk, by: str) -> Iterator[Moved]:
    plan = read_plan(desk.session, desk.cycle)
    for row, day in list(obligation_days(desk)):
        after = max(_wanted(desk, row.due_on, day), row.opened_on)
        if after != row.due_on:
            yield _moved(desk, "应办事项", what(plan, row.duty, row.form, row.slot), row.due_on, after)
            move_due(desk, row, after, "calendar", reason=REASON, by=by)
    desk.session.flush()


def _moved(desk: Desk, kind: str, label: str, before: date, after: date) -> Moved:
    return Moved(desk.cycle.key, kind, label, before, after, desk.calendar.is_provisional(after))
