"""Scores are exact: every arithmetic component equals the same formula in fractions, and gaps never become numbers."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.conditions import compile_condition
from scoring.fact_decl import FactDecl
from tests.component_packs import computed, scored_scheme, value, values

PLACES = 12
TEAM = "applies_to: [team], basis: default"
POINTS = st.decimals(-1000, 1000, places=3) | st.decimals(0, 100, places=6) | st.integers(0, 100).map(Decimal)
ROWS = st.lists(st.tuples(POINTS, POINTS, POINTS), min_size=1, max_size=8)
WEIGHTS = st.tuples(st.integers(0, 10000), st.integers(0, 10000)).map(sorted)  # two cuts through 100.00 percent


def rounded(exact: Fraction, places: int = PLACES) -> Decimal:
    """The fraction at so many places, half away from zero."""
    whole, rest = divmod(abs(exact) * 10**places, 1)
    units = int(whole) + (rest >= Fraction(1, 2))
    return Decimal(units if exact >= 0 else -units).scaleb(-places)


def board_of(text: str, rows: list[tuple[Decimal, ...]]) -> pl.DataFrame:
    """The components over one team for each row of the facts a, b and c."""
    teams = [f"T{at}" for at in range(len(rows))]
    facts = {
        (id_, name): number
        for id_, row in zip(teams, rows, strict=True)
        for name, number in zip("abc", row, strict=True)
    }
    return computed(scored_scheme(text), facts, [(id_, "team", id_) for id_ in teams]).frame


def one(kind: str, keys: str, name: str = "x") -> str:
    return f"  - {{id: X-1, kind: {kind}, name: {name}, label: 分, {keys}, {TEAM}}}"


FORMULAS = {
    one("sum", "parts: [a, b, {of: c, subtract: true}]", "x0"): lambda a, b, c: a + b - c,
    one("mean", "of: [a, b, c]", "x1"): lambda a, b, c: (a + b + c) / 3,
    one("product", "factors: [a, b]", "x2"): lambda a, b, _: a * b,
    one("product", "factors: [a, b], divide_by: 80", "x3"): lambda a, b, _: a * b / 80,
    one("product", "factors: [a, b, c], divide_by: 0.07", "x4"): lambda a, b, c: a * b * c / Fraction(7, 100),
    one("share", "of: a, out_of: b", "x5"): lambda a, b, _: a * 100 / b if b else None,
}


@settings(max_examples=40)
@given(ROWS)
def test_sums_means_and_products_equal_fractions(rows):
    """Sum, mean, product, quotient and share, for facts of up to six places."""
    frame = board_of("\n".join(FORMULAS), rows)
    for at, formula in enumerate(FORMULAS.values()):
        exact = [formula(*map(Fraction, row)) for row in rows]
        assert frame[f"x{at}"].to_list() == [None if number is None else rounded(number) for number in exact]


@settings(max_examples=25)
@given(ROWS, WEIGHTS, st.integers(0, 100), st.booleans())
def test_weighted_sums_equal_fractions(rows, cuts, raised, to):
    """Weights of two places that make 100, one of them changed and the rest in proportion (GS-07)."""
    weights = [Fraction(weight, 100) for weight in (cuts[0], cuts[1] - cuts[0], 10000 - cuts[1])]
    new = Fraction(raised) if to else weights[0] + Fraction(raised, 10)
    keys = ", ".join(f"{name}: {rounded(weight, 2)}" for name, weight in zip("abc", weights, strict=True))
    change = f"to: {raised}" if to else f"plus: {Decimal(raised) / 10}"
    text, changed = one("weighted_sum", f"weights: {{{keys}}}"), weights
    if new <= 100 and weights[0] < 100:
        adjust = f"adjust: [{{id: X-2, when: 'times = 0', part: a, {change}, basis: default}}]"
        text += "\n" + one("weighted_sum", f"weights: {{{keys}}}, {adjust}", "z")
        changed = [new, *(weight * (100 - new) / (100 - weights[0]) for weight in weights[1:])]
    frame = board_of(text, rows)
    assert frame["x"].to_list() == [rounded(dot(weights, row) / 100) for row in rows]
    assert frame[frame.columns[-1]].to_list() == [rounded(dot(changed, row) / 100) for row in rows]


def dot(weights, row):
    return sum((weight * Fraction(number) for weight, number in zip(weights, row, strict=True)), Fraction(0))


RAISED = "{id: X-2, when: times = 0, part: a, to: 15, basis: default}"


@pytest.mark.parametrize(
    ("text", "given", "limit"),
    [
        (one("weighted_sum", "weights: {a: 15, b: 85}"), {"a": "89.995", "b": "0"}, "13.49925"),
        (one("product", "factors: [a, b]"), {"a": "89.995", "b": "0.15"}, "13.49925"),
        (one("product", "factors: [a], divide_by: 90"), {"a": "89.99"}, "0.99988888888888888888"),
        (
            one("weighted_sum", f"weights: {{a: 10, b: 90}}, adjust: [{RAISED}]"),
            {"a": "0", "b": "90"},
            "76.5",
        ),
        (one("mean", "of: [a, b, c]"), {"a": "89.99", "b": "90", "c": "90.01"}, "90"),
    ],
)
def test_a_threshold_is_met_exactly(text, given, limit):
    """The score is the limit to the last place, and the last place of a fact below it is below."""
    exact = rounded(Fraction(limit))
    assert value(text, given) == exact.normalize()
    lowered = given | {name: str(Decimal(given[name]) - Decimal("0.000001")) for name in given if given[name] != "0"}
    assert value(text, lowered) < exact


@pytest.mark.parametrize(("factor", "product"), [("1" + "0" * 12, Decimal("1e24")), ("9" * 14, None)])
def test_a_product_with_too_many_digits_is_missing(factor, product):
    """28 digits before the point and 12 after it are more than a column has: no error, no wrong number."""
    assert value(one("product", "factors: [a, b]"), {"a": factor, "b": factor}) == product


def test_bands_and_conditions_agree_at_the_limit():
    """92 × 77.826086 / 80 stays below 89.5, 92 × 77.826087 / 80 does not; no binary float moves it."""
    text = one("product", "factors: [a, b], divide_by: 80") + (
        "\n  - {id: X-2, kind: bands, name: z, label: 档, of: x, bands: [{at_least: 89.5, value: 上}, {value: 下}],"
        f" {TEAM}}}"
    )
    scheme = scored_scheme(text)
    for party, band, below in (("77.826086", "下", True), ("77.826087", "上", False)):
        board = computed(scheme, {("T", "a"): 92, ("T", "b"): party})
        assert values(board, "z")["T"] == band
        assert compile_condition("x < 89.5", scheme.names).evaluate(board.frame).to_list() == [below]
        assert compile_condition("a * b < 89.5 * 80", scheme.names).evaluate(board.frame).to_list() == [below]


@settings(max_examples=60)
@given(st.decimals(-1000, 1000, places=6), st.decimals(-1000, 1000, places=6), st.decimals(0, 999, places=4))
def test_conditions_equal_fractions(left, right, literal):
    """Sums, differences and products of decimals are compared as fractions would be."""
    facts = {name: FactDecl(name, name, "number") for name in "ab"}
    a, b, c = Fraction(left), Fraction(right), Fraction(literal)
    for text, expected in (
        (f"a * b <= {literal}", a * b <= c),
        (f"a * {literal} > b", a * c > b),
        (f"a - b < {literal}", a - b < c),
        (f"a + b = {literal}", a + b == c),
        (f"a * b BETWEEN -{literal} AND {literal}", -c <= a * b <= c),
        (f"a IN ({literal}, b)", a in (c, b)),
    ):
        assert compile_condition(text, facts).holds({"a": left, "b": right}) is expected, text


KINDS = {
    "sum": ("parts: [a, b, c]", "abc"),
    "product": ("factors: [a, b], divide_by: 3", "ab"),
    "mean": ("of: [a, c]", "ac"),
    "weighted_sum": ("weights: {a: 50, c: 50, b: 0}, rescale: true", "ac"),
    "bands": ("of: b, bands: [{at_least: 1, value: 上}, {value: 下}]", "b"),
    "ranking": ("of: c, within: all", "c"),
    "deductions": ("start: 9, items: [{of: flag, each: 1, unless: 'a > 0'}]", "a"),
}


@settings(max_examples=60)
@given(st.sampled_from(sorted(KINDS)), st.tuples(POINTS, POINTS, POINTS), st.sets(st.sampled_from("abc")))
def test_a_gap_is_never_read_as_a_number(kind, row, missing):
    """Without a fact that it reads a score is missing; without one that it does not read it is what it was."""
    keys, read = KINDS[kind]
    full = dict(zip("abc", row, strict=True)) | {"flag": True}
    text = one(kind, keys)
    kept = {name: number for name, number in full.items() if name not in missing}
    assert value(text, kept) == (None if missing & set(read) else value(text, full))


@settings(max_examples=60)
@given(st.fixed_dictionaries({name: st.none() | POINTS for name in "ab"}), st.sampled_from(["<", "<=", "=", ">="]))
def test_an_unknown_fact_leaves_a_condition_open_or_settled_for_good(row, operator):
    """Whatever a missing fact turns out to be, an answer that was given without it stays (design.md section 4)."""
    facts = {name: FactDecl(name, name, "number") for name in "ab"}
    condition = compile_condition(f"a {operator} 5 AND b > 0 OR a > 90.5", facts)
    said = condition.holds(row)
    for number in (Decimal(-1), Decimal(0), Decimal(5), Decimal("90.5"), Decimal("90.500001"), Decimal(100)):
        later = condition.holds({name: number if known is None else known for name, known in row.items()})
        assert later is not None
        assert said is None or said is later
