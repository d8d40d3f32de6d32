"""The year's facts through the scheme's rules: scores, who is barred and why, what follows (kind assessment)."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlmodel import select

from config.review_results import AssessmentSpec
from models.evidence import Fact
from models.grading import FactFrame
from scoring.assess import assess
from scoring.case import SUBJECTS, CaseFrames
from tasks.cycle.freeze_subjects import is_principal
from tasks.duties.found import Flaw, Found, Proposed, Table, Turn
from tasks.evidence.frames import FACTS, freeze_frames
from tasks.roster.posts import posts_on

SCORED = ("对象", "得分", "怎样得出")
BOUND = ("对象", "最高可定", "规则", "条款")


def assessment(turn: Turn, spec: AssessmentSpec) -> Found:
    """Assess everybody who owed on the facts of this scheme and year; the frames are kept, so that it replays."""
    frames = year_frames(turn)
    answer = assess(turn.desk.pack.scheme, frames, "propose").to_json()
    found = [row for kind in ("violations", "blocks", "notices") for row in answer[kind] if row["subject"]]
    scores = _scores(turn, spec, answer)
    bound = _bound(turn, answer)
    return Found(
        flaws=tuple(Flaw(row["rule"], row["subject"], f"{turn.name(row['subject'])}:{row['detail']}") for row in found),
        tables=(Table(spec.title or turn.duty.label, SCORED, scores), Table("受限的等次", BOUND, bound)),
        proposed=tuple(_proposed(row) for row in answer["consequences"]),
        figures={
            "assessed": frames.subjects.height,
            "scored": len(scores),
            "bound": len(bound),
            "frame": _kept(turn, frames),
        },
    )


def year_frames(turn: Turn) -> CaseFrames:
    """Return the persons who owed, in the post of the opening day, with all facts of this scheme and year."""
    posts = posts_on(turn.desk.session, turn.period.opened_on)
    held = [(owed.owner, posts[owed.owner]) for owed in turn.owed if owed.owner in posts]
    people = [(code, "principal" if is_principal(post) else post.tier, post.unit_id) for code, post in held]
    tiers = turn.desk.pack.scheme.tiers
    subjects = sorted(row for row in people if row[1] in tiers)
    about = {code for code, _, _ in subjects} | {unit for _, _, unit in subjects}
    query = select(Fact).where(Fact.scope == turn.desk.cycle.scope, Fact.state == "current")
    rows = sorted(
        (fact.subject, fact.name, fact.value, fact.source, fact.dated.isoformat())
        for fact in turn.desk.session.exec(query)
        if fact.subject in about
    )
    return CaseFrames(
        year=turn.desk.cycle.year,
        subjects=pl.DataFrame(subjects, schema=SUBJECTS, orient="row"),
        facts=pl.DataFrame(rows, schema=FACTS, orient="row"),
        config=dict(turn.desk.cycle.config),
    )


def _kept(turn: Turn, frames: CaseFrames) -> str:
    """The hash of the frames, which are stored for a replay."""
    digest, content = freeze_frames(frames)
    session = turn.desk.session
    if session.get(FactFrame, digest) is None:
        session.add(FactFrame(hash=digest, content=content, frozen_at=turn.desk.now))
        session.flush()
    return digest


def _scores(turn: Turn, spec: AssessmentSpec, answer: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The score of each subject and how it came about, as the trace tells it; in order of names' codes."""
    component = next(each for each in turn.desk.pack.scheme.components if each.name == spec.score)
    told = {
        row["subject"]: row["inputs"]
        for row in reversed(answer["trace"])
        if row["kind"] == "score" and row["rule"] == component.id
    }
    scores = answer["scores"]
    return tuple(
        (turn.name(code), scores[code][spec.score], told.get(code, "")) for code in scores if spec.score in scores[code]
    )


def _bound(turn: Turn, answer: Mapping[str, Any]) -> tuple[tuple[str, str, str, str], ...]:
    clauses = turn.desk.pack.scheme.citations()
    return tuple(
        (turn.name(code), row["grade"], row["rule"], clauses[row["rule"]].clause)
        for code, row in sorted(answer["ceilings"].items())
    )


def _proposed(row: Mapping[str, Any]) -> Proposed:
    options: Sequence[str] = row.get("options", ())
    return Proposed(row["subject"], row["rule"], row["action"], tuple(options))
