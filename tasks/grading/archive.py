"""The integrity archive: an entry for each decided cadre grade; corrections add entries, nothing is deleted (BZ-22)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.evidence import Subject
from models.followup import ArchiveEntry
from models.grading import Consequence, Decision, ProposalSheet
from models.roster import Person
from tasks.desk import Desk
from tasks.grading.consequences import GRADE_REVIEW, consequences, say
from tasks.grading.rules import current_decision, decided_grades


def archive_decision(desk: Desk, decision: Decision) -> int:
    """Enter the grade of every decided cadre; where an entry of this cycle stands already, a correction of it."""
    rows = _decided_cadres(desk, decision)
    latest, done = latest_entries(desk.session, desk.cycle_id), _keys(desk)
    grounds, fresh = _grounds(desk, decision), []
    for code, grade, person_id in rows:
        corrects = latest.get(code)
        kind = "grade" if corrects is None else "correction"
        key = f"{desk.cycle.key}|{code}|grade|{decision.round}"
        if key not in done:
            content = {**grounds, "grade": grade}
            fresh.append(_row(desk, key, code, person_id, kind, content, corrects.id if corrects else None))
    return _add(desk, fresh, decision, "archive.enter")


def withdraw_decision(desk: Desk, decision: Decision, reason: str) -> int:
    """Add a correcting entry to every entry that rests on a decision which is withdrawn."""
    done = _keys(desk)
    fresh = []
    for code, entry in latest_entries(desk.session, desk.cycle_id).items():
        key = f"{desk.cycle.key}|{code}|withdrawn|{decision.round}"
        if key not in done and not entry.content.get("withdrawn"):
            content = {"withdrawn": True, "reason": reason, "round": decision.round}
            fresh.append(_row(desk, key, code, entry.person_id, "correction", content, entry.id))
    return _add(desk, fresh, decision, "archive.correct")


def archive_consequences(desk: Desk, decision: Decision) -> int:
    """Enter what was imposed on cadres, beside their grades."""
    done, by_subject, fresh = _keys(desk), _standing(desk), []
    for code, grade, person_id in _decided_cadres(desk, decision):
        key = f"{desk.cycle.key}|{code}|consequence|{decision.round}"
        if code in by_subject and key not in done:
            content = {"grade": grade, "consequences": [_settled(row) for row in by_subject[code]]}
            content["labels"] = say(desk, by_subject[code])
            fresh.append(_row(desk, key, code, person_id, "consequence", content, None))
    return _add(desk, fresh, decision, "archive.consequence")


def archive_settled(desk: Desk, subjects: Iterable[str], reason: str = "") -> int:
    """Enter what stands against these persons after a settlement or reopening; a later entry corrects the earlier."""
    persons, grades = _persons(desk), _grades(desk)
    standing = _standing(desk)
    query = select(ArchiveEntry).where(ArchiveEntry.cycle_id == desk.cycle_id).order_by(col(ArchiveEntry.id))
    earlier: dict[str, list[ArchiveEntry]] = defaultdict(list)
    for entry in desk.session.exec(query):
        if is_about_consequences(entry):
            earlier[entry.subject].append(entry)
    fresh = []
    for code in sorted(set(subjects) & set(persons)):
        known, rows = earlier[code], standing[code]
        content = {
            "about": "consequence",
            "scheme": desk.pack.scheme.label,
            "grade": grades.get(code, ""),
            "consequences": [_settled(row) for row in rows],
            "labels": say(desk, rows),
        } | ({"reason": reason} if reason else {})
        if not known and not rows:
            continue
        key = f"{desk.cycle.key}|{code}|settled|{len(known) + 1}"
        kind, corrects = ("correction", known[-1].id) if known else ("consequence", None)
        fresh.append(_row(desk, key, code, persons[code], kind, content, corrects))
    if fresh:
        desk.session.execute(insert(ArchiveEntry), fresh)
        desk.audit("archive.consequence", {"count": len(fresh), "reason": reason})
    return len(fresh)


def _standing(desk: Desk) -> dict[str, list[Consequence]]:
    """What was imposed on each subject; that a grade is to be looked at again is nothing imposed."""
    found: dict[str, list[Consequence]] = defaultdict(list)
    for row in consequences(desk, "imposed", "replaced"):
        if row.action != GRADE_REVIEW:
            found[row.subject].append(row)
    return found


def _grades(desk: Desk) -> dict[str, str]:
    decision = current_decision(desk)
    return {code: row.grade for code, row in decided_grades(desk, decision).items()} if decision else {}


def is_about_consequences(entry: ArchiveEntry) -> bool:
    """Tell entries of what followed from those of grades; a correction says which it is."""
    return entry.kind == "consequence" or entry.content.get("about") == "consequence"


def latest_entries(session: Session, cycle_id: int) -> dict[str, ArchiveEntry]:
    """Return the latest grade entry or correction of each subject of a cycle."""
    query = select(ArchiveEntry).where(
        ArchiveEntry.cycle_id == cycle_id, col(ArchiveEntry.kind).in_(("grade", "correction"))
    )
    rows = session.exec(query.order_by(col(ArchiveEntry.id)))
    return {entry.subject: entry for entry in rows if not is_about_consequences(entry)}


def _decided_cadres(desk: Desk, decision: Decision) -> list[tuple[str, str, str]]:
    persons, grades = _persons(desk), decided_grades(desk, decision)
    return [(code, row.grade, persons[code]) for code, row in grades.items() if code in persons]


def _persons(desk: Desk) -> dict[str, str]:
    """The person of each code; in a routine cycle anyone of the roster."""
    if desk.cycle.kind == "routine":
        return {code: code for code in desk.session.exec(select(Person.id))}
    query = select(Subject.code, Subject.person_id).where(Subject.cycle_id == desk.cycle_id)
    return {code: person for code, person in desk.session.exec(query) if person}


def _grounds(desk: Desk, decision: Decision) -> dict[str, Any]:
    """What every entry of a decision rests on."""
    sheet = desk.session.get_one(ProposalSheet, decision.sheet_id)
    decided = f"{decision.body}决定({decision.decided_on},{decision.meeting})"
    return {
        "cycle": desk.cycle.key,
        "scheme": desk.pack.scheme.label,
        "round": decision.round,
        "evidence": [f"定等建议第{sheet.round}稿", decided],
        "frame": sheet.frame_hash,
    }


def _settled(row: Consequence) -> dict[str, str]:
    return {"rule": row.rule, "action": row.settled_action, "state": row.state, "reason": row.reason}


def _row(
    desk: Desk, key: str, code: str, person_id: str | None, kind: str, content: Mapping[str, Any], corrects: int | None
) -> dict[str, Any]:
    return {
        "key": key,
        "subject": code,
        "person_id": person_id,
        "cycle_id": desk.cycle_id,
        "year": desk.cycle.year,
        "kind": kind,
        "content": dict(content),
        "corrects_id": corrects,
        "entered_on": desk.today,
    }


def _keys(desk: Desk) -> set[str]:
    return set(desk.session.exec(select(ArchiveEntry.key).where(ArchiveEntry.cycle_id == desk.cycle_id)))


def _add(desk: Desk, rows: list[dict[str, Any]], decision: Decision, verb: str) -> int:
    if rows:
        desk.session.execute(insert(ArchiveEntry), rows)
        desk.audit(verb, {"decision": decision.round, "count": len(rows)})
    return len(rows)
