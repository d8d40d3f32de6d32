"""What Bozhou's consequences and findings carry beside their rule: options, deadlines, reviews, numbers."""

import pytest

from config.scheme_loader import load_scheme
from scoring.assess import assess
from tests.packs import make_case

SCHEME = load_scheme("bozhou").scheme
UNIT = [("A", "team", "A"), ("A1", "principal", "A"), ("A2", "deputy", "A")]
READY = {("A", "midyear_checked"): True} | {(subject, "nonvote_evidence"): 1 for subject, _, _ in UNIT}


def consequences(given, history=(), config=None):
    case = make_case(UNIT, READY, given, history, pools={"team": 43, "cadre": 280}, config=config or {})
    return {(row["subject"], row["action"]): row for row in assess(SCHEME, case, "check").to_json()["consequences"]}


@pytest.mark.parametrize(("config", "months"), [({}, 3), ({"rectification.deadline": 6}, 6)])
def test_the_rectification_order_has_its_deadline(config, months):
    """BZ-17: three months unless the administrator set another default; the talk has none."""
    found = consequences({"A2": "一般"}, config=config)
    assert found["A2", "RECTIFICATION_ORDER"]["deadline_months"] == months
    assert "deadline_months" not in found["A2", "ADMONITION_TALK"]


def test_an_admonition_may_be_replaced_by_a_reminder():
    """BZ-50: the milder talk is among the options, the proposed one first."""
    assert consequences({"A": "差"})["A", "ADMONITION_TALK"]["options"] == ["ADMONITION_TALK", "REMINDER_TALK"]


def test_two_bad_years_of_a_cadre_leave_the_choice_to_people():
    """BZ-19: the four measures of the clause and others."""
    found = consequences({"A2": "差"}, [("A2", 2009, "差", None)])
    assert found["A2", "ORDERED_RESIGNATION"]["options"] == [
        "ORDERED_RESIGNATION",
        "REMOVAL",
        "TRANSFER",
        "DEMOTION",
        "OTHER",
    ]


@pytest.mark.parametrize(
    ("led_by", "action", "reviewed"),
    [
        (["A1"], "ORGANISATIONAL_ADJUSTMENT", False),
        (["A1", "B7"], "ORGANISATIONAL_ADJUSTMENT", False),
        (["B7"], "HUMAN_REVIEW", True),
        (None, "ORGANISATIONAL_ADJUSTMENT", True),
    ],
)
def test_who_led_both_years_is_adjusted_and_doubt_goes_to_people(led_by, action, reviewed):
    """BZ-18: only who led both years; a change of leaders or no record asks for a review, and says why."""
    row = consequences({"A": "差"}, [("A", 2009, "差", led_by)])["A1", action]
    assert ("review" in row) is reviewed
    assert "ORGANISATIONAL_ADJUSTMENT" in row["options"]


def test_the_annual_cap_names_the_best_grade_that_is_left():
    """BZ-15, BZ-16: each on the scale of its own annual assessment."""
    found = consequences({"A": "较好", "A1": "一般", "A2": "较好"})
    caps = {subject: row["max_grade"] for (subject, action), row in found.items() if action == "ANNUAL_GRADE_CAP"}
    assert caps == {"A": "较好", "A1": "称职"}


def test_a_quota_says_how_many_and_is_soft():
    """BZ-07: the finding is about the pool, names count, size and places, and may be left by an exception."""
    subjects = [(f"T{at}", "team", f"T{at}") for at in range(3)]
    case = make_case(subjects, {}, {"T0": "好", "T1": "好"})
    (row,) = [row for row in assess(SCHEME, case, "check").to_json()["violations"] if row["rule"] == "BZ-07"]
    assert (row["subject"], row["pool"], row["force"]) == (None, "team", "soft")
    assert row["detail"] == "“好”2个,3个中最多1个"
