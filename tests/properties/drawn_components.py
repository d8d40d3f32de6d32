"""Random components over facts, in an order in which each may read those before it."""

from decimal import Decimal
from typing import Any

from tests.properties.dice import Dice
from tests.properties.drawn_conditions import draw_condition, readable

Entry = dict[str, Any]
GIVES = {"bands": "enum", "ranking": "count", "tally": "count", "past_run": "count", "past_count": "count"}
KINDS = (
    "sum", "mean", "weighted_sum", "product", "deductions", "bands", "ranking", "tally", "spread_of", "share",
    "past_run", "past_count", "weighted_sum",
)  # fmt: skip


class Components:
    """Draws components; `names` grows by each, as what conditions may read."""

    def __init__(self, dice: Dice, tiers: list[str], grades: dict[str, list[str]], names: list[Entry]) -> None:
        self.dice, self.tiers, self.grades, self.names = dice, tiers, grades, names
        self.numbers = ["score", "other"]

    def draw(self) -> list[Entry]:
        return [self._one(f"part{at}") for at in range(1, self.dice.number(0, 4) + 1)]

    def _one(self, name: str) -> Entry:
        kind = self.dice.pick(KINDS)
        part = {"id": f"P-{name}", "name": name, "label": name, "kind": kind, "applies_to": self.tiers}
        part |= getattr(self, "_" + kind)()
        part["missing"] = self.dice.pick(["block", "skip"])
        gives = GIVES.get(kind, "number")
        if gives == "number":
            self.numbers.append(name)
            if kind == "product" or self.dice.chance(30):
                part["round"] = self.dice.number(0, 3)
        entry = {"name": name, "type": gives, "tiers": self.tiers, "level": "subject"}
        self.names.append(entry | ({"values": dict.fromkeys("高中低")} if gives == "enum" else {}))
        return part | {"basis": "default"}

    def _number(self) -> str:
        return self.dice.pick(self.numbers)

    def _amount(self, low: int, high: int) -> int | Decimal:
        whole = self.dice.number(low, high)
        return Decimal(f"{whole}.5") if self.dice.chance(20) else whole

    def _sum(self) -> Entry:
        plain, other = self.dice.pick([*self.numbers, "points"]), self._number()
        held = {"of": other, "subtract": self.dice.chance(50), "at_most": self._amount(2, 60), "at_least": 1}
        return {"parts": [plain, held], "start": self._amount(0, 5), "at_least": 0, "at_most": self._amount(50, 90)}

    def _mean(self) -> Entry:
        return {"of": ["score", "other", self._number()], "of_those_present": self.dice.chance(50)}

    def _share(self) -> Entry:
        return {"of": "points", "out_of": "faults"}

    def _product(self) -> Entry:
        return {"factors": [self.dice.pick(["score", "points"]), "other"], "divide_by": self.dice.number(1, 80)}

    def _weighted_sum(self) -> Entry:
        parts = ["score", "other"] + (["points"] if self.dice.chance(50) else [])
        part: Entry = {"rescale": self.dice.chance(50)}
        if self.dice.chance(50):
            part |= {"by": "unit_type", "weights": {kind: self._column(parts) for kind in ("city", "county")}}
        else:
            part["weights"] = self._column(parts)
        if self.dice.chance(50):
            part["adjust"] = [self._change(at, parts) for at in range(self.dice.number(1, len(parts) - 1))]
        return part

    def _column(self, parts: list[str]) -> dict[str, int]:
        first = self.dice.number(10, 50)
        second = self.dice.number(10, 40) if len(parts) == 3 else 100 - first
        return dict(zip(parts, (first, second, 100 - first - second), strict=False))

    def _change(self, at: int, parts: list[str]) -> Entry:
        change = {"to": self.dice.number(1, 40)} if self.dice.chance(50) else {"plus": self.dice.number(1, 4)}
        when = draw_condition(self.dice, readable(self.names, self.tiers), 1)
        return {"id": f"A-{at}", "when": when, "part": parts[at], **change, "basis": "default"}

    def _deductions(self) -> Entry:
        items = [{"of": name, "each": self._amount(1, 5)} for name in ("points", "faults", "poor")]
        items[0]["at_most"] = self._amount(3, 9)
        if self.dice.chance(50):
            items[1]["unless"] = draw_condition(self.dice, readable(self.names, self.tiers), 1)
        return {"start": 100, "items": items, "at_least": self._amount(70, 90)}

    def _bands(self) -> Entry:
        middle = self.dice.number(20, 60)
        limits = [{"at_least": middle + 20, "value": "高"}, {"at_least": middle, "value": "中"}, {"value": "低"}]
        return {"of": self._number(), "bands": limits}

    def _within(self) -> str:
        return self.dice.pick(["unit", "pool", "all"])

    def _ranking(self) -> Entry:
        return {"of": self._number(), "within": self._within(), "lowest_first": self.dice.chance(30)}

    def _tally(self) -> Entry:
        when = draw_condition(self.dice, readable(self.names, self.tiers), 1)
        part: Entry = {"from": self.dice.some(self.tiers), "within": self._within(), "when": when}
        return part | ({"distinct": "result"} if self.dice.chance(40) else {})

    def _spread_of(self) -> Entry:
        return {"of": self._number(), "from": self.dice.some(self.tiers), "within": self._within()}

    def _past_run(self) -> Entry:
        return {"grades": self._few_grades(), "gap": self.dice.pick(["breaks", "bridges"])}

    def _past_count(self) -> Entry:
        return {"grades": self._few_grades(), "window": self.dice.number(2, 4)}

    def _few_grades(self) -> list[str]:
        """Grades of a scale that all tiers share, else of the first tier's."""
        return self.dice.some(self.grades[self.tiers[0]][:3])
