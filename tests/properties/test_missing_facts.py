"""What is not known never reads as "no cap"."""

from hypothesis import given

from config.scheme_loader import Pack
from scoring.case import CaseFrames
from tests.properties.compared import core_answer
from tests.properties.samples import packs_with_cases, tries
from tests.properties.texts import readable_text
from tests.reference.conditions import condition
from tests.reference.engine import open_world

LIMITS = {"cap": "max_grade", "force": "grade"}


@tries(15)
@given(packs_with_cases(2))
def test_an_unknown_cap_blocks_or_binds(sample: tuple[Pack, list[CaseFrames]]):
    """A cap or force that waits for a fact which must not be missing leaves nobody with a better grade."""
    pack, cases = sample
    for frames in cases:
        world = open_world(pack.maps, frames, "propose")
        answer = core_answer(pack, frames, "propose")
        blocked = {subject for subject, _ in answer.blocks}
        for rule in world.pack.of_kind(*LIMITS):
            when = condition(rule["when"], world.pack.settings)
            for one in world.concerned(rule):
                if when.of(one.row) is not None or world.silent(one, when.names):
                    continue
                grade = answer.grades.get(one.id)
                bound = grade is None or grade not in world.pack.grades(one.tier)
                bound = bound or world.rank(one, grade) >= world.rank(one, rule[LIMITS[rule["kind"]]])
                assert one.id in blocked or bound, f"{one.id} {rule['id']}\n{readable_text(pack, frames)}"
