"""Changes that are tried on a pack: what may be changed, what is refused, and files of variants."""

from decimal import Decimal

import pytest

from config.scheme_loader import load_scheme, load_scheme_files
from config.trial import Trial
from config.trial_file import read_variants
from config.trial_keys import RefusedTrial, read_value
from config.yaml_file import SchemeFaults
from tests.packs import tiny

TRIAL = Trial(load_scheme_files(tiny()))


def refused(changes):
    with pytest.raises(RefusedTrial) as told:
        TRIAL.scheme(changes)
    return told.value.lines


def rule(scheme, id_):
    return next(rule for rule in scheme.rules if rule.id == id_)


def test_settings_numbers_and_grades_take_the_tried_values_and_the_pack_keeps_its_own():
    """Also a setting that a clause fixes: it is a trial."""
    scheme = TRIAL.scheme({"points.low": 20, "law.fixed": 4, "T-6.part": 2, "T-1.max_grade": "丙"})
    assert (scheme.settings()["points.low"], scheme.settings()["law.fixed"]) == (20, 4)
    assert (rule(scheme, "T-6").part, rule(scheme, "T-1").grade) == (2, "丙")
    assert (rule(TRIAL.pack.scheme, "T-6").part, rule(TRIAL.pack.scheme, "T-1").grade) == (1, "乙")
    assert scheme.hash != TRIAL.pack.hash


@pytest.mark.parametrize(("off", "stands"), [(True, False), (False, True)])
def test_a_rule_is_switched_off(off, stands):
    """`ID.off=true` leaves the rule out, `false` keeps it; others keep their places."""
    scheme = TRIAL.scheme({"T-3.off": off, "T-5.max_grade": "乙"})
    assert ("T-3" in {rule.id for rule in scheme.rules}) is stands
    assert rule(scheme, "T-5").grade == "乙"


def test_rules_of_one_kind_and_id_are_tried_one_by_one():
    """JS-14 stands on several quotas: the share of the second alone changes, the first keeps its own."""
    trial = Trial(load_scheme("jiangsu"))
    scheme = trial.scheme({"JS-14:quota2.part": 40})
    shares = [rule.part for rule in scheme.rules if rule.id == "JS-14" and hasattr(rule, "part")]
    assert shares[:3] == ["$js.grade_ratio.top", 40, "$js.grade_ratio.top"]
    with pytest.raises(RefusedTrial, match=r"JS-14:quota1\.part"):
        trial.scheme({"JS-14.part": 40})


def test_a_cycles_own_setting_gives_way_to_the_tried_one():
    """Else the override of the launch would hide the trial."""
    assert TRIAL.overrides({"points.low": 5}, {"points.low": 20}) == {}
    assert TRIAL.overrides({"points.low": 5}, {"T-6.part": 2}) == {"points.low": 5}


PART = "  - {id: T-8, kind: sum, name: %s, label: 分, parts: [points], applies_to: [team], basis: default}\n"
WEIGHED = (
    "  - {id: T-7, kind: weighted_sum, name: total, label: 总分, applies_to: [team], basis: default,"
    " weights: {one: %s, two: %s, three: %s}}\n"
)


@pytest.mark.parametrize(
    ("before", "tried", "after"),
    [
        ((40, 30, 30), {"total.one": 10}, ("10", "45", "45")),
        ((40, "rest", 30), {"total.one": 10}, ("10", None, "30")),
    ],
)
def test_a_tried_weight_takes_from_the_others(before, tried, after):
    """In proportion, or from the one that is the rest of 100."""
    parts = "".join(PART % name for name in ("one", "two", "three"))
    added = f"components:\n{parts}{WEIGHED % before}base: {{id: T-0"
    trial = Trial(load_scheme_files(tiny({"scoring.yaml": ("base: {id: T-0", added)})))
    (total,) = (part for part in trial.scheme(tried).components if part.name == "total")
    column = total.columns[""]
    assert tuple(None if weight is None else str(weight) for weight in column.values()) == after


def test_every_unknown_key_is_told_with_what_exists():
    """One line a key, all at once."""
    lines = refused({"T-99.part": 1, "T-6.prt": 1, "points.lo": 3})
    assert [line.split("”")[0] for line in lines] == ["没有“T-99.part", "没有“T-6.prt", "没有“points.lo"]
    assert "T-6.part" in lines[1]
    assert "points.low" in lines[2]


def test_every_value_that_does_not_fit_is_told_with_what_is_allowed():
    """A number out of range, a grade off the scale, a switch that is none."""
    assert refused({"T-3.off": 3}) == ("T-3.off=3:允许 true 或 false",)
    lines = refused({"points.low": 100, "T-1.max_grade": "优", "T-6.whole": 0})
    assert any(line.startswith("points.low=100") and "0 至 99" in line for line in lines)
    assert any(line.startswith("T-1.max_grade=优") and "甲, 乙, 丙, 丁" in line for line in lines)
    assert any(line.startswith("T-6.whole=0") and "不小于 1" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("15", 15), ("89.5", Decimal("89.5")), ("较好", "较好"), ("1.2.3", "1.2.3")]
)
def test_a_typed_value_is_read_as_yaml_reads_it(text, value):
    """So that a command line and a file mean the same."""
    assert read_value(text) == value
    assert type(read_value(text)) is type(value)


def variants(tmp_path, text):
    file = tmp_path / "vary.yaml"
    file.write_text(text, encoding="utf-8")
    return read_variants(file)


def test_named_variants_grids_and_samples(tmp_path):
    """A grid is every combination; a sample is the same for the same seed and stays in its range."""
    named = variants(tmp_path, "variants: [{name: 宽, set: {T-6.part: 2}}]")
    assert [(item.name, item.changes) for item in named] == [("宽", {"T-6.part": 2})]
    grid = variants(tmp_path, "grid: {T-6.part: [1, 2], T-3.off: [true, false]}")
    assert len({item.name for item in grid}) == 4
    text = "sample: {size: 50, seed: 3, ranges: {points.low: [5, 20], x.y: [0.5, 1.25]}, of: {T-3.off: [true]}}"
    drawn = variants(tmp_path, text)
    assert drawn == variants(tmp_path, text)
    assert {type(item.changes["points.low"]) for item in drawn} == {int}
    assert {item.changes["points.low"] for item in drawn} <= set(range(5, 21))
    assert all(Decimal("0.5") <= item.changes["x.y"] <= Decimal("1.25") for item in drawn)
    assert {item.changes["T-3.off"] for item in drawn} == {True}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("grid: {a: [1]}\nvariants: []", "variants、grid"),
        ("{}", "三者都没有"),
        ("sample: {size: 0}", "sample.size = 0"),
        ("sample: {size: 2, ranges: {a: [3, 1]}}", "a 的范围"),
        ("grid: {a: []}", "a: 没有值"),
    ],
    ids=["two ways", "none", "no member", "range upside down", "no value"],
)
def test_a_faulty_file_of_variants_is_refused_with_its_place(tmp_path, text, found):
    """With line, what is allowed and what to do, as all files."""
    with pytest.raises(SchemeFaults) as told:
        variants(tmp_path, text)
    assert found in str(told.value)


GANSU = Trial(load_scheme("gansu"))


def weights(scheme, name, column=""):
    component = next(each for each in scheme.components if each.name == name)
    return {part: Decimal(str(weight)) for part, weight in component.columns[column].items()}


def test_one_weight_tried_lets_the_others_share_the_rest_in_proportion():
    """30 of 100 go to ecology instead of 10; the other five keep their proportions, all sum to 100."""
    tried = weights(GANSU.scheme({"work_score.city.ecology": 30}), "work_score", "city")
    assert tried["ecology"] == 30
    assert sum(tried.values()) == 100
    assert abs(tried["development"] - tried["poverty_relief"] * Decimal("1.5")) < Decimal("0.00001")


def test_a_part_without_a_column_is_tried_in_every_column_that_has_it():
    scheme = GANSU.scheme({"work_score.reform": 25})
    for column in ("department", "institution", "soe"):
        tried = weights(scheme, "work_score", column)
        assert (tried["reform"], sum(tried.values())) == (25, 100)
    assert weights(scheme, "work_score", "city") == weights(GANSU.pack.scheme, "work_score", "city")


@pytest.mark.parametrize(("ordinary", "good"), [(40, True), (41, False)])
def test_all_weights_given_have_to_sum_to_100(ordinary, good):
    changes = {"annual_score.ordinary_score": ordinary, "annual_score.rest_score": 60}
    if good:
        assert weights(GANSU.scheme(changes), "annual_score")["rest_score"] == 60
    else:
        with pytest.raises(RefusedTrial, match="合计 100"):
            GANSU.scheme(changes)
