"""The columnar core says what the slow reference says, on every worked case and on random packs and cases."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.scheme_case import case_frames
from config.scheme_cases import worked_cases
from config.scheme_loader import list_schemes, load_scheme
from config.yaml_file import Faults
from tests.properties.compared import differences
from tests.properties.samples import drawn_cases, drawn_packs, tries
from tests.properties.texts import readable_text


@pytest.mark.parametrize("scheme", list_schemes())
def test_worked_cases(scheme: str):
    """Each worked case of a pack, in the mode in which it is run."""
    pack = load_scheme(scheme)
    found = []
    for case in worked_cases(pack):
        frames = case_frames(case.data, pack.scheme, Faults())
        mode = "propose" if frames.given.is_empty() else "check"
        found += [f"{case.file}:{case.line} {case.name}: {line}" for line in differences(pack, frames, mode)]
    assert not found, "\n".join(found)


@tries(50)
@given(st.data())
def test_random_packs_and_cases(data: Any):
    """Fifty packs, three cases each, checked as given and proposed anew."""
    pack = data.draw(drawn_packs())
    for _ in range(3):
        for mode, proposals in (("check", True), ("propose", False)):
            frames = data.draw(drawn_cases(pack, proposals=proposals))
            found = differences(pack, frames, mode)
            assert not found, "\n".join([*found, readable_text(pack, frames)])
