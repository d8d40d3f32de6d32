"""What a condition can come to: what can come true is never called impossible, what may fail is never called sure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.checks.trial import Trial
from config.scheme_loader import load_scheme_files
from scoring.conditions import compile_condition
from scoring.fact_decl import FactDecl
from tests.packs import tiny

NAMES = ("a", "b", "c")
SKIP, VALUE = {"team": "skip"}, {"team": "0"}
FACTS = {
    **{name: FactDecl(name, name, "count", missing=SKIP) for name in NAMES},
    "sure": FactDecl("sure", "总有", "count", missing=VALUE),
    "score": FactDecl("score", "分数", "number", missing=VALUE),
    "kind": FactDecl("kind", "种类", "enum", values=("p", "q"), missing={"team": "p"}),
    "start": FactDecl("start", "开始", "date", missing=SKIP),
    "end": FactDecl("end", "结束", "date", missing=SKIP),
}
numbers = st.one_of(st.integers(0, 20), st.integers(0, 300))


@pytest.fixture(scope="module")
def trial() -> Trial:
    return Trial(load_scheme_files(tiny()).scheme, ("team",))


@st.composite
def comparisons(draw: st.DrawFn, values: dict[str, int]) -> str:
    """A comparison that holds for these values: sums, differences, multiples and products against numbers or facts."""
    one, two = (draw(st.sampled_from(NAMES)) for _ in range(2))
    factor = draw(st.integers(2, 9))
    left, value = draw(
        st.sampled_from(
            [
                (one, values[one]),
                (f"{factor} * {one}", factor * values[one]),
                (f"({one} + {two})", values[one] + values[two]),
                (f"({one} - {two})", values[one] - values[two]),
            ]
        )
    )
    third = draw(st.sampled_from(NAMES))
    right, other = draw(st.sampled_from([(third, values[third]), (str(n := draw(numbers)), n)]))
    sign = "=" if value == other else "<" if value < other else ">"
    return f"{left} {sign} {right}"


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """A conjunction that some facts make true."""
    values = {name: draw(numbers) for name in NAMES}
    return " AND ".join(draw(st.lists(comparisons(values), min_size=1, max_size=3)))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(text=conditions())
def test_what_can_come_true_is_never_called_impossible(trial: Trial, text: str) -> None:
    """An author is not accused of a dead rule that is alive."""
    assert trial.can_be(compile_condition(text, FACTS, {}), True)


@pytest.mark.parametrize(
    ("text", "true", "false", "always"),
    [
        ("a >= 10", True, True, False),
        ("a < 0", False, True, False),
        ("a >= 0", True, False, False),  # it may be missing
        ("sure >= 0", True, False, True),
        ("score >= 0", True, True, False),  # a number may be negative
        ("score > 89.99 AND score < 90", True, True, False),
        ("kind IN ('p', 'q')", True, False, True),
        ("kind = 'p' AND kind = 'q'", False, True, False),
        ("a > 60 AND 2 * a < 100", False, True, False),
        ("end > start", True, True, False),
        ("end > start AND start > end", False, True, False),
        ("TRUE", True, False, True),
    ],
)
def test_what_a_condition_can_come_to(trial: Trial, text: str, true: bool, false: bool, always: bool) -> None:
    """Boundaries of counts and decimals, enum values, dates, facts that may be missing."""
    condition = compile_condition(text, FACTS, {})
    assert (trial.can_be(condition, True), trial.can_be(condition, False)) == (true, false)
    assert trial.always(condition) is always


@pytest.mark.parametrize(("key", "possible"), [("points.low", True), ("law.fixed", False)])
def test_only_a_setting_that_may_be_overridden_counts_with_all_its_values(
    trial: Trial, key: str, possible: bool
) -> None:
    """points.low is 10 and may be up to 99; law.fixed is 3 for good."""
    defaults = {"points.low": 10, "law.fixed": 3}
    condition = compile_condition(f"a < ${key} AND a > 50", FACTS, defaults)
    assert trial.can_be(condition, True) is possible
