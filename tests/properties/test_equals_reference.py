"""The columnar core says what the slow reference says on random packs and cases; worked cases: tests/cases."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.compared import differences
from tests.properties.samples import BASES, drawn_cases, drawn_packs, tries
from tests.properties.texts import readable_text


@tries(50)
@given(st.data())
def test_random_packs_and_cases(data: Any):
    """Fifty packs, three cases each, checked as given and proposed anew, in a cycle and outside."""
    pack = data.draw(drawn_packs())
    for _ in range(3):
        given_grades = data.draw(drawn_cases(pack))
        without = replace(given_grades, given=given_grades.given.clear(), base=data.draw(st.sampled_from(BASES)))
        for mode, frames in (("check", given_grades), ("propose", without)):
            found = differences(pack, frames, mode)
            assert not found, "\n".join([*found, readable_text(pack, frames)])
