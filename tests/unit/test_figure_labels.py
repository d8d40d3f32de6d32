"""Numbers of a closed period under their Chinese names."""

import pytest

from config.duties import find_duty
from config.scheme_loader import load_scheme
from tasks.duties.labels import label_figures


@pytest.mark.parametrize(
    ("share", "told"), [("", {}), ("0.00", {"覆盖率%": "0.00"}), ("100.00", {"覆盖率%": "100.00"})]
)
def test_a_share_of_nothing_has_no_row_and_one_of_zero_percent_has(share: str, told: dict[str, str]) -> None:
    duty = find_duty(load_scheme("tongxiang"), "monthly_review")
    assert label_figures(duty, {"uncovered": 0, "covered": share}) == {"有缺口的": 0, **told}
