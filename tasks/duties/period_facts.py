"""Facts of closed periods: written with source and date, in place of what the same duty said before."""

from collections.abc import Iterable

from sqlmodel import col, select

from models.bulk import insert_rows, read_rows
from models.duty import Period
from models.evidence import Fact
from tasks.desk import Desk
from tasks.duties.found import FactOut, Flaw

REPLACED = "由新的期次结果替代"


def write_facts(desk: Desk, period: Period, facts: Iterable[FactOut]) -> tuple[int, list[Flaw]]:
    """Write the facts of a period; return how many are new, and a flaw for each value that its declaration refuses.

    A value that stands already stays with the source that first gave it; what a period closed anew no longer says
    goes; what a later period said stands.
    """
    declared = desk.pack.scheme.facts
    wanted = {(fact.subject, fact.name): fact.value for fact in facts}
    refused = [key for key, value in wanted.items() if key[1] not in declared or not declared[key[1]].accepts(value)]
    flaws = [_refused(desk, *key, wanted.pop(key)) for key in refused]
    later = _said_later(desk, period)
    wanted = {key: value for key, value in wanted.items() if key not in later}
    known = _current(desk, {name for _, name in wanted})
    changed = {key: value for key, value in wanted.items() if key not in known or known[key].value != value}
    gone = [row for row in _of_period(desk, period) if (row.subject, row.name) not in wanted]
    desk.move([*(known[key] for key in changed if key in known), *gone], "replace", table=Fact, reason=REPLACED)
    rows = [(subject, name, value) for (subject, name), value in changed.items()]
    if rows:
        insert_rows(desk.session, Fact, ("subject", "name", "value"), rows, _same(desk, period))
        desk.audit("fact.write", {"period": period.label, "count": len(rows)})
    return len(rows), flaws


def _same(desk: Desk, period: Period) -> dict[str, str | int]:
    return {
        "scope": desk.cycle.scope,
        "source": period.label,
        "dated": desk.today.isoformat(),
        "period_id": period.id or 0,
        "state": "current",
    }


def _current(desk: Desk, names: set[str]) -> dict[tuple[str, str], Fact]:
    query = select(Fact).where(Fact.scope == desk.cycle.scope, Fact.state == "current", col(Fact.name).in_(names))
    return {(row.subject, row.name): row for row in read_rows(desk.session, query)} if names else {}


def _of_period(desk: Desk, period: Period) -> list[Fact]:
    return read_rows(desk.session, select(Fact).where(Fact.period_id == period.id, Fact.state == "current"))


def _said_later(desk: Desk, period: Period) -> set[tuple[str, str]]:
    query = select(Fact.subject, Fact.name).join(Period, col(Period.id) == col(Fact.period_id))
    query = query.where(Period.cycle_id == period.cycle_id, Period.duty == period.duty, Period.slot > period.slot)
    return set(desk.session.exec(query.where(Fact.state == "current")).all())


def _refused(desk: Desk, subject: str, name: str, value: str) -> Flaw:
    decl = desk.pack.scheme.facts.get(name)
    allowed = decl.allowed() if decl else "scoring.yaml 中声明的事实"
    return Flaw("", subject, f"{decl.label if decl else name} = {value} 未采用;允许:{allowed}")
