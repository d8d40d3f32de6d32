"""Grades of earlier years, for the rules that look back; a correction keeps the former row as an entry."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import select

from models.followup import PastGrade
from tasks.intake.batch import Intake, source_of
from tasks.intake.checks import Ready


def store_past_grades(intake: Intake, items: Sequence[Ready]) -> None:
    """Add or correct one row for each year and subject of the scheme."""
    query = select(PastGrade).where(PastGrade.scheme_id == intake.scheme_id)
    known = {(row.year, row.subject): row for row in intake.session.exec(query)}
    fresh = []
    for item in items:
        values = _values(intake, item)
        row = known.get((values["year"], values["subject"]))
        if row is None:
            fresh.append({"scheme_id": intake.scheme_id, **values})
        else:
            row.sqlmodel_update(values)
            intake.session.add(row)
    intake.insert(PastGrade, fresh)
    intake.session.flush()


def _values(intake: Intake, item: Ready) -> dict[str, Any]:
    return {
        "year": item.values["year"],
        "subject": item.subject,
        "grade": item.values["grade"],
        "led_by": item.values["led_by"].split("、") if item.values["led_by"] else None,
        "source": source_of(item),
        "entered_at": intake.now,
    }
