"""Fields of rows as facts about a unit or person (kind row_facts)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from config.duty_results import FactSpec, RowFactsSpec
from models.evidence import Entry
from scoring.fact_decl import FACT_PLACES
from tasks.duties.figures import ratio
from tasks.duties.found import FactOut, Found, Turn
from tasks.duties.rows import owner_of, where, whole
from tasks.intake.store import fact_text


def row_facts(turn: Turn, spec: RowFactsSpec) -> Found:
    """Return the facts that the rows of this slot, or of the year up to it, say about whom they name.

    Of whom rows speak, but none in which a count's condition holds, the count is 0: it replaces an earlier one.
    """
    form = spec.form or str(turn.duty.form)
    rows = turn.entries_so_far(form) if spec.over == "year" else turn.slot_entries(form)
    return Found(facts=tuple(fact for each in spec.facts for fact in _facts(turn, spec, each, form, rows)))


def _facts(turn: Turn, spec: RowFactsSpec, fact: FactSpec, form: str, rows: Sequence[Entry]) -> Iterator[FactOut]:
    by_subject = {code: list[Entry]() for code in _subjects(turn, spec, rows)}
    held = where(turn.desk, form, rows, fact.when)
    for row in sorted(held, key=lambda row: (row.dated, row.id or 0)):
        if code := _subject(turn, spec, row):
            by_subject[code].append(row)
    for code, mine in by_subject.items():
        value = _value(turn, fact, mine)
        if value is not None:
            yield FactOut(code, fact.fact, value)


def _subjects(turn: Turn, spec: RowFactsSpec, rows: Sequence[Entry]) -> list[str]:
    return list(dict.fromkeys(code for row in rows if (code := _subject(turn, spec, row))))


def _subject(turn: Turn, spec: RowFactsSpec, row: Entry) -> str:
    return str(row.values.get(spec.subject) or "") if spec.subject else owner_of(turn.duty, row.values)


def _value(turn: Turn, fact: FactSpec, rows: Sequence[Entry]) -> str | None:
    if fact.field is None:
        return str(len(rows))
    given = [row.values.get(fact.field) for row in rows]
    values = [_point(turn, fact, value) for value in given if value not in (None, "")]
    if not values:
        return None
    if fact.how == "last":
        return fact_text(values[-1])
    numbers = [Decimal(value) for value in values]
    if fact.how == "mean":
        return _plain(Decimal(ratio(sum(numbers, Decimal()), len(numbers), FACT_PLACES)))
    return _plain({"sum": sum(numbers, Decimal()), "min": min(numbers), "max": max(numbers)}[fact.how])


def _point(turn: Turn, fact: FactSpec, value: Any) -> Any:
    return whole(turn.desk, fact.points[str(value)]) if str(value) in fact.points else value


def _plain(number: Decimal) -> str:
    """The number as people write it: 12, 12.5, never 1.2E+1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
