"""Percents and ratios as periods tell them."""

from decimal import Decimal

import pytest

from tasks.duties.figures import percent, ratio


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (320, 321, "99.69"),  # TX-04
        (51, 52, "98.08"),  # TX-05
        (2904, 2904, "100.00"),  # TX-20
        (35, 528, "6.63"),  # TX-12
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),
        (0, 7, "0.00"),
        (0, 0, ""),
    ],
)
def test_percents_are_rounded_half_up(part: int, whole: int, told: str) -> None:
    """Two places; nothing is said of nothing."""
    assert percent(part, whole) == told


def test_ratios_take_decimals_and_places() -> None:
    """8754 notes in 126 issues (TX-20); a mean is kept with more places than are shown."""
    assert ratio(8754, 126) == "69.48"
    assert ratio(Decimal("0.125"), 1) == "0.13"
    assert ratio(280, 3, 6) == "93.333333"
