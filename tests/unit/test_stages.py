"""Stages as a reader meets them: labels for facts, rule ids for conditions."""

import pytest

from config.scheme_loader import list_schemes, load_scheme
from config.stages import ConditionSpec, load_stages, read_stages
from config.yaml_file import Faults, parse_yaml
from tasks.cycle.run_stage import Unmet

STAGE = """
stages:
  - code: announce
    label: 公布名单
    due: {workdays: 1}
    facts: {missing: count, done: bool}
    labels: {missing: 缺少的}
    exit: [{id: BZ-1, when: done, force: hard, message: 须做完}]
"""


@pytest.mark.parametrize("name", list_schemes())
def test_every_fact_of_a_stage_has_a_label(name):
    """No name of a program reaches a reader of what a stage waits for."""
    for stage in load_stages(load_scheme(name)):
        assert set(stage.labels) == set(stage.facts), stage.code


def test_bozhou_has_eleven_steps_and_none_is_left_without_a_condition():
    """BZ-10: the speech counts eleven; every stage ends only when what it asks for is done, the feedback too."""
    stages = load_stages(load_scheme("bozhou"))
    steps = [step for stage in stages for step in stage.steps]
    assert len(steps) == len(set(steps)) == 11
    assert "反馈" in steps
    assert all(stage.exit for stage in stages)


@pytest.mark.parametrize(("label", "count"), [("missing", 0), ("mising", 1)])
def test_a_label_names_a_fact(label, count):
    """A label for a fact that the stage does not have is a fault; a fact without one (an older pack) is none."""
    faults = Faults()
    stages = read_stages(parse_yaml(STAGE.replace("{missing: 缺", f"{{{label}: 缺"), "stages.yaml", faults), faults)
    assert sum("mising" in fault.allowed for fault in faults.items) == count
    assert len(stages) == 1 - count


@pytest.mark.parametrize(
    ("id_", "rule"), [("BZ-43-confirmed", "BZ-43"), ("BZ-33-lead", "BZ-33"), ("BZ-43", "BZ-43"), ("T-5", "T-5")]
)
def test_a_condition_is_told_by_its_rule(id_, rule):
    """The rule's number, the label and 是/否 are told; the condition keeps its own id for exceptions."""
    condition = ConditionSpec(id=id_, when="done", force="soft", message="须做完", basis="default")
    unmet = Unmet(
        condition, {"done": False, "ready": True, "left": 2, "gone": None}, {"done": "已做完", "left": "剩余"}
    )
    assert str(unmet) == f"须做完({rule}:已做完=否,ready=是,剩余=2,gone=空)"
    assert unmet.condition.id == id_
