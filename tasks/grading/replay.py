"""Replay: every proposal of a cycle is assessed again from its stored pack and frames and must give the same bytes."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select

from config.scheme_loader import content_hash
from models.audit import canonical_json
from models.cycle import SchemeSnapshot
from models.grading import FactFrame, ProposalSheet
from tasks.desk import Desk
from tasks.evidence.frames import thaw_frames
from tasks.grading.explain import KEPT
from tasks.grading.rules import check_grades, proposals_of, propose_grades


@dataclass(frozen=True)
class Replayed:
    """How many rounds of proposals were assessed again, and what differed, in words; empty when nothing did."""

    cycle: str
    rounds: int
    differences: tuple[str, ...] = field(default=())


def replay_cycle(desk: Desk) -> Replayed:
    """Assess every round of proposals again, replaced ones too; one difference a round is told, the first."""
    query = select(ProposalSheet).where(ProposalSheet.cycle_id == desk.cycle_id).order_by(col(ProposalSheet.round))
    sheets = list(desk.session.exec(query))
    found = [*_changed_pack(desk), *(line for sheet in sheets for line in _changed_round(desk, sheet))]
    return Replayed(desk.cycle.key, len(sheets), tuple(found))


def _changed_pack(desk: Desk) -> Iterator[str]:
    snapshot = desk.session.get_one(SchemeSnapshot, desk.cycle.scheme_hash)
    if content_hash(snapshot.files) != snapshot.hash:
        yield f"方案快照 {snapshot.hash[:12]} 的内容与其校验值不符"


def _changed_round(desk: Desk, sheet: ProposalSheet) -> Iterator[str]:
    frame = desk.session.get_one(FactFrame, sheet.frame_hash)
    if hashlib.sha256(frame.content.encode()).hexdigest() != frame.hash:
        yield f"第{sheet.round}稿:冻结的资料 {frame.hash[:12]} 与其校验值不符"
        return
    stored, again = _core_part(sheet.assessment), _assessed(desk, sheet, frame.content)
    if canonical_json(stored) != canonical_json(again):
        yield f"第{sheet.round}稿:{first_difference(stored, again)}"


def _core_part(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """What the core answered, without explanations and what people added at the confirmation."""
    return {name: value for name, value in assessment.items() if name not in ("confirmed", KEPT)}


def _assessed(desk: Desk, sheet: ProposalSheet, content: str) -> dict[str, Any]:
    """The answer of today's core on the frozen frames; a confirmed sheet holds the violations of what was confirmed."""
    frames = thaw_frames(content)
    answer = {name: value for name, value in propose_grades(desk, frames).items() if name != "trace"}
    if "confirmed" in sheet.assessment:
        grades = {code: row.grade for code, row in proposals_of(desk, sheet).items()}
        answer["violations"] = check_grades(desk, frames, grades)["violations"]
    return answer


def first_difference(stored: Any, again: Any, place: str = "") -> str:
    """Say where two JSON values differ first: the place, what was stored, what came out now."""
    if isinstance(stored, Mapping) and isinstance(again, Mapping):
        for name in sorted({*stored, *again}):
            if stored.get(name) != again.get(name) or (name in stored) != (name in again):
                return first_difference(stored.get(name), again.get(name), f"{place}.{name}" if place else str(name))
    if isinstance(stored, list) and isinstance(again, list):
        for at, (old, new) in enumerate(zip(stored, again, strict=False)):
            if old != new:
                return first_difference(old, new, f"{place}[{at + 1}]")
        if len(stored) != len(again):
            return f"{place}:原有 {len(stored)} 条,现得 {len(again)} 条"
    return f"{place}:原为 {canonical_json(stored)},现得 {canonical_json(again)}"
