"""What holds of every proposal: it passes its own check, its trace explains it, order does not matter."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from config.scheme_loader import Pack
from scoring.assess import assess
from scoring.case import CaseFrames
from tests.properties.compared import core_answer
from tests.properties.samples import packs_with_cases, tries
from tests.properties.texts import readable_text
from tests.reference.engine import answer_of

Sample = tuple[Pack, list[CaseFrames]]
BOUNDING = ("cap", "bar", "force", "lift", "linkage", "quota", "ungraded")
GIVEN = {"subject": pl.String(), "grade": pl.String()}


def bounding(pack: Pack) -> set[str]:
    """The rules that say which grades are open."""
    return {rule["id"] for rule in pack.maps["rules.yaml"]["rules"] if rule["kind"] in BOUNDING}


@tries(18)
@given(packs_with_cases(2))
def test_check_finds_no_fault_with_a_proposal(sample: Sample):
    """The proposed grades, given back, break no rule that bounds grades."""
    pack, cases = sample
    for frames in cases:
        proposed = core_answer(pack, frames, "propose")
        given_back = pl.DataFrame(list(proposed.grades.items()), GIVEN, orient="row")
        checked = core_answer(pack, replace(frames, given=given_back), "check")
        assert checked.grades == proposed.grades
        broken = {pair for pair in checked.violations if pair[1] in bounding(pack)}
        assert not broken, f"{broken}\n{proposed.grades}\n{readable_text(pack, frames)}"


@tries(15)
@given(packs_with_cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(sample: Sample, random: Any):
    """Subjects, facts, history, given grades and marks in another order give the same answer."""
    pack, (frames,) = sample
    mixed = replace(
        frames,
        **{name: _mixed(getattr(frames, name), random) for name in ("subjects", "facts", "history", "given", "marks")},
    )
    assert core_answer(pack, mixed, "propose") == core_answer(pack, frames, "propose"), readable_text(pack, frames)


def _mixed(frame: pl.DataFrame, random: Any) -> pl.DataFrame:
    return frame[random.sample(range(frame.height), frame.height)]


@tries(15)
@given(packs_with_cases(2))
def test_the_trace_gives_the_grade(sample: Sample):
    """Base, ceilings, floors, forces and seats of the trace alone lead to the proposed grade."""
    pack, cases = sample
    for frames in cases:
        answer = assess(pack.scheme, frames, "propose")
        grades = dict(answer.grades.iter_rows())
        tiers = dict(frames.subjects.select("id", "tier").iter_rows())
        for subject, grade in grades.items():
            scale = pack.scheme.tiers[tiers[subject]].scale
            steps = answer.trace.filter(pl.col("subject") == subject).select("kind", "after").rows()
            assert retraced(steps, scale.grades if scale else ()) == grade, (
                f"{subject} {steps}\n{readable_text(pack, frames)}"
            )


def retraced(steps: Sequence[tuple[str, str]], scale: Sequence[str]) -> str:
    """The grade that the steps lead to: the worst force, else the base raised by floors and lowered by the rest."""
    if any(kind == "ungraded" for kind, _ in steps):
        return "不确定等次"
    ranks = {
        kind: [scale.index(after) for at, after in steps if at == kind]
        for kind in ("base", "ceiling", "floor", "force", "seat")
    }
    if ranks["force"]:
        return scale[max(ranks["force"])]
    best = min([*ranks["base"], *ranks["floor"]])
    return scale[max([best, *ranks["ceiling"], *ranks["seat"]])]


@tries(15)
@given(packs_with_cases())
def test_nothing_depends_on_the_trace(sample: Sample):
    """Without a trace the answer is the same."""
    pack, (frames,) = sample
    traced = answer_of(assess(pack.scheme, frames, "propose").to_json())
    assert core_answer(pack, frames, "propose") == traced, readable_text(pack, frames)
