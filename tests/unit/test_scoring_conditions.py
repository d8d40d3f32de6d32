"""The language of conditions: what it says, what it refuses, and what a missing fact means."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from scoring.conditions import ConditionError, compile_condition
from scoring.fact_decl import FactDecl, built_in

FACTS = {
    fact.name: fact
    for fact in (
        FactDecl("valid", "有效票", "count"),
        FactDecl("against", "不满意票", "count"),
        FactDecl("found", "专项调查", "enum", values=("none", "open", "substantiated")),
        FactDecl("veto", "否决", "bool"),
        FactDecl("score", "得分", "number"),
        FactDecl("total", "总分", "number", places=12),
        FactDecl("sheet", "表单", "enum", values=("none", "other")),
        FactDecl("note", "备注", "text"),
        FactDecl("begun", "开始", "date"),
        FactDecl("ended", "结束", "date"),
        FactDecl("tags", "标签", "set", values=("p", "q")),
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
        ("score < 89.5", {"score": Decimal("89.499999")}, True),
        ("score < 89.5", {"score": Decimal("89.5")}, False),
        ("score * 0.15 = 13.49925", {"score": Decimal("89.995")}, True),
        ("total * score >= 10.5", {"total": Decimal("3.5"), "score": Decimal(3)}, True),
        ("total * score >= 10.5", {"total": Decimal("3.499999999999"), "score": Decimal(3)}, False),
        ("score IN (1.5, 2)", {"score": Decimal(2)}, True),
        ("score NOT IN (1.5, 2)", {"score": Decimal("1.5")}, False),
        ("score BETWEEN 1.5 AND valid", {"score": Decimal("1.499999"), "valid": 2}, False),
        ("valid > 2.5", {"valid": 3}, True),
        ("valid > 2.5", {"valid": 2}, False),
        ("found = sheet", {"found": "none", "sheet": "none"}, True),
        ("found = sheet", {"found": "open", "sheet": "other"}, False),
        ("found <> note", {"found": "open", "note": "open"}, False),
        ("note IN (sheet, 'open')", {"note": "other", "sheet": "other"}, True),
        ("note IN (sheet, 'open')", {"note": "none", "sheet": "other"}, False),
        ("begun <= ended", {"begun": date(2020, 3, 1), "ended": date(2020, 3, 1)}, True),
        ("begun < ended", {"begun": date(2020, 3, 1), "ended": date(2020, 3, 1)}, False),
        ("begun < ended", {"begun": "2020-02-29", "ended": "2020-03-01"}, True),
        ("score > 89", {"score": 90}, True),
        ("begun BETWEEN ended AND ended", {"begun": date(2020, 2, 29), "ended": date(2020, 3, 1)}, False),
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
        ("score > 0.1234567", "0.1234567"),
        ("score > 1000000000000000", "1000000000000000"),
        ("total * total * score > 1", "30 位小数"),
        ("begun > '2020-01-01'", "'2020-01-01'"),
        ("begun > 2020", "2020"),
        ("begun", '"begun"'),
        ("begun + 1 > 2", '"begun"'),
        ("tags = 'p'", "集合"),
        ("found = sheet AND note > sheet", '"note"'),
        ("score > .5", "'.'"),
    ],
)
def test_what_lies_outside_the_language_is_refused(text, found):
    """The error says what was found, what is allowed and what to do."""
    with pytest.raises(ConditionError) as refusal:
        compile_condition(text, FACTS, SETTINGS)
    assert found in refusal.value.found
    assert refusal.value.allowed
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("bool", ["true", "false"], ["True", "1", ""]),
        ("count", ["0", "12"], ["-1", "1.0", "", "1e3", "1234567890123456"]),
        (
            "number",
            ["0", "-1.5", "89.999999", "12345678901234"],
            ["1.1234567", "1e3", "", "NaN", "123456789012345", "1."],
        ),
        ("date", ["2020-02-29"], ["2021-02-29", "2020-3-1", "2020-02", "", "20200301"]),
        ("set", ["", "p", "q、p"], ["r", "p,q", "p、"]),
        ("enum", ["p", "q"], ["r", ""]),
        ("text", ["", "anything"], []),
    ],
)
def test_a_text_is_read_as_it_is_accepted(kind, good, bad):
    """What a form accepts becomes a value, what it refuses becomes null: no text is rounded or guessed at."""
    fact = FactDecl("f", "事实", kind, values=("p", "q"))
    frame = pl.DataFrame({"f": [*good, *bad]}, {"f": pl.String()}).select(fact.column(pl.col("f")).alias("f"))
    assert [fact.accepts(text) for text in (*good, *bad)] == [True] * len(good) + [False] * len(bad)
    assert frame["f"].is_not_null().to_list() == [True] * len(good) + [False] * len(bad)
    assert frame.schema["f"] == fact.dtype
    assert fact.allowed()


def test_a_set_holds_each_value_once():
    """Whatever the order and however often it was written."""
    fact = FactDecl("f", "事实", "set", values=("p", "q"))
    frame = pl.DataFrame({"f": ["q、p、q", ""]}).select(fact.column(pl.col("f")).list.sort().alias("f"))
    assert frame["f"].to_list() == [["p", "q"], []]


def test_what_the_core_declares_is_readable_everywhere():
    """tier, unit, pool and year; a tier that does not exist is a misspelling."""
    names = built_in({"team": "班子", "head": "正职"})
    condition = compile_condition("tier = 'team' AND pool = 'city' AND unit <> 'U' AND year >= 2020", names)
    assert condition.holds({"tier": "team", "pool": "city", "unit": "V", "year": 2020}) is True
    assert condition.holds({"tier": "team", "pool": "city", "unit": "V", "year": 2019}) is False
    with pytest.raises(ConditionError, match="没有 'chief' 这个值"):
        compile_condition("tier = 'chief'", names)


@pytest.mark.parametrize(
    ("text", "told"),
    [("a / 2 > 1", "两边同乘"), ("a = “甲”", "英文单引号"), ("a = '甲", "英文单引号"), ("a ≥ 2", "所列的符号")],
)
def test_a_sign_that_the_language_lacks_has_its_own_remedy(text, told):
    """Division, Chinese quotes and signs of other keyboards are three mistakes."""
    with pytest.raises(ConditionError) as refused:
        compile_condition(text, {})
    assert told in refused.value.remedy
