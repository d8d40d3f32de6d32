"""Running numbers over forms: counts, sums, different values, percents and ratios of them (kind totals)."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func
from sqlmodel import col, select

from config.duty_results import TotalSpec, TotalsSpec
from config.rhythm import slot_end
from models.evidence import Entry
from tasks.duties.figures import percent, ratio
from tasks.duties.found import Found, Table, Turn
from tasks.duties.rows import where

Number = int | Decimal


def totals(turn: Turn, spec: TotalsSpec) -> Found:
    """Return each number under its name, and a table of them; percents and ratios read the numbers above them."""
    rows: dict[str, list[Entry]] = {}
    counted: dict[str, Number] = {}
    told: dict[str, str | int] = {}
    for item in spec.items:
        if item.percent or item.ratio:
            told[item.name] = _share(item, counted)
            continue
        if item.add:
            counted[item.name] = sum(counted[name] for name in item.add)
            told[item.name] = _shown(counted[item.name])
            continue
        form = item.form or str(turn.duty.form)
        if form not in rows:
            rows[form] = _rows(turn, spec, form)
        counted[item.name] = _count(item, where(turn.desk, form, rows[form], item.when))
        told[item.name] = _shown(counted[item.name])
    table = Table(spec.title or "累计", ("项目", "数值"), tuple((item.label, told[item.name]) for item in spec.items))
    return Found(figures=told, tables=(table,))


def _rows(turn: Turn, spec: TotalsSpec, form: str) -> list[Entry]:
    if spec.over == "period":
        return turn.slot_entries(form)
    this_year = turn.entries_so_far(form)
    return [*_earlier(turn, form), *this_year] if spec.over == "all" else this_year


def _earlier(turn: Turn, form: str) -> list[Entry]:
    """The current rows of earlier years of the scheme."""
    scope = turn.desk.cycle.scope
    query = select(Entry).where(
        col(Entry.scope).startswith(f"{turn.desk.cycle.scheme_id}-", autoescape=True),
        func.length(Entry.scope) == len(scope),
        Entry.scope < scope,
        Entry.form == form,
        Entry.state == "current",
        Entry.dated <= slot_end(turn.period.slot),
    )
    return list(turn.desk.session.exec(query.order_by(col(Entry.id))))


def _count(item: TotalSpec, rows: list[Entry]) -> Number:
    if item.distinct is not None:
        return len({str(value) for row in rows if (value := row.values.get(item.distinct)) not in (None, "")})
    if item.sum is not None:
        return sum((Decimal(row.values.get(item.sum) or 0) for row in rows), Decimal())
    return len(rows)


def _share(item: TotalSpec, counted: Mapping[str, Number]) -> str:
    part, whole = item.percent or item.ratio or ("", "")
    return (percent if item.percent else ratio)(counted[part], counted[whole])


def _shown(number: Number) -> str | int:
    return int(number) if number == int(number) else str(number)
