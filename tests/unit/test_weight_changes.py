"""Changes of weights: the changed parts as told, the others in proportion, whatever the order (GS-07, GS-09, GS-24)."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest

from scoring.components.weights import Change, WrongWeights, changed

CITY = {"development": 30, "relief": 20, "ecology": 10, "ethnic": 10, "livelihood": 15, "party": 15}
WEIGHTS = {part: Fraction(weight) for part, weight in CITY.items()}
ECOLOGY, ETHNIC, RELIEF = (
    Change("ecology", to=Decimal(15)),
    Change("ethnic", plus=Decimal(5)),
    Change("relief", plus=Decimal(20)),
)


def test_the_others_share_in_proportion():
    """GS-07: 10 becomes 15 and each other part × 85/90."""
    after = changed(WEIGHTS, [ECOLOGY])
    assert after["ecology"] == 15
    assert all(after[part] == WEIGHTS[part] * Fraction(85, 90) for part in WEIGHTS if part != "ecology")


@pytest.mark.parametrize("order", permutations([ECOLOGY, ETHNIC, RELIEF]))
def test_several_changes_do_not_touch_each_other(order):
    """15, 10 + 5 and 20 + 20 in any order; the other 60 share the remaining 30."""
    after = changed(WEIGHTS, order)
    assert (after["ecology"], after["ethnic"], after["relief"]) == (15, 15, 40)
    assert (after["development"], after["livelihood"], after["party"]) == (15, Fraction(15, 2), Fraction(15, 2))


def test_no_change_leaves_the_weights():
    """Nothing holds, nothing moves."""
    assert changed(WEIGHTS, []) == WEIGHTS


@pytest.mark.parametrize("part_to", [100, 0])
def test_one_part_may_take_all_or_nothing(part_to):
    """The bounds themselves are weights."""
    assert sum(changed(WEIGHTS, [Change("ecology", to=Decimal(part_to))]).values()) == 100


@pytest.mark.parametrize(
    "changes",
    [
        [Change("ecology", to=Decimal(101))],
        [Change("ecology", plus=Decimal(-11))],
        [Change("ecology", to=Decimal(60)), Change("ethnic", to=Decimal(41))],
    ],
)
def test_changes_beyond_the_whole_are_refused(changes):
    """Less than nothing, and together more than 100."""
    with pytest.raises(WrongWeights, match="权重改为"):
        changed(WEIGHTS, changes)


def test_what_is_left_needs_a_part_to_go_to():
    """A single part can only keep its 100."""
    assert changed({"all": Fraction(100)}, [Change("all", to=Decimal(100))]) == {"all": 100}
    with pytest.raises(WrongWeights, match="其余部分"):
        changed({"all": Fraction(100)}, [Change("all", to=Decimal(99))])
