"""Conditions of rules and components that can never come true, so that what stands behind them never happens."""

from collections.abc import Iterator, Mapping

from config.checks.places import Path, component_paths, placed_rules
from config.checks.trial import Trial
from config.yaml_file import Faults, YamlMap
from scoring.components.among import Tally
from scoring.components.deductions import Deductions
from scoring.components.weighted_sum import WeightedSum
from scoring.conditions import Condition
from scoring.scheme import Component, Scheme

REMEDY = "改正条件,或删去它"


def check_conditions(scheme: Scheme, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds a fault at each condition of a rule or a component that no facts and no allowed settings make true."""
    for placed in placed_rules(scheme, maps):
        for key, wanted in (("when", True), ("must", False)):
            condition = getattr(placed.rule, key, None)
            if isinstance(condition, Condition) and not Trial(scheme, placed.rule.applies_to).can_be(condition, wanted):
                placed.fault(faults, key, *_told(condition, wanted), REMEDY)
    for path, component in component_paths(scheme, maps["scoring.yaml"]):
        for inner, condition, tiers in _conditions(component):
            if not Trial(scheme, tiers).can_be(condition, True):
                found, allowed = _told(condition, True)
                faults.at(maps["scoring.yaml"], (*path, *inner), f"{component.id} {found}", allowed, REMEDY)


def _told(condition: Condition, wanted: bool) -> tuple[str, str]:
    word = "成立" if wanted else "不成立"
    return f"的条件永远不会{word}:{condition.text}", f"在某种事实下会{word}的条件"


def _conditions(component: Component) -> Iterator[tuple[Path, Condition, tuple[str, ...]]]:
    """Where in the component each of its conditions stands, and the tiers whose facts it reads."""
    if isinstance(component, Tally):
        yield ("when",), component.when, component.source
    elif isinstance(component, WeightedSum):
        for at, change in enumerate(component.adjust):
            yield ("adjust", at, "when"), change.when, component.applies_to
    elif isinstance(component, Deductions):
        for at, item in enumerate(component.items):
            if item.unless is not None:
                yield ("items", at, "unless"), item.unless, component.applies_to
