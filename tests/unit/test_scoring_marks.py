"""How scorers mark: spread of an item and leniency of a scorer, at their limits."""

from decimal import Decimal

import polars as pl
import pytest

from scoring.case import MARKS
from tasks.evidence.frames import freeze_frames, thaw_frames
from tests.packs import make_case
from tests.rule_packs import check, followed, rule, scheme_of

SPREAD = rule("M-1", "spread", "at_least: 30, base: $spread.base, action: HALVE")
LENIENT = rule("M-2", "leniency", "problem: poor, message: 打分过宽, action: TALK")
SCHEME = scheme_of(SPREAD, LENIENT)


def marks(*values, full="10", item="扶贫", scorer="扶贫办"):
    rows = [(item, scorer, "", Decimal(full), f"C{at}", Decimal(value)) for at, value in enumerate(values)]
    return pl.DataFrame(rows, MARKS, orient="row")


def ask(frame, facts=(), subjects=(("C0", "team", "C0"),), **fields):
    return check(SCHEME, subjects, dict(facts), {}, marks=frame, **fields)


@pytest.mark.parametrize(
    ("low", "full", "half"),
    [("6.8", "10", "5"), ("6.500001", "10", "5"), ("6.5", "10", None), ("6.4", "10", None), ("7", "9.5", "4.75")],
)
def test_marks_that_lie_too_close_halve_the_item(low, full, half):
    """GS-15: 27 % of the full mark is too little, 30 % is not; half of 9.5 is 4.75."""
    found = followed(ask(marks("9.5", "8", low, full=full)), "value")
    assert found == ([] if half is None else [("扶贫", "HALVE", half)])


def test_the_base_may_be_the_highest_mark():
    """2.9 is 29 % of ten and 32 % of nine."""
    frame = marks("9", "6.1")
    assert followed(ask(frame)) == [("扶贫", "HALVE")]
    assert followed(ask(frame, config={"spread.base": "max_score"})) == []


def test_each_item_is_looked_at_alone():
    """One mark alone has no spread; two items do not mix."""
    frame = pl.concat([marks("10", "6", item="甲项"), marks("9", item="乙项"), marks("9", "8", item="丙项")])
    assert followed(ask(frame)) == [("丙项", "HALVE")]


@pytest.mark.parametrize(("last", "lenient"), [("10", True), ("9.99", False)])
def test_full_marks_for_everyone_are_lenient(last, lenient):
    """C-05: thirteen cities with full marks; one that lost a hundredth is enough to be spared the flag."""
    answer = ask(marks(*["10"] * 12, last))
    rows = [("扶贫", "HALVE", None), ("扶贫办", "TALK", "打分过宽:扶贫对全部对象打了满分")]
    assert followed(answer, "review") == rows[: 1 + lenient]


@pytest.mark.parametrize(("poor", "mark", "lenient"), [(True, "10", True), (False, "10", False), (True, "9", False)])
def test_full_marks_in_spite_of_problems_are_lenient(poor, mark, lenient):
    """GS-16: a county with recorded problems and full marks; the others show that the item is spread."""
    answer = ask(marks(mark, "5", "6"), {("C0", "poor"): poor})
    assert followed(answer, "review") == (
        [("扶贫办", "TALK", "打分过宽:扶贫对有突出问题的C0打了满分")] if lenient else []
    )


def test_one_subject_is_not_everyone():
    """A single full mark says nothing about the scorer, two do."""
    assert followed(ask(marks("10"))) == []
    assert ("扶贫办", "TALK") in followed(ask(marks("10", "10")))


def test_marks_are_frozen_as_text_and_change_no_old_hash():
    """Thawed marks are the same decimals; frames without marks keep the bytes that they always had."""
    frames = make_case([("C0", "team", "C0")], marks=marks("9.5", "6.123456"))
    digest, content = freeze_frames(frames)
    assert thaw_frames(content).marks.equals(frames.marks)
    assert freeze_frames(thaw_frames(content)) == (digest, content)
    assert '"marks"' not in freeze_frames(make_case([("C0", "team", "C0")]))[1]
