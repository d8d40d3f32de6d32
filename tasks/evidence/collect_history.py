"""Grades of earlier years for the history rules: those decided here, and those imported."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import polars as pl
from sqlmodel import Session, col, or_, select

from models.bulk import read_rows
from models.cycle import Cycle
from models.followup import PastGrade
from models.grading import DecidedGrade, Decision
from models.roster import Post
from scoring.case import HISTORY
from tasks.cycle.freeze_subjects import is_principal

Graded = dict[tuple[int, str], tuple[str, list[str] | None]]


def collect_history(session: Session, cycle: Cycle, about: set[str]) -> pl.DataFrame:
    """Return one row per earlier year and subject with who led the team then; a grade decided here outweighs an import.

    Who led is told by the import, else by the posts on the last day of that year; null when neither knows (BZ-18).
    """
    graded = _imported(session, cycle) | _decided(session, cycle)
    years = {year for year, _ in graded}
    leaders = {year: _leaders(session, year) for year in years}
    rows = [
        (subject, year, grade, led_by or leaders[year].get(subject))
        for (year, subject), (grade, led_by) in sorted(graded.items())
        if subject in about
    ]
    return pl.DataFrame(rows, schema=HISTORY, orient="row")


def _imported(session: Session, cycle: Cycle) -> Graded:
    query = select(PastGrade).where(PastGrade.scheme_id == cycle.scheme_id, PastGrade.year < cycle.year)
    return {(row.year, row.subject): (row.grade, row.led_by) for row in read_rows(session, query)}


def _decided(session: Session, cycle: Cycle) -> Graded:
    query = (
        select(Cycle.year, DecidedGrade.subject, DecidedGrade.grade)
        .join(Decision, col(Decision.cycle_id) == col(Cycle.id))
        .join(DecidedGrade, col(DecidedGrade.decision_id) == col(Decision.id))
        .where(Cycle.scheme_id == cycle.scheme_id, Cycle.year < cycle.year)
        .where(Cycle.state != "withdrawn", Decision.state == "decided")
    )
    return {(year, subject): (grade, None) for year, subject, grade in session.exec(query)}


def _leaders(session: Session, year: int) -> Mapping[str, list[str]]:
    """The principals of each unit on 31 December of a year."""
    day = date(year, 12, 31)
    query = select(Post).where(Post.start_on <= day, or_(col(Post.end_on).is_(None), col(Post.end_on) >= day))
    led: dict[str, list[str]] = defaultdict(list)
    for post in read_rows(session, query.order_by(col(Post.unit_id), col(Post.person_id))):
        if is_principal(post):
            led[post.unit_id].append(post.person_id)
    return led
