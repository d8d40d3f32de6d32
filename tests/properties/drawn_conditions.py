"""Random conditions over the facts that a rule may read."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.properties.dice import Dice

Names = Sequence[Mapping[str, Any]]
SIGNS = ("<", "<=", "=", "<>", ">=", ">")


def readable(names: Names, tiers: Sequence[str]) -> list[Mapping[str, Any]]:
    """The names that a condition about these tiers may read."""
    return [name for name in names if set(tiers) <= set(name["tiers"])]


def draw_condition(dice: Dice, names: Names, depth: int = 2) -> str:
    """A condition with at most `depth` levels of AND, OR and NOT."""
    if depth and dice.chance(50):
        inner = [draw_condition(dice, names, depth - 1) for _ in range(dice.number(1, 2))]
        if len(inner) == 1:
            return f"NOT ({inner[0]})"
        return f"({inner[0]}) {dice.pick(('AND', 'OR'))} ({inner[1]})"
    name = dice.pick(names)
    return ATOMS[name["type"]](dice, name, names)


def _bool(dice: Dice, name: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    return name["name"]


def _text(dice: Dice, name: Mapping[str, Any], names: Names) -> str:  # noqa: ARG001
    return f"{name['name']} {dice.pick(('=', '<>'))} '{dice.pick(name['samples'])}'"


def _enum(dice: Dice, name: Mapping[str, Any], names: Names) -> str:
    values = list(name["values"])
    kind = dice.number(0, 4)
    if kind == 4:
        other = dice.pick([other["name"] for other in names if other["type"] in ("enum", "text")])
        return f"{name['name']} {dice.pick(('=', '<>'))} {other}"
    if kind == 3:
        listed = ", ".join(f"'{value}'" for value in dice.some(values))
        return f"{name['name']} IN ({listed})"
    return f"{name['name']} {dice.pick(('=', '<>'))} '{dice.pick(values)}'"


def _date(dice: Dice, name: Mapping[str, Any], names: Names) -> str:
    other = dice.pick([other["name"] for other in names if other["type"] == "date"])
    return f"{name['name']} {dice.pick(SIGNS)} {other}"


def _count(dice: Dice, name: Mapping[str, Any], names: Names) -> str:
    counts = [other["name"] for other in names if other["type"] == "count"]
    kind = dice.number(0, 3)
    if kind == 1:
        low = dice.number(0, 5)
        return f"{name['name']} BETWEEN {low} AND {low + dice.number(0, 4)}"
    if kind == 2:
        return f"{name['name']} * {dice.number(1, 3)} {dice.pick(SIGNS)} {dice.pick(counts)}"
    if kind == 3:
        return f"{name['name']} + {dice.pick(counts)} - 2 {dice.pick(SIGNS)} $low"
    return f"{name['name']} {dice.pick(SIGNS)} {dice.number(0, 9)}"


def _number(dice: Dice, name: Mapping[str, Any], names: Names) -> str:
    numbers = [other["name"] for other in names if other["type"] == "number"]
    kind = dice.number(0, 3)
    if kind == 2:
        return f"{name['name']} {dice.pick(SIGNS)} {dice.pick(numbers)}"
    if kind == 3:
        return f"{name['name']} * 2 {dice.pick(SIGNS)} {dice.pick(numbers)} + {dice.number(0, 60)}"
    return f"{name['name']} {dice.pick(SIGNS)} {dice.number(0, 100)}{dice.pick(('', '.5', '.25'))}"


ATOMS = {"bool": _bool, "count": _count, "number": _number, "enum": _enum, "text": _text, "date": _date}
