"""Rules about those who mark: marks that lie too close together, full marks given too easily."""

from fractions import Fraction

from tests.reference.pack import Raw
from tests.reference.values import number, plain
from tests.reference.world import World

Marks = list[dict[str, object]]


def spread(world: World, rule: Raw) -> None:
    """An item whose marks lie closer together than the limit has half its full mark next year (GS-15)."""
    limit, base = world.pack.setting(rule["at_least"]), world.pack.setting(rule["base"])
    for item, marks in by_item(world).items():
        values = [number(mark["mark"]) or Fraction(0) for mark in marks]
        full = number(marks[0]["full"]) or Fraction(0)
        whole = full if base == "full_mark" else max(values)
        if len(values) > 1 and (max(values) - min(values)) * 100 < whole * limit:
            world.consequences.append((item, rule["id"], rule["action"], None, plain(full / 2), None, None))


def leniency(world: World, rule: Raw) -> None:
    """Full marks for everyone, or for somebody with recorded problems, point to the scorer (GS-16)."""
    problem = {one.id for one in world.subjects if rule.get("problem") and one.row.get(rule["problem"]) is True}
    for marks in by_item(world).values():
        full = [mark for mark in marks if mark["mark"] == mark["full"]]
        everyone = len(full) == len(marks) and len(marks) >= 2
        if everyone or any(mark["subject"] in problem for mark in full):
            world.consequences.append((marks[0]["scorer"], rule["id"], rule["action"], True, None, None, None))


def by_item(world: World) -> dict[str, Marks]:
    found: dict[str, Marks] = {}
    for mark in world.case.marks.to_dicts():
        found.setdefault(mark["item"], []).append(mark)
    return found
