"""How often properties are tried, and the packs with cases that they are tried on."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st

from config.scheme_loader import Pack
from config.yaml_file import SchemeFaults
from scoring.case import CaseFrames
from tests.properties.drawn_cases import cases
from tests.properties.drawn_packs import packs
from tests.properties.texts import load_drawn, read_drawn

BASES = ["ceiling", "block"]  # what a subject without a preliminary grade does


def tries(number: int) -> settings:
    """So many examples, the same in every run; loading a pack takes longer than hypothesis likes."""
    return settings(
        max_examples=number,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # shrinking takes minutes, and a failure says what differs
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


@st.composite
def drawn_packs(draw: Any) -> Pack:
    """A random pack, loaded; one whose components the loader finds dead is not tried."""
    try:
        return load_drawn(draw(packs()))
    except SchemeFaults as error:
        assume(any("条件永远" not in fault.found for fault in error.faults))
        raise


@st.composite
def drawn_cases(draw: Any, pack: Pack) -> CaseFrames:
    """A random case of a pack, with given grades."""
    return read_drawn(pack, draw(cases(pack.maps)))


@st.composite
def packs_with_cases(draw: Any, number: int = 1) -> tuple[Pack, list[CaseFrames]]:
    """A random pack with a few cases of it to be proposed, in a cycle and outside."""
    pack = draw(drawn_packs())
    found = [draw(drawn_cases(pack)) for _ in range(number)]
    return pack, [replace(one, given=one.given.clear(), base=draw(st.sampled_from(BASES))) for one in found]
