"""The overall appraisal of each subject: its parts, its gaps, and the act of giving it (BZ-52…54)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy
from sqlalchemy import func, insert
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.bulk import read_rows
from models.evidence import Entry, Subject
from models.followup import Feedback
from tasks.desk import Desk
from tasks.grading.consequences import talk_subjects

TEXTS = {
    "good_practices": "好的做法",
    "staff_opinions": "干部职工的意见建议",
    "group_opinion": "考核组的意见建议",
    "merits": "肯定的成绩",
    "shortcomings": "指出的不足",
}
UNIT_TEXTS = ("good_practices",)  # the unit's own (被考核单位好的做法): a member's appraisal may leave it to the team's
Parts = dict[str, Any]


def feedbacks(desk: Desk) -> dict[str, Feedback]:
    """Return the feedback record of each subject that has one; only to be read."""
    return {row.subject: row for row in read_rows(desk.session, _of_cycle(desk))}


def _of_cycle(desk: Desk) -> SelectOfScalar[Feedback]:
    return select(Feedback).where(Feedback.cycle_id == desk.cycle_id)


def _records(desk: Desk) -> dict[str, Feedback]:
    return {row.subject: row for row in desk.session.exec(_of_cycle(desk))}


def take_appraisals(desk: Desk) -> None:
    """Turn appraisals into feedback records with all parts, the tallies beside the texts (BZ-53)."""
    texts = {str(row.subject): row.values for row in desk.entries("appraisals")}
    known, tallies = _records(desk), _tallies(desk)
    fresh: list[dict[str, Any]] = []
    for subject in desk.subjects():
        if subject.code not in texts:
            continue
        parts = _parts(subject, texts, tallies)
        row = known.get(subject.code)
        if row is None:
            fresh.append(_prepared(desk, subject.code, parts))
        elif row.parts != parts:
            row.parts = parts
    if fresh:
        desk.session.execute(insert(Feedback), fresh)
    desk.session.flush()


def _prepared(desk: Desk, subject: str, parts: Parts) -> dict[str, Any]:
    return {
        "cycle_id": desk.cycle_id,
        "subject": subject,
        "parts": parts,
        "channel": "letter",
        "given_by": "",
        "given_on": None,
        "state": "prepared",
    }


def _parts(subject: Subject, texts: Mapping[str, Mapping[str, Any]], tallies: Mapping[str, Parts]) -> Parts:
    own, team = texts[subject.code], texts.get(subject.unit_id, {})
    parts: Parts = {name: str(own.get(name) or "").strip() for name in (*TEXTS, "requirements")}
    for name in UNIT_TEXTS:
        parts[name] = parts[name] or str(team.get(name) or "").strip()
    return parts | {"tallies": tallies.get(subject.unit_id, {}) | tallies.get(subject.code, {})}


def _tallies(desk: Desk) -> dict[str, Parts]:
    """Counts of ballots and survey forms by subject, of interviews by unit; never who said what."""
    found: dict[str, Parts] = defaultdict(dict)
    for form in ("ballots", "survey"):
        for row in desk.entries(form):
            counts = {name: row.values.get(name) for name in row.values if name.startswith(f"{form}_")}
            found[str(row.subject)][form] = counts
    for unit, count in _interviews(desk):
        found[unit]["interviews"] = count
    return found


def _interviews(desk: Desk) -> Sequence[tuple[str, int]]:
    """How many were interviewed in each unit; the database counts."""
    unit = col(Entry.values)["unit"].as_string()
    query = sqlalchemy.select(unit, func.count()).where(
        col(Entry.scope) == desk.cycle.scope, col(Entry.form) == "interviews", col(Entry.state) == "current"
    )
    return desk.session.execute(query.group_by(unit)).tuples().all()


def take_feedback_acts(desk: Desk) -> None:
    """Record each act of feedback on its appraisal; a corrected act corrects the record."""
    known = _records(desk)
    fresh = []
    for entry in desk.entries("feedback_acts"):
        row = known.get(str(entry.subject))
        if row is None:
            continue
        told = (entry.values["channel"], entry.values["given_by"], date.fromisoformat(entry.values["given_on"]))
        if (row.channel, row.given_by, row.given_on) != told:
            row.channel, row.given_by, row.given_on = told
        if row.state == "prepared":
            fresh.append(row)
    desk.move(fresh, "give")
    desk.session.flush()


def feedback_gaps(desk: Desk) -> dict[str, list[str]]:
    """Return the parts that each subject's appraisal lacks (BZ-53); a subject of a talk needs requirements (BZ-54)."""
    known, talks = feedbacks(desk), talk_subjects(desk)
    gaps = {}
    for subject in desk.subjects():
        row = known.get(subject.code)
        parts = row.parts if row else {}
        lacking = [label for name, label in TEXTS.items() if not parts.get(name)]
        if not parts.get("tallies"):
            lacking.append("民主测评、个别谈话、民意调查的情况")
        if subject.code in talks and not parts.get("requirements"):
            lacking.append("整改要求")
        if lacking:
            gaps[subject.code] = lacking
    return gaps


def given_subjects(desk: Desk) -> set[str]:
    """Return the subjects to whom feedback was given."""
    return {code for code, row in feedbacks(desk).items() if row.state == "given"}


def wrong_channels(desk: Desk) -> list[str]:
    """Return the subjects of a talk whose feedback went by letter (BZ-54)."""
    talks = talk_subjects(desk)
    return [
        code
        for code, row in feedbacks(desk).items()
        if code in talks and row.state == "given" and row.channel == "letter"
    ]
