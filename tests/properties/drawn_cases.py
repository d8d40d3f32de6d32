"""Random cases that fit a drawn pack."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.properties.dice import Dice
from tests.properties.drawn_packs import PERSONS, UNITS, Entry, Files

YEAR = 2010


@st.composite
def cases(draw: Any, files: Files) -> Entry:
    """One case with proposals; leave them out to propose."""
    dice = Dice(draw)
    units = [f"U{at}" for at in range(1, dice.number(1, 4) + 1)]
    subjects = _subjects(dice, units)
    scales = {scale["id"]: scale["grades"] for scale in files["scheme.yaml"]["scales"]}
    grades = {tier["id"]: scales.get(tier.get("scale"), []) for tier in files["scheme.yaml"]["tiers"]}
    graded = [one for one in subjects if grades[one["tier"]]]
    case: Entry = {"name": "随机", "year": YEAR, "subjects": subjects}
    case["units"] = [{"id": unit, **({"type": dice.pick(list(UNITS))} if dice.chance(80) else {})} for unit in units]
    case["facts"] = [*_facts(dice, files, subjects, units, grades)]
    case["history"] = [*_history(dice, graded, grades)]
    case["proposals"] = [
        {"subject": one["id"], "grade": _proposed(dice, files, grades[one["tier"]])}
        for one in graded
        if dice.chance(80)
    ]
    case["pools"] = _sizes(dice, files, subjects)
    case["config"] = {"low": dice.number(0, 9), "on": dice.chance(50)} if dice.chance(20) else {}
    return case | _marks(dice, subjects)


def _subjects(dice: Dice, units: list[str]) -> list[Entry]:
    """Mostly one team, a head or two, and deputies in each unit; now and then something that is not graded."""
    tiers = (("team", [1, 1, 1, 0, 2]), ("head", [1, 1, 0, 2]), ("deputy", [1, 2, 0, 3]), ("item", [0, 0, 1]))
    subjects = [
        {"id": f"{unit}{tier[0]}{at}", "tier": tier, "unit": unit}
        for unit in units
        for tier, counts in tiers
        for at in range(dice.pick(counts))
    ]
    return subjects or [{"id": "U1t0", "tier": "team", "unit": "U1"}]


def _facts(
    dice: Dice, files: Files, subjects: list[Entry], units: list[str], grades: dict[str, list[str]]
) -> Iterator[Entry]:
    for fact in files["scoring.yaml"]["facts"]:
        owners = [(unit, "") for unit in units if fact["name"] != "unit_type"]
        if fact["level"] != "unit":
            reach = PERSONS if fact["level"] == "person" else (*grades,)
            owners = [(one["id"], one["tier"]) for one in subjects if one["tier"] in reach]
        for owner, tier in owners:
            scale = grades.get(tier, [])
            if dice.chance(70) and (fact["type"] != "grade" or scale):
                yield {"subject": owner, "name": fact["name"], "value": _value(dice, fact, scale)}


def _value(dice: Dice, fact: Entry, grades: list[str]) -> object:
    if fact["type"] == "bool":
        return dice.chance(30)
    if fact["type"] == "count":
        return dice.number(0, 9)
    if fact["type"] == "number":
        return Decimal(dice.number(0, 4000)) / 40
    if fact["type"] == "date":
        return f"2010-{dice.number(1, 12):02}-{dice.pick([1, 15, 28, 30]) if dice.chance(50) else 28:02}".replace(
            "02-30", "02-28"
        )
    if fact["type"] == "set":
        return "、".join(dice.some("abc"))
    return dice.pick(grades if fact["type"] == "grade" else list(fact["values"]))


def _history(dice: Dice, subjects: list[Entry], grades: dict[str, list[str]]) -> Iterator[Entry]:
    for one in subjects:
        for year in (YEAR - 1, YEAR - 2, YEAR - 3, YEAR - 4):
            if dice.chance(45):
                entry = {"subject": one["id"], "year": year, "grade": dice.pick(grades[one["tier"]])}
                if one["tier"] == "team" and dice.chance(60):
                    entry["led_by"] = [dice.pick([f"{one['unit']}h0", f"{one['unit']}h1", "X"])]
                yield entry


def _proposed(dice: Dice, files: Files, grades: list[str]) -> str:
    leaves = any(rule["kind"] == "ungraded" for rule in files["rules.yaml"]["rules"])
    return "不确定等次" if leaves and dice.chance(15) else dice.pick(grades)


def _sizes(dice: Dice, files: Files, subjects: list[Entry]) -> dict[str, int]:
    """Sizes of pools of which the case shows only a part; a pool that is split has its size counted."""
    return {
        pool["id"]: sum(one["tier"] in pool["tiers"] for one in subjects) + dice.number(0, 6)
        for pool in files["scheme.yaml"]["pools"]
        if not pool.get("by") and dice.chance(20)
    }


def _marks(dice: Dice, subjects: list[Entry]) -> Entry:
    """Up to two items, each marked for a few subjects or for others that the case does not list."""
    items = [{"id": f"I{at}", "scorer": dice.pick(["X", "Y"]), "full": dice.pick([10, 20, 5])} for at in (1, 2)]
    items = items[: dice.number(0, 2)]
    marked = [one["id"] for one in subjects[:3]] + ["Z1", "Z2"]
    marks = [
        {"item": item["id"], "subject": name, "value": item["full"] - (dice.number(0, 8) / 2 if dice.chance(50) else 0)}
        for item in items
        for name in marked
        if dice.chance(70)
    ]
    return {"items": items, "marks": [mark | {"value": Decimal(str(mark["value"]))} for mark in marks]}
