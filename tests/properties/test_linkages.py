"""Linkages on random graphs of tiers, circles included, come to an end, and to the same end as one by one."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.packs import make_case
from tests.properties.compared import differences
from tests.properties.dice import Dice
from tests.properties.samples import tries
from tests.properties.texts import CITE, load_drawn

SCALE = ["甲", "乙", "丙", "丁", "戊"]
TIERS = ["a", "b", "c", "d", "e", "f"]
DEFAULT = {"basis": "default"}


@st.composite
def linked_packs(draw: Any) -> dict[str, dict[str, Any]]:
    """Six tiers on one scale and up to nine linkages between any of them."""
    dice = Dice(draw)
    rules = [_linkage(dice, at) for at in range(1, dice.number(2, 9) + 1)]
    grades = {"name": "first", "label": "初步", "type": "grade", "scales": dict.fromkeys(TIERS, "s")}
    return {
        "scheme.yaml": {
            "id": "linked", "label": "联结", "place": "某地",
            "scales": [{"id": "s", "label": "等次", "grades": SCALE, **DEFAULT}],
            "tiers": [{"id": tier, "label": tier, "scale": "s", "person": False, **DEFAULT} for tier in TIERS],
        },
        "scoring.yaml": {
            "facts": [{**grades, "level": "subject", "missing": "skip", **DEFAULT}],
            "base": {"id": "R-0", "grade": "first", **DEFAULT},
        },
        "rules.yaml": {"rules": rules},
        "consequences.yaml": {"actions": [{"code": "TALK", "label": "谈话"}], "consequences": []},
    }  # fmt: skip


def _linkage(dice: Dice, at: int) -> dict[str, Any]:
    rule = {"id": f"R-{at}", "label": f"第 {at} 条", "kind": "linkage", "cite": CITE}
    rule |= {"applies_to": dice.some(TIERS[:3] if dice.chance(50) else TIERS), "targets": dice.some(TIERS)}
    if dice.chance(40):
        steps = sorted(dice.some(SCALE[1:4]), key=SCALE.index)
        bounds = sorted((dice.pick(SCALE[1:]) for _ in steps), key=SCALE.index)
        return rule | {"table": dict(zip(steps, bounds, strict=True))}
    return rule | {"at_or_below": dice.pick(SCALE[1:4]), "max_grade": dice.pick(SCALE[1:])}


@tries(20)
@given(st.data())
def test_linkages_end(data: Any):
    """Two units, one or two subjects a tier, any preliminary grades."""
    pack = load_drawn(data.draw(linked_packs()))
    subjects = [(f"{unit}{tier}{at}", tier, unit) for unit in "AB" for tier in TIERS for at in (1, 2)][
        :: 2 if data.draw(st.booleans()) else 1
    ]
    facts = {(id_, "first"): data.draw(st.sampled_from(SCALE)) for id_, _, _ in subjects}
    assert not differences(pack, make_case(subjects, facts), "propose")
