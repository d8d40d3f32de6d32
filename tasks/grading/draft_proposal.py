"""Drafting a round of proposals: facts frozen, the core asked, its answer kept beside the frames it rests on."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import select

from models.bulk import read_rows
from models.cycle import Gate
from models.evidence import Entry
from models.grading import FactFrame, PreliminaryGrade, Proposal, ProposalSheet
from scoring.case import CaseFrames
from tasks.desk import Desk
from tasks.evidence.frames import freeze_frames
from tasks.grading.rules import current_sheet, propose_grades
from tasks.outbox.obsolete import withdraw_question

GATE = "proposal_confirm"


def take_preliminary(desk: Desk) -> None:
    """Turn rows of the groups' sheet into preliminary grades; a corrected row replaces the older grade (BZ-41)."""
    known = preliminary_grades(desk)
    fresh = [row for row in desk.entries("preliminary") if _is_news(known.get(str(row.subject)), row)]
    old = [known[str(row.subject)] for row in fresh if row.subject in known]
    desk.move(old, "replace", table=PreliminaryGrade, reason="初步意见表更正")
    if fresh:
        desk.session.execute(insert(PreliminaryGrade), [_preliminary(desk, row) for row in fresh])


def preliminary_grades(desk: Desk) -> dict[str, PreliminaryGrade]:
    """Return the current preliminary grade of each subject; only to be read."""
    query = select(PreliminaryGrade).where(
        PreliminaryGrade.cycle_id == desk.cycle_id, PreliminaryGrade.state == "current"
    )
    return {row.subject: row for row in read_rows(desk.session, query)}


def _is_news(known: PreliminaryGrade | None, entry: Entry) -> bool:
    return entry.subject is not None and (known is None or known.entry_id != entry.id)


def _preliminary(desk: Desk, entry: Entry) -> dict[str, Any]:
    return {
        "cycle_id": desk.cycle_id,
        "subject": str(entry.subject),
        "grade": entry.values["grade"],
        "rank": entry.values.get("rank"),
        "reason": entry.values.get("reason") or "",
        "group_name": entry.values["group"],
        "entry_id": entry.id,
        "state": "current",
    }


def draft_sheet(desk: Desk, frames: CaseFrames) -> ProposalSheet:
    """Return the sheet that rests on today's facts, `frames`: the drafted one while nothing changed, else a new round.

    A new round drops the question about the old one, so that nobody confirms what has been overtaken.
    """
    digest, content = freeze_frames(frames)
    sheet = current_sheet(desk)
    if sheet is not None and (sheet.state == "confirmed" or sheet.frame_hash == digest):
        return sheet
    if sheet is not None:
        desk.move(sheet, "replace", reason="资料已更新")
        _drop_question(desk)
    if desk.session.get(FactFrame, digest) is None:
        desk.session.add(FactFrame(hash=digest, content=content, frozen_at=desk.now))
        desk.session.flush()
    return _new_sheet(desk, digest, frames)


def _new_sheet(desk: Desk, digest: str, frames: CaseFrames) -> ProposalSheet:
    rounds = select(func.max(ProposalSheet.round)).where(ProposalSheet.cycle_id == desk.cycle_id)
    answer = propose_grades(desk, frames)
    sheet = ProposalSheet(
        cycle_id=desk.cycle_id,
        round=(desk.session.exec(rounds).one() or 0) + 1,
        frame_hash=digest,
        assessment={name: value for name, value in answer.items() if name != "trace"},  # the frame replays it
        drafted_on=desk.today,
    )
    desk.session.add(sheet)
    desk.session.flush()
    rows = _rows(desk, sheet, answer)
    if rows:
        desk.session.execute(insert(Proposal), rows)
    detail = {"round": sheet.round, "frame": digest, "members": frames.subjects.height, "blocks": len(answer["blocks"])}
    desk.audit("proposal_sheet.draft", detail)
    return sheet


def _rows(desk: Desk, sheet: ProposalSheet, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    preliminary, ceilings = preliminary_grades(desk), answer["ceilings"]
    return [
        {
            "sheet_id": sheet.id,
            "subject": code,
            "preliminary": preliminary[code].grade if code in preliminary else None,
            "grade": grade,
            "ceiling": ceilings.get(code, {}).get("grade"),
            "ceiling_rule": ceilings.get(code, {}).get("rule"),
            "reason": "",
        }
        for code, grade in answer["grades"].items()
    ]


def _drop_question(desk: Desk) -> None:
    query = select(Gate).where(Gate.cycle_id == desk.cycle_id, Gate.kind == GATE, Gate.state == "open")
    for gate in desk.session.exec(query).all():
        desk.move(gate, "drop", reason="资料已更新,按新一稿重新确认")
        withdraw_question(desk.session, gate, by=desk.by, now=desk.now)
