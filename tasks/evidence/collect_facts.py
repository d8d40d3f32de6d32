"""The one source of facts: what forms brought, and everything that follows from events, entries and earlier years."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import polars as pl
import sqlalchemy
from sqlmodel import Session, col, select

from models.bulk import plain_rows, read_rows
from models.cycle import Cycle
from models.evidence import Entry, Event, Fact, Investigation, Subject
from models.roster import Unit
from scoring.case import UNIT_TYPE, CaseFrames
from scoring.fact_decl import FactDecl
from tasks.cycle.open_cycle import load_pack
from tasks.evidence.collect_history import collect_history
from tasks.evidence.frames import FACTS

CIRCULARS = ("law_enforcement_supervision", "efficiency_supervision", "malpractice", "special_work")  # BZ-14
EVENT_FACTS = ("criticism_circulars", "party_sanction", "complaints")  # what `event_facts` gives
TIER_ORDER = ("team", "principal", "deputy")


class Known(NamedTuple):
    """One fact as the core reads it, with where it comes from and the day it speaks of."""

    subject: str
    name: str
    value: str
    source: str
    date: str


def collect_facts(session: Session, cycle: Cycle, as_of: date) -> CaseFrames:
    """Return all that is known about a cycle's active subjects and their units; events count up to `as_of`.

    Rows are sorted, so equal knowledge gives equal frames whatever the order in which it came in.
    """
    declared = load_pack(session, cycle).scheme.facts
    subjects = _subjects(session, cycle)
    about = {row.code for row in subjects} | {row.unit_id for row in subjects}
    known = [
        *_from_forms(session, cycle),
        *event_facts(session, cycle, as_of),
        *_from_investigations(session, cycle),
        *_from_invitees(session, cycle),
        *_from_roster(session, declared.get(UNIT_TYPE)),
    ]
    rows = [fact for fact in known if fact.subject in about and fact.name in declared]
    return CaseFrames(
        year=cycle.year,
        subjects=pl.DataFrame(
            [(row.code, row.tier, row.unit_id) for row in subjects],
            schema={"id": pl.String(), "tier": pl.String(), "unit": pl.String()},
            orient="row",
        ),
        facts=_frame(rows),
        history=collect_history(session, cycle, {row.code for row in subjects}),
        config=dict(cycle.config),
        base="block",
    )


def without_fact(frames: CaseFrames, name: str) -> CaseFrames:
    """Return the frames as if nobody had ever told the fact `name`."""
    return replace(frames, facts=frames.facts.filter(pl.col("name") != name))


def _frame(rows: Sequence[Known]) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else ((),) * len(FACTS)
    return pl.DataFrame(dict(zip(FACTS, columns, strict=True)), schema=FACTS).sort(list(FACTS))


def _subjects(session: Session, cycle: Cycle) -> list[Subject]:
    query = select(Subject).where(Subject.cycle_id == cycle.id, Subject.state == "active")
    return sorted(read_rows(session, query), key=lambda row: (row.unit_id, TIER_ORDER.index(row.tier), row.code))


def _from_forms(session: Session, cycle: Cycle) -> Iterable[Known]:
    columns = (col(Fact.subject), col(Fact.name), col(Fact.value), col(Fact.source), col(Fact.dated))
    query = sqlalchemy.select(*columns).where(col(Fact.scope) == cycle.scope, col(Fact.state) == "current")
    return [Known._make((*what, str(dated))) for *what, dated in plain_rows(session, query)]


def event_facts(session: Session, cycle: Cycle, as_of: date) -> list[Known]:
    """Return circulars (BZ-14) and party sanctions (BZ-48) of the year and complaints (BZ-40), without the revoked."""
    year_end = date(cycle.year, 12, 31)
    in_year = select(Event).where(col(Event.occurred_on).between(date(cycle.year, 1, 1), min(as_of, year_end)))
    valid = in_year.where(Event.state == "valid")
    circulars = valid.where(Event.kind == "criticism", col(Event.subtype).in_(CIRCULARS))
    sanctions = valid.where(Event.kind == "sanction", Event.subtype == "party_discipline")
    of_units = read_rows(session, circulars.where(col(Event.unit_id).is_not(None)))
    of_persons = read_rows(session, sanctions.where(col(Event.person_id).is_not(None)))
    return [
        *_counted("criticism_circulars", of_units),
        *(fact._replace(value="true") for fact in _counted("party_sanction", of_persons)),
        *_counted("complaints", _complaints(session, cycle, as_of)),
    ]


def _complaints(session: Session, cycle: Cycle, as_of: date) -> Iterable[Event]:
    """Calls to the hotline of this cycle, which is open into the next year (BZ-34)."""
    query = select(Event).where(Event.kind == "complaint", Event.state == "valid", Event.occurred_on <= as_of)
    return read_rows(session, query.where(col(Event.key).startswith(f"{cycle.scope}|", autoescape=True)))


def _counted(name: str, events: Iterable[Event]) -> list[Known]:
    about: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        about[event.unit_id or event.person_id or ""].append(event)
    return [
        Known(
            subject,
            name,
            str(len(each)),
            "、".join(sorted({event.document or event.source for event in each})),
            max(event.occurred_on for event in each).isoformat(),
        )
        for subject, each in about.items()
    ]


def _from_investigations(session: Session, cycle: Cycle) -> Iterable[Known]:
    """What stands after each special investigation; one that was dropped with a reason counts as not substantiated."""
    for row in session.exec(select(Investigation).where(Investigation.cycle_id == cycle.id)):
        value = {"concluded": row.result, "dropped": "unsubstantiated"}.get(row.state, "open")
        source = f"未列入专项调查:{row.reason}" if row.state == "dropped" else "专项调查"
        day = row.concluded_on or row.ordered_on
        yield Known(row.subject, "investigation", value, source, day.isoformat() if day else "")


def _from_roster(session: Session, decl: FactDecl | None) -> Iterable[Known]:
    """The type of each unit, for schemes that tell their units apart by it and know this type (GS-06)."""
    if decl is None:
        return
    for unit in read_rows(session, select(Unit)):
        if decl.accepts(unit.type):
            yield Known(unit.id, UNIT_TYPE, unit.type, "花名册", "")


def _from_invitees(session: Session, cycle: Cycle) -> Iterable[Known]:
    """Sums over the invitation lists of each unit (BZ-39)."""
    query = select(Entry).where(Entry.scope == cycle.scope, Entry.form == "invitees", Entry.state == "current")
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    dates: dict[str, date] = {}
    for entry in read_rows(session, query):
        unit = str(entry.values["unit"])
        sums[unit].update(invitees=_number(entry, "invited"), frontline_invitees=_number(entry, "frontline"))
        dates[unit] = max(dates.get(unit, entry.dated), entry.dated)
    for unit, counts in sums.items():
        for name in ("invitees", "frontline_invitees"):
            yield Known(unit, name, str(counts[name]), "邀请人员统计表", dates[unit].isoformat())


def _number(entry: Entry, name: str) -> int:
    value: Any = entry.values.get(name)
    return int(value or 0)
