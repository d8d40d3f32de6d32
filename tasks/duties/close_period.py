"""Closing a period: completeness, results, facts, consequences and rectification items, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from config.duties import DutySpec
from models.duty import Period
from tasks.desk import Desk
from tasks.duties.completeness import Standing, figures, standings
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.duties.period_facts import write_facts
from tasks.duties.period_proposals import propose
from tasks.duties.restate import newest_row
from tasks.duties.results.register import compute
from tasks.duties.who import names_of
from tasks.followup.new_items import add_items


@dataclass(frozen=True)
class Closed:
    """What closing a period found, as it is kept with the period and shown to people."""

    cycle_key: str
    duty: str
    slot: str
    label: str
    figures: Mapping[str, str | int]
    missing: tuple[str, ...]
    flaws: tuple[Flaw, ...]
    tables: tuple[Table, ...]
    facts: int = 0
    proposed: int = 0
    items: int = 0


def close_period(desk: Desk, duty: DutySpec, period: Period) -> Closed:
    """Close an open period on the day of the desk; a closed one is only told again.

    What was found stays with the period; facts, consequences and items go where the annual cycle and people find them.
    """
    if period.state == "closed":
        return read_closed(desk, period)
    rows = standings(desk, duty.id, period.slot)
    names = names_of(desk, duty)
    turn = Turn(desk, duty, period, tuple(row.owed for row in rows), names)
    found = [compute(turn, spec) for spec in duty.results]
    facts, refused = write_facts(desk, period, (fact for each in found for fact in each.facts))
    proposed = propose(desk, duty, period, (row for each in found for row in each.proposed))
    items = add_items(desk, [item for each in found for item in each.items])
    outcome = _outcome(rows, names, found, refused) | {"facts": facts, "proposed": proposed, "items": len(items)}
    kept = {name: value for name, value in period.outcome.items() if name == "draw"}
    desk.move(period, "close", closed_on=desk.today)
    period.outcome = kept | outcome
    period.seen_entry = newest_row(desk, duty)
    period.pending_until = max((row.owed.due_on for row in rows if row.state == "pending"), default=None)
    desk.session.add(period)
    desk.session.flush()
    return read_closed(desk, period)


def _outcome(
    rows: Sequence[Standing], names: Mapping[str, str], found: Sequence[Found], refused: Sequence[Flaw]
) -> dict[str, Any]:
    counted = figures(rows) if rows else {}
    for each in found:
        counted |= {name: _joined(counted.get(name), value) for name, value in each.figures.items()}
    return {
        "figures": counted,
        "missing": [names.get(row.owed.owner, row.owed.owner) for row in rows if row.state == "missing"],
        "flaws": [asdict(flaw) for flaw in (*(flaw for each in found for flaw in each.flaws), *refused)],
        "tables": [_kept(table) for each in found for table in each.tables],
    }


def _joined(known: str | int | None, value: str | int) -> str | int:
    """Several results of a duty may count the same: their numbers add up."""
    return known + value if isinstance(known, int) and isinstance(value, int) else value


def read_closed(desk: Desk, period: Period) -> Closed:
    """Return what the closing of a period found, as it was kept."""
    kept = period.outcome
    return Closed(
        cycle_key=desk.cycle.key,
        duty=period.duty,
        slot=period.slot,
        label=period.label,
        figures=kept.get("figures", {}),
        missing=tuple(kept.get("missing", ())),
        flaws=tuple(Flaw(**flaw) for flaw in kept.get("flaws", ())),
        tables=tuple(_table(table) for table in kept.get("tables", ())),
        facts=int(kept.get("facts", 0)),
        proposed=int(kept.get("proposed", 0)),
        items=int(kept.get("items", 0)),
    )


def _kept(table: Table) -> dict[str, Any]:
    return {"title": table.title, "columns": table.columns, "rows": table.rows}


def _table(kept: Mapping[str, Any]) -> Table:
    return Table(str(kept["title"]), tuple(kept["columns"]), tuple(tuple(row) for row in kept["rows"]))
