"""The weight of the ordinary assessment before it was raised (GS-11), as a trial on the pack: 15/85 against 40/60."""

from pathlib import Path

import pytest

from config.scheme_case import load_case
from config.scheme_loader import load_scheme
from config.trial import Trial
from scoring.assess import assess

CASE = """
name: 平时80分,其余90分
year: 2019
units: [{id: A, type: department}]
subjects: [{id: A2, tier: deputy, unit: A}]
facts:
  - {subject: A2, name: quarter_1, value: 78}
  - {subject: A2, name: quarter_2, value: 80}
  - {subject: A2, name: quarter_3, value: 82}
  - {subject: A2, name: quarter_4, value: 80}
  - {subject: A2, name: personal_score, value: 90}
"""


@pytest.mark.parametrize(("ordinary", "total"), [(40, "86.00"), (15, "88.50"), (0, "90.00"), (100, "80.00")])
def test_the_weight_of_the_ordinary_assessment(tmp_path: Path, ordinary: int, total: str):
    """0.40 × 80 + 0.60 × 90 = 86; before it was 0.15 × 80 + 0.85 × 90 = 88.5; the rest takes what is left of 100."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    scheme = Trial(load_scheme("gansu")).scheme({"annual_score.weights.ordinary_score": ordinary})
    answer = assess(scheme, load_case(path, scheme), "propose").to_json()
    assert answer["scores"]["A2"]["annual_score"] == total
