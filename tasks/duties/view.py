"""What `kaohe duty list|show` tells: where each recurring duty stands, and what a period came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from config.duties import DutySpec, find_duty, load_duties
from config.scheme_loader import UnknownScheme, list_recurring, load_scheme
from config.yaml_file import SchemeFaults
from models.duty import Obligation, Period
from models.session import reading
from tasks.desk import Desk
from tasks.duties.close_period import read_closed
from tasks.duties.dates import dates_of, slots_to_run
from tasks.duties.found import Table
from tasks.duties.labels import label_figures
from tasks.duties.open_period import periods
from tasks.duties.turn import OWING, chosen_duties
from tasks.duties.workbook import workbook_path
from tasks.duties.year import NotEnabled, year_cycles
from tasks.wiring import House, desk_at


class NoPeriod(LookupError):
    """A slot of a duty that was not opened; names those that were."""

    def __init__(self, duty: DutySpec, slot: str, known: list[str]) -> None:
        super().__init__(f"“{duty.label}”没有开过“{slot}”这一期;开过的:{'、'.join(known) or '(无)'}")


@dataclass(frozen=True)
class DutyLine:
    """Where one duty stands; without a cycle the scheme is not enabled, or the duty was not chosen.

    `behind`: the day of `next_opens` is over and the period was not opened, its next turn does so. `paused`: a person
    stopped the duty's schedule; None where nobody asked Prefect, or it did not answer.
    """

    scheme: str
    duty: str
    label: str
    rhythm: str
    cycle: str = ""
    next_opens: date | None = None
    open_periods: tuple[str, ...] = ()
    owed: int = 0
    overdue: int = 0
    behind: bool = False
    paused: bool | None = None


@dataclass(frozen=True)
class DutyList:
    """The duties of several packs, and the packs whose files could not be read, with every fault."""

    lines: tuple[DutyLine, ...]
    faults: Mapping[str, SchemeFaults]


@dataclass(frozen=True)
class PeriodView:
    """One period with its days, what was owed, how its sample was drawn, and what closing found, in people's words.

    `clauses` are those of the rules that the duty carries out; `flaws` name the rule and what is wrong.
    """

    cycle: str
    duty: str
    slot: str
    label: str
    state: str
    opened_on: date
    due_on: date
    closes_on: date
    closed_on: date | None
    obligations: dict[str, int]
    figures: dict[str, str | int]
    missing: tuple[str, ...]
    flaws: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    clauses: dict[str, str]
    workbook: str
    seed: int | None
    draw: dict[str, Any]


def list_duties(world: House, schemes: list[str] | None = None) -> DutyList:
    """Return every duty of the given packs, or of all: a line for each cycle that runs it, else one without.

    A faulty pack hides nobody else's duties, nor its own that run: their cycle froze it while it was sound.
    Raises UnknownScheme for a pack that is not there.
    """
    found: list[DutyLine] = []
    faults: dict[str, SchemeFaults] = {}
    with reading(world.engine) as session:
        for scheme in list_recurring() if schemes is None else schemes:
            desks = [desk_at(world, session, cycle) for cycle in year_cycles(session, scheme, "open")]
            lines = [_line(desk, duty) for desk in desks for duty in chosen_duties(desk)]
            there = {line.duty for line in lines}
            try:
                idle = [duty for duty in load_duties(load_scheme(scheme)) if duty.id not in there]
            except UnknownScheme:
                raise
            except SchemeFaults as faulty:
                idle, faults[scheme] = [], faulty
            found += [*lines, *(DutyLine(scheme, duty.id, duty.label, duty.rhythm) for duty in idle)]
    return DutyList(tuple(found), faults)


def _line(desk: Desk, duty: DutySpec) -> DutyLine:
    opened = periods(desk, duty.id)
    done = {period.slot for period in opened}
    ahead = [] if duty.rhythm == "event" else [slot for slot in slots_to_run(desk, duty) if slot not in done]
    query = select(func.count()).where(
        Obligation.cycle_id == desk.cycle_id, Obligation.duty == duty.id, col(Obligation.state).in_(OWING)
    )
    opens = dates_of(desk, duty, ahead[0]).opens if ahead else None
    return DutyLine(
        desk.cycle.scheme_id,
        duty.id,
        duty.label,
        duty.rhythm,
        desk.cycle.key,
        opens,
        tuple(period.label for period in opened if period.state == "open"),
        desk.session.exec(query).one(),
        desk.session.exec(query.where(col(Obligation.due_on) < desk.today)).one(),
        behind=opens is not None and opens < desk.today,
    )


def show_period(world: House, scheme: str, duty_id: str, slot: str | None = None) -> PeriodView:
    """Return a period of a duty, the last one opened where no slot is given.

    Raises UnknownDuty, NotEnabled or NoPeriod.
    """
    duty = find_duty(load_scheme(scheme), duty_id)
    with reading(world.engine) as session:
        known = all_periods(world, session, scheme, duty_id)
        wanted = [pair for pair in known if slot in (None, pair[1].slot)]
        if not wanted:
            raise NoPeriod(duty, slot or "", [period.slot for _, period in known])
        return view_period(*wanted[0])


def all_periods(world: House, session: Session, scheme: str, duty_id: str) -> list[tuple[Desk, Period]]:
    """Return every period of a duty with the desk of its cycle, the newest first; NotEnabled without any cycle."""
    desks = [desk_at(world, session, cycle) for cycle in reversed(year_cycles(session, scheme))]
    if not desks:
        raise NotEnabled(scheme)
    return [(desk, period) for desk in desks for period in reversed(periods(desk, duty_id))]


def view_period(desk: Desk, period: Period) -> PeriodView:
    """Return a period in people's words."""
    duty, closed = find_duty(desk.pack, period.duty), read_closed(desk, period)
    query = select(Obligation.state, func.count()).where(
        Obligation.cycle_id == desk.cycle_id, Obligation.duty == period.duty, Obligation.slot == period.slot
    )
    return PeriodView(
        cycle=desk.cycle.key,
        duty=period.duty,
        slot=period.slot,
        label=period.label,
        state=period.state,
        opened_on=period.opened_on,
        due_on=period.due_on,
        closes_on=period.closes_on,
        closed_on=period.closed_on,
        obligations=dict(desk.session.exec(query.group_by(col(Obligation.state))).all()),
        figures=label_figures(duty, closed.figures),
        missing=closed.missing,
        flaws=tuple((flaw.rule, flaw.text) for flaw in closed.flaws),
        tables=closed.tables,
        clauses=_clauses(duty),
        workbook="/".join(workbook_path(Path(), desk.cycle.key, duty.id, period.slot).parts),
        seed=period.seed,
        draw=period.outcome.get("draw", {}),
    )


def _clauses(duty: DutySpec) -> dict[str, str]:
    """The clause of each rule that a duty carries out; those of its results say more than its own."""
    own = dict.fromkeys(duty.rules, duty.cite.clause) if duty.cite else {}
    return own | {spec.rule: spec.cite.clause for spec in duty.results if spec.cite and spec.rule}
