"""Writes checked rows: entries with their history, facts, the ledger of events, past grades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from config.forms import FormSpec
from models.bulk import batches
from models.evidence import Entry, Fact
from tasks.intake.batch import Intake, source_of
from tasks.intake.checks import Ready
from tasks.intake.events import store_events
from tasks.intake.past import store_past_grades


@dataclass(frozen=True)
class Counts:
    """What came of the rows of one form."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0


def store_form(intake: Intake, form: FormSpec, items: Sequence[Ready]) -> Counts:
    """Compare rows with what is stored and, when applying, write the differences in a few statements."""
    known = _current(intake, form, [item.key for item in items])
    fresh = [item for item in items if item.key not in known]
    changed = [item for item in items if item.key in known and known[item.key].values != item.values]
    counts = Counts(len(fresh), len(changed), len(items) - len(fresh) - len(changed))
    if not intake.apply or not (fresh or changed):
        return counts
    old = {item.key: known[item.key] for item in changed}
    _retire(intake, list(old.values()))
    written = [*fresh, *changed]
    _insert_entries(intake, form, written, old)
    if form.into == "facts":
        _insert_facts(intake, form, written)
    elif form.into == "events":
        store_events(intake, form, written)
    elif form.into == "past_grades":
        store_past_grades(intake, written)
    return counts


def _current(intake: Intake, form: FormSpec, keys: Sequence[str]) -> dict[str, Entry]:
    """The stored rows of these keys; those of other months stay where they are."""
    query = select(Entry).where(Entry.scope == intake.scope, Entry.form == form.id, Entry.state == "current")
    parts = (intake.session.exec(query.where(col(Entry.key).in_(part))) for part in batches(keys))
    return {entry.key: entry for rows in parts for entry in rows}


def _retire(intake: Intake, entries: Sequence[Entry]) -> None:
    intake.move(entries, "replace")
    facts: list[Fact] = []
    for ids in batches([entry.id for entry in entries]):
        query = select(Fact).where(col(Fact.entry_id).in_(ids), Fact.state == "current")
        facts += intake.session.exec(query)
    intake.move(facts, "replace")


def _insert_entries(intake: Intake, form: FormSpec, items: Sequence[Ready], old: Mapping[str, Entry]) -> None:
    records = [
        {
            "scope": intake.scope,
            "form": form.id,
            "key": item.key,
            "subject": item.subject,
            "values": item.values,
            "source": source_of(item),
            "dated": item.dated,
            "version": old[item.key].version + 1 if item.key in old else 1,
            "state": "current",
            "entered_at": intake.now,
        }
        for item in items
    ]
    intake.insert(Entry, records)


def _insert_facts(intake: Intake, form: FormSpec, items: Sequence[Ready]) -> None:
    current = select(Entry.key, Entry.id).where(Entry.scope == intake.scope, Entry.form == form.id)
    ids = dict(intake.session.exec(current.where(Entry.state == "current")).all())
    names = [(field.name, field.fact) for field in form.fields if field.fact]
    records = [
        {
            "scope": intake.scope,
            "subject": item.subject,
            "name": fact,
            "value": fact_text(item.values[name]),
            "source": source_of(item),
            "dated": item.dated,
            "entry_id": ids[item.key],
            "state": "current",
        }
        for item in items
        for name, fact in names
        if item.values[name] not in (None, "")
    ]
    intake.insert(Fact, records)


def fact_text(value: Any) -> str:
    """Return a fact's value as stored: booleans as true and false, anything else as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
