"""Frames as text and back: what a proposal rests on is kept byte for byte, so that it replays."""

import hashlib

import orjson
import polars as pl

from models.audit import canonical_json
from scoring.case import GIVEN, HISTORY, MARKS, SUBJECTS, CaseFrames

FACTS = {"subject": pl.String(), "name": pl.String(), "value": pl.String(), "source": pl.String(), "date": pl.String()}


def freeze_frames(frames: CaseFrames) -> tuple[str, str]:
    """Return (SHA-256, canonical JSON) of the frames; equal frames give equal bytes."""
    marks = {"marks": _texts(frames.marks)} if frames.marks.height else {}  # frames without any keep their old hash
    content = canonical_json(
        {
            "year": frames.year,
            "subjects": frames.subjects.select(list(SUBJECTS)).rows(),
            "facts": _facts(frames.facts).rows(),
            "history": frames.history.select(list(HISTORY)).rows(),
            "given": frames.given.select(list(GIVEN)).rows(),
            "pools": dict(frames.pools),
            "config": dict(frames.config),
            "base": frames.base,
            **marks,
        }
    )
    return hashlib.sha256(content.encode()).hexdigest(), content


def thaw_frames(content: str) -> CaseFrames:
    """Return the frames that `freeze_frames` wrote."""
    data = orjson.loads(content)
    return CaseFrames(
        year=data["year"],
        subjects=pl.DataFrame(data["subjects"], schema=SUBJECTS, orient="row"),
        facts=pl.DataFrame(data["facts"], schema=FACTS, orient="row"),
        history=pl.DataFrame(data["history"], schema=HISTORY, orient="row"),
        given=pl.DataFrame(data["given"], schema=GIVEN, orient="row"),
        marks=_marks(data.get("marks", [])),
        pools=data["pools"],
        config=data["config"],
        base=data["base"],
    )


def _texts(marks: pl.DataFrame) -> list[tuple[str, ...]]:
    """The rows of marks as text, so that no decimal becomes a binary float on its way."""
    return marks.select(pl.col(list(MARKS)).cast(pl.String)).rows()


def _marks(rows: list[list[str]]) -> pl.DataFrame:
    texts = pl.DataFrame(rows, schema=dict.fromkeys(MARKS, pl.String()), orient="row")
    return texts.select(pl.col(name).cast(dtype) for name, dtype in MARKS.items())


def _facts(facts: pl.DataFrame) -> pl.DataFrame:
    """The facts with source and date, empty where a case has none."""
    absent = [pl.lit("", pl.String()).alias(name) for name in FACTS if name not in facts.columns]
    return facts.with_columns(absent).select(list(FACTS))
