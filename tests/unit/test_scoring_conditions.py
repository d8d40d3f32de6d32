"""The language of conditions: what it says, what it refuses, and what a missing fact means."""

import polars as pl
import pytest

from scoring.conditions import ConditionError, compile_condition
from scoring.fact_decl import FactDecl

FACTS = {
    fact.name: fact
    for fact in (
        FactDecl("valid", "有效票", "count"),
        FactDecl("against", "不满意票", "count"),
        FactDecl("found", "专项调查", "enum", values=("none", "open", "substantiated")),
        FactDecl("veto", "否决", "bool"),
        FactDecl("score", "得分", "number"),
    )
}
SETTINGS = {"survey.min": 10, "survey.on": True}


def holds(text, settings=None, **values):
    return compile_condition(text, FACTS, SETTINGS).holds(values, settings)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("against * 3 > valid", {"against": 34, "valid": 100}, True),
        ("against * 3 > valid", {"against": 33, "valid": 99}, False),
        ("found = 'substantiated'", {"found": "substantiated"}, True),
        ("found IN ('none', 'open')", {"found": "substantiated"}, False),
        ("found NOT IN ('none', 'open')", {"found": "substantiated"}, True),
        ("NOT veto", {"veto": False}, True),
        ("veto = TRUE OR valid BETWEEN 1 AND 3", {"veto": False, "valid": 3}, True),
        ("veto = TRUE OR valid BETWEEN 1 AND 3", {"veto": False, "valid": 4}, False),
        ("2 * (valid - against) >= valid", {"valid": 10, "against": 5}, True),
        ("-valid < 0", {"valid": 1}, True),
        ("against + 1 = valid AND NOT veto OR veto", {"against": 1, "valid": 2, "veto": False}, True),
        ("valid < $survey.min", {"valid": 9}, True),
        ("valid < $survey.min", {"valid": 10}, False),
        ("$survey.on AND veto", {"veto": True}, True),
    ],
)
def test_a_condition_answers(text, values, expected):
    """Conditions answer for one row as their words say, on both sides of a boundary."""
    assert holds(text, **values) is expected


def test_an_unknown_fact_decides_nothing_but_what_is_false_anyway():
    """Kleene logic: 10 of 90 without an investigation is false, 34 of 100 without one is unknown."""
    text = "against * 3 > valid AND found = 'substantiated'"
    assert holds(text, against=10, valid=90) is False
    assert holds(text, against=34, valid=100) is None
    assert holds("veto OR valid > 0", veto=True) is True


def test_a_setting_is_read_when_the_condition_is_evaluated():
    """The same compiled condition follows an override."""
    assert holds("valid < $survey.min", {"survey.min": 20}, valid=15) is True
    assert holds("valid < $survey.min", valid=15) is False


def test_a_whole_frame_is_answered_at_once():
    """One answer a row, null where a fact is missing, also for a condition without facts."""
    frame = pl.DataFrame({"valid": [9, None, 10]}, {"valid": pl.Int64})
    assert compile_condition("valid < 10", FACTS).evaluate(frame).to_list() == [True, None, False]
    assert compile_condition("TRUE", FACTS).evaluate(frame).to_list() == [True] * 3


def test_decimals_are_compared_exactly():
    """A score is a decimal: three times 0.1 is not more than 0.3 by a binary hair."""
    frame = pl.DataFrame({"score": ["0.1"]}).with_columns(FACTS["score"].column(pl.col("score")))
    condition = compile_condition("score + score + score = 3 * score AND score * 10 = 1", FACTS)
    assert condition.evaluate(frame).to_list() == [True]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("valid / 2 > 3", "'/'"),
        ("lower(found) = 'open'", "lower"),
        ("found IS NULL", "IS"),
        ("misspelt > 3", "misspelt"),
        ("found = 'proven'", "proven"),
        ("found IN ('open', 'proven')", "proven"),
        ("found > 'none'", ">"),
        ("valid > 'many'", "many"),
        ("valid", '"valid"'),
        ("valid < against < 3", "'<'"),
        ("veto + 1 = 2", '"veto"'),
        ("(valid > 1", "结尾"),
        ("valid > 1; DROP TABLE x", "';'"),
        ("valid > 1 -- all", "all"),
        ("valid > 1 veto", "veto"),
        ("valid < $survey.max", "survey.max"),
        ("", "结尾"),
    ],
)
def test_what_lies_outside_the_language_is_refused(text, found):
    """The error says what was found, what is allowed and what to do."""
    with pytest.raises(ConditionError) as refusal:
        compile_condition(text, FACTS, SETTINGS)
    assert found in refusal.value.found
    assert refusal.value.allowed
    assert refusal.value.remedy
