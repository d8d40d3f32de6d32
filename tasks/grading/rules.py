"""Between tables and core: grades are proposed and checked on frozen frames, and the answer is read back in words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from sqlmodel import col, select

from models.bulk import read_rows
from models.grading import DecidedGrade, Decision, FactFrame, Proposal, ProposalSheet
from scoring.assess import assess
from scoring.board import set_up
from scoring.case import GIVEN, CaseFrames
from scoring.kinds.comparison import AnnualCap
from scoring.kinds.quota import Quota
from scoring.prepared import prepare
from scoring.scheme import Scheme
from tasks.desk import Desk
from tasks.documents.files import called, printed_subjects
from tasks.evidence.frames import thaw_frames


@dataclass(frozen=True)
class Broken:
    """A rule that grades break: on a subject or, for a quota, on a pool."""

    target: str
    rule: str
    clause: str
    detail: str
    hard: bool

    @property
    def key(self) -> str:
        """Return what an exception names: rule and target."""
        return f"{self.rule}|{self.target}"


def propose_grades(desk: Desk, frames: CaseFrames) -> dict[str, Any]:
    """Return the core's proposal; without a preliminary grade a subject is blocked (BZ-41)."""
    blank = pl.DataFrame(schema=GIVEN)
    return assess(desk.pack.scheme, replace(frames, given=blank, base="block"), "propose").to_json()


def check_grades(desk: Desk, frames: CaseFrames, grades: Mapping[str, str]) -> dict[str, Any]:
    """Return what the core says of given grades on the same frames."""
    given = pl.DataFrame({"subject": list(grades), "grade": list(grades.values())}, schema=GIVEN)
    return assess(desk.pack.scheme, replace(frames, given=given), "check").to_json()


def broken_rules(desk: Desk, answer: Mapping[str, Any]) -> list[Broken]:
    """Return the violations of an assessment, hard ones first.

    Those of the annual assessment's cap are left out: they bind the annual grade, not this one (BZ-15, BZ-16).
    """
    elsewhere = {rule.id for rule in desk.pack.scheme.rules if isinstance(rule, AnnualCap)}
    rows = [
        Broken(row["subject"] or row["pool"], row["rule"], row["clause"], row["detail"], row["force"] == "hard")
        for row in answer["violations"]
        if row["rule"] not in elsewhere
    ]
    return sorted(rows, key=lambda row: not row.hard)


def current_sheet(desk: Desk, *states: str) -> ProposalSheet | None:
    """Return the sheet of the latest round in one of these states (all but replaced when none are given)."""
    query = select(ProposalSheet).where(
        ProposalSheet.cycle_id == desk.cycle_id, col(ProposalSheet.state).in_(states or ("drafted", "confirmed"))
    )
    return desk.session.exec(query.order_by(col(ProposalSheet.round).desc())).first()


def confirmed_sheet(desk: Desk) -> ProposalSheet:
    """Return the confirmed sheet; there is one from the end of the proposal stage on."""
    sheet = current_sheet(desk, "confirmed")
    assert sheet is not None, "no confirmed proposal: stages are out of order"
    return sheet


def frames_of(desk: Desk, sheet: ProposalSheet) -> CaseFrames:
    """Return the frames that a sheet rests on, thawed once a transaction."""
    thawed: dict[str, CaseFrames] = desk.session.info.setdefault("frames", {})
    if sheet.frame_hash not in thawed:
        thawed[sheet.frame_hash] = thaw_frames(desk.session.get_one(FactFrame, sheet.frame_hash).content)
    return thawed[sheet.frame_hash]


def proposals_of(desk: Desk, sheet: ProposalSheet) -> dict[str, Proposal]:
    """Return a sheet's proposals by subject, in their order; only to be read."""
    query = select(Proposal).where(Proposal.sheet_id == sheet.id).order_by(col(Proposal.id))
    return {row.subject: row for row in read_rows(desk.session, query)}


def current_decision(desk: Desk) -> Decision | None:
    """Return the decision that stands, or None before the party committee has decided."""
    query = select(Decision).where(Decision.cycle_id == desk.cycle_id, Decision.state == "decided")
    return desk.session.exec(query).first()


def standing_decision(desk: Desk) -> Decision:
    """Return the decision that stands; there is one from the end of the decision stage on."""
    decision = current_decision(desk)
    assert decision is not None, "no decision stands: stages are out of order"
    return decision


def decided_grades(desk: Desk, decision: Decision) -> dict[str, DecidedGrade]:
    """Return the grades of a decision by subject, in their order; only to be read."""
    query = select(DecidedGrade).where(DecidedGrade.decision_id == decision.id).order_by(col(DecidedGrade.id))
    return {row.subject: row for row in read_rows(desk.session, query)}


def target_names(desk: Desk) -> dict[str, str]:
    """Return what people call each subject and each pool."""
    pools = {pool.id: pool.label for pool in desk.pack.scheme.pools}
    return pools | {code: called(subject) for code, subject in printed_subjects(desk).items()}


def say_broken(rows: Iterable[Broken], names: Mapping[str, str]) -> list[str]:
    """Return one line a broken rule: whom it concerns, what was found, rule and clause."""
    force = {True: "刚性规定", False: "一般性规定"}
    return [
        f"{names.get(row.target, row.target)}:{row.detail}({row.rule}“{row.clause}”,{force[row.hard]})" for row in rows
    ]


@dataclass(frozen=True)
class QuotaUse:
    """A pool with its counts: `limit` places (None: no quota) at `grade` or better, `used` of them.

    A parted pool is one line: the places of all its competitions together.
    """

    pool: str
    label: str
    total: int
    grade: str
    limit: int | None
    used: int
    rule: str
    counts: Mapping[str, int]


def quota_use(desk: Desk, frames: CaseFrames, grades: Mapping[str, str]) -> list[QuotaUse]:
    """Return how each pool of the cycle stands with these grades (BZ-07, BZ-08)."""
    return quotas(desk.pack.scheme, frames, grades)


def quotas(scheme: Scheme, frames: CaseFrames, grades: Mapping[str, str]) -> list[QuotaUse]:
    """Return how each pool of a scheme stands: how many there are, how many places, how many taken."""
    board = set_up(scheme, prepare(scheme, frames), frames, proposing=True)
    rules = {rule.pool: rule for rule in reversed(scheme.rules) if isinstance(rule, Quota) and not rule.share_tier}
    pools = dict(board.frame.drop_nulls("pool").select("id", "pool").iter_rows())
    sizes = Counter(pools.values()) | Counter(dict(frames.pools))
    uses = []
    for pool in scheme.pools:
        mine = [key for key in sizes if key.partition("/")[0] == pool.id] or [pool.id]
        counts = _counts(scheme.scale_for(pool.tiers[0]).grades, [g for s, g in grades.items() if pools.get(s) in mine])
        total = sum(sizes[key] for key in mine)
        rule = rules.get(pool.id)
        grade = rule.grade if rule else next(iter(counts))
        used = sum(number for name, number in counts.items() if list(counts).index(name) <= list(counts).index(grade))
        limit = sum(rule.seats(sizes[key], board) for key in mine) if rule else None
        uses.append(QuotaUse(pool.id, pool.label, total, grade, limit, used, rule.id if rule else "", counts))
    return uses


def _counts(scale: Iterable[str], grades: Iterable[str]) -> dict[str, int]:
    counted = Counter(grades)
    return {grade: counted[grade] for grade in scale}


def pool_by_subject(desk: Desk) -> dict[str, str]:
    """Return the pool of each active subject."""
    tiers = desk.pack.scheme.tiers
    return {row.code: tiers[row.tier].pool or "" for row in desk.subjects()}
