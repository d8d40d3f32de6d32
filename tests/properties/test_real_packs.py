"""What holds of the packs that come with Kaohe, whatever the facts."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.scheme_loader import Pack, load_scheme
from tests.properties.compared import core_answer, differences
from tests.properties.real_cases import RISING, frames_of, owners, real_cases
from tests.properties.samples import tries


@cache
def pack_of(scheme: str) -> Pack:
    """The pack, loaded once."""
    return load_scheme(scheme)


@pytest.mark.parametrize("scheme", RISING)
@tries(8)
@given(st.data())
def test_core_equals_reference(scheme: str, data: Any):
    """Random facts of the pack, pools of any size, proposed anew."""
    frames = frames_of(*data.draw(real_cases(scheme, large=data.draw(st.booleans()))))
    assert not differences(pack_of(scheme), frames, "propose")


@pytest.mark.parametrize("scheme", RISING)
@tries(12)
@given(st.data())
def test_a_better_fact_never_lowers_a_grade(scheme: str, data: Any):
    """One fact raised in its good direction: where nobody waits for a seat, no grade falls or disappears."""
    subjects, facts, pools = data.draw(real_cases(scheme))
    name = data.draw(st.sampled_from(list(RISING[scheme])))
    owner, values = data.draw(st.sampled_from(owners(scheme, name, subjects)))
    low, high = sorted(data.draw(st.lists(st.integers(0, len(values) - 1), min_size=2, max_size=2, unique=True)))
    pack = pack_of(scheme)
    before, after = (
        core_answer(pack, frames_of(subjects, facts | {(owner, name): values[at]}, pools), "propose").grades
        for at in (low, high)
    )
    tiers = {id_: pack.scheme.tiers[tier] for id_, tier, _ in subjects}
    for subject, grade in before.items():
        scale = tiers[subject].scale
        assert subject in after, f"{owner} {name} {values[low]}→{values[high]}: {subject} {grade}→ none"
        assert scale.rank(after[subject]) <= scale.rank(grade), f"{owner} {name}: {subject} {grade}→{after[subject]}"


@tries(12)
@given(real_cases("bozhou", large=False))
def test_places_of_bozhou_are_never_exceeded(case: Any):
    """BZ-07, BZ-08: no lift entitles anyone, so a third of the teams and 15 % of the cadres are the most."""
    subjects, facts, pools = case
    grades = core_answer(pack_of("bozhou"), frames_of(subjects, facts, pools), "propose").grades
    teams = [id_ for id_, tier, _ in subjects if tier == "team"]
    cadres = [id_ for id_, tier, _ in subjects if tier != "team"]
    assert 3 * sum(grades.get(id_) == "好" for id_ in teams) <= len(teams)
    assert 100 * sum(grades.get(id_) == "好" for id_ in cadres) <= 15 * len(cadres)


@tries(10)
@given(st.data())
def test_annual_good_teams_are_good_teams(data: Any):
    """BZ-15: teams whose annual grade is 好 are 好 here, all but those that the rule names."""
    subjects, facts, pools = data.draw(real_cases("bozhou"))
    given_grades = {
        id_: data.draw(st.sampled_from(["好", "较好", "一般", "差"])) for id_, tier, _ in subjects if tier == "team"
    }
    found = core_answer(pack_of("bozhou"), frames_of(subjects, facts, pools, given_grades), "check")
    named = {subject for subject, rule in found.violations if rule == "BZ-15"}
    annual = {id_ for id_ in given_grades if facts.get((id_, "annual_grade")) == "好"}
    assert annual - named <= {id_ for id_, grade in given_grades.items() if grade == "好"}
    assert named <= {id_ for id_, grade in given_grades.items() if grade != "好"}
