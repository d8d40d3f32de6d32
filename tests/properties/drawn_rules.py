"""Random rules and consequences that fit the tiers, scales, pools and names of one pack."""

from typing import Any

from tests.properties.dice import Dice
from tests.properties.drawn_conditions import draw_condition, readable
from tests.properties.texts import CITE

Entry = dict[str, Any]
KINDS = (
    "cap", "force", "lift", "linkage", "quota", "require", "block", "flag", "coverage", "annual_cap", "cross_check",
    "shape", "bar", "ungraded", "protect", "cover", "order", "emphasis", "spread", "leniency", "cap", "linkage",
    "quota", "quota",
)  # fmt: skip


class Rules:
    """Draws rules; one that fits no part of the pack is left out."""

    def __init__(
        self, dice: Dice, grades: dict[str, list[str]], pools: list[Entry], names: list[Entry], components: list[Entry]
    ) -> None:
        self.dice, self.grades, self.pools, self.names, self.components = dice, grades, pools, names, components

    def rules(self) -> list[Entry]:
        drawn = [getattr(self, "_" + self.dice.pick(KINDS))() for _ in range(self.dice.number(1, 10))]
        rules = [rule for rule in drawn if rule is not None]
        for at, rule in enumerate(rules, 1):
            rule |= {"id": f"R-{at}", "label": f"第 {at} 条", "cite": CITE}
            if self.dice.chance(15):
                rule["enabled_by"] = "on"
        return _well_spared(rules, self.dice)

    def consequences(self) -> list[Entry]:
        kinds = ["_on_grade", "_on_fact", "_consecutive", "_cumulative"]
        drawn = [getattr(self, self.dice.pick(kinds))() for _ in range(self.dice.number(1, 3))]
        return [
            {"id": f"C-{at}", "label": f"后果 {at}", "cite": CITE, "actions": [self._action(rule)], **rule}
            for at, rule in enumerate(drawn, 1)
        ]

    def _tiers(self) -> list[str]:
        """Tiers that share a scale."""
        chosen = self.dice.some(list(self.grades))
        return [tier for tier in chosen if self.grades[tier] == self.grades[chosen[0]]]

    def _seen_tiers(self) -> list[str]:
        """Tiers for a rule that grades nothing."""
        return ["item"] if self.dice.chance(15) else self._tiers()

    def _grade(self, tiers: list[str]) -> str:
        return self.dice.pick(self.grades[tiers[0]])

    def _below(self, tiers: list[str]) -> str:
        return self.dice.pick(self.grades[tiers[0]][1:])

    def _above(self, tiers: list[str]) -> str:
        return self.dice.pick(self.grades[tiers[0]][:-1])

    def _when(self, tiers: list[str]) -> str:
        return draw_condition(self.dice, readable(self.names, tiers))

    def _cap(self) -> Entry:
        tiers = self._tiers()
        return {"kind": "cap", "applies_to": tiers, "when": self._when(tiers), "max_grade": self._below(tiers)}

    def _bar(self) -> Entry:
        tiers = self._tiers()
        return {"kind": "bar", "applies_to": tiers, "when": self._when(tiers), "from_grade": self._above(tiers)}

    def _force(self) -> Entry:
        tiers = self._tiers()
        return {"kind": "force", "applies_to": tiers, "when": self._when(tiers), "grade": self._grade(tiers)}

    def _lift(self) -> Entry:
        tiers = self._tiers()
        return {"kind": "lift", "applies_to": tiers, "when": self._when(tiers), "min_grade": self._above(tiers)}

    def _ungraded(self) -> Entry:
        tiers = self._tiers()
        return {"kind": "ungraded", "applies_to": tiers, "when": self._when(tiers), "message": "不定等次"}

    def _protect(self) -> Entry:
        tiers = self._tiers()
        rule: Entry = {"kind": "protect", "applies_to": tiers, "when": self._when(tiers), "spares": []}
        return rule | ({"review": "请核实"} if self.dice.chance(50) else {})

    def _linkage(self) -> Entry:
        sources, targets = self._tiers(), self._tiers()
        rule: Entry = {"kind": "linkage", "applies_to": sources, "targets": targets}
        kind = self.dice.number(0, 3)
        if kind == 3:
            worst = self.grades[sources[0]]
            return rule | {"table": {grade: self._below(targets) for grade in self.dice.some(worst[1:])}}
        if kind == 2:
            rule["when"] = self._when(sources)
            rule["include_self"] = self.grades[sources[0]] == self.grades[targets[0]] and self.dice.chance(50)
        else:
            rule["at_or_below"] = self._below(sources)
        if self.dice.chance(25):
            return rule | {"force_grade": self.grades[targets[0]][-1]}
        return rule | {"max_grade": self._below(targets)}

    def _quota(self) -> Entry:
        pool = self.dice.pick(self.pools)
        rule = {"kind": "quota", "pool": pool["id"], "grade": self._above(pool["tiers"])}
        rule |= {"only": self.dice.chance(20), "rounding": "$rounding", "minimum": "$least"}
        if pool.get("by") == ["unit"] and "team" not in pool["tiers"] and self.dice.chance(50):
            shares = {grade: self.dice.number(0, 60) for grade in self.dice.some(self.grades["team"])}
            return rule | {"part_by_grade": {"tier": "team", "grades": shares}}
        whole = self.dice.number(2, 5)
        return rule | {"part": self.dice.number(0, whole - 1), "whole": whole}

    def _order(self) -> Entry:
        pool = self.dice.pick(self.pools)
        of = self.dice.pick([name["name"] for name in self.names if name["type"] == "number"])
        return {"kind": "order", "of": of, "pool": pool["id"], "reason": "poor"}

    def _require(self) -> Entry:
        only = self.dice.chance(50)
        tiers = self._tiers() if only else self._seen_tiers()
        must = self._when(tiers)
        return {"kind": "require", "applies_to": tiers, "must": must, "only_graded": only, "message": "须有"}

    def _block(self) -> Entry:
        tiers = self._seen_tiers()
        return {"kind": "block", "applies_to": tiers, "when": self._when(tiers), "message": "不得"}

    def _flag(self) -> Entry:
        tiers = self._seen_tiers()
        return {"kind": "flag", "applies_to": tiers, "when": self._when(tiers), "message": "注意"}

    def _coverage(self) -> Entry:
        facts = ["points", "poor", "result", "score"]
        return {"kind": "coverage", "applies_to": self._seen_tiers(), "facts": self.dice.some(facts), "message": "未见"}

    def _cover(self) -> Entry:
        tiers = self._seen_tiers()
        rule: Entry = {"kind": "cover", "applies_to": tiers, "fact": "skills", "all_of": self.dice.some("abc")}
        rule |= {"effect": self.dice.pick(["violation", "block", "notice"]), "message": "缺"}
        return rule | ({"when": self._when(tiers)} if self.dice.chance(40) else {})

    def _emphasis(self) -> Entry | None:
        weighted = [part for part in self.components if part["kind"] == "weighted_sum"]
        if not weighted:
            return None
        part, tiers = self.dice.pick(weighted), self._tiers()
        rule = {"kind": "emphasis", "applies_to": tiers, "component": part["name"], "part": "score"}
        return rule | {"when": self._when(tiers), "message": "应占最大权重"}

    def _spread(self) -> Entry:
        base = self.dice.pick(["$base", "full_mark", "max_score"])
        return {"kind": "spread", "at_least": self.dice.number(1, 60), "base": base, "action": "HALVE"}

    def _leniency(self) -> Entry:
        problem = {"problem": "poor"} if self.dice.chance(60) else {}
        return {"kind": "leniency", **problem, "message": "打分偏宽", "action": "FLAG"}

    def _annual_cap(self) -> Entry:
        tiers = self._tiers()
        rule = {"kind": "annual_cap", "applies_to": tiers, "fact": "annual", "action": "CAP"}
        inclusive = self.dice.chance(50)
        return rule | {"below": self._above(tiers), "inclusive": inclusive, "max_grade": self._below(tiers)}

    def _cross_check(self) -> Entry:
        distance = self.dice.number(1, 2)
        return {"kind": "cross_check", "applies_to": self._tiers(), "fact": "annual", "distance": distance}

    def _shape(self) -> Entry:
        tiers = self._tiers()
        grades = self.grades[tiers[0]]
        return {"kind": "shape", "applies_to": tiers, "middle": grades[1:-1], "ends": [grades[0], grades[-1]]}

    def _action(self, rule: Entry) -> Entry:
        action: Entry = {"action": "TALK"}
        if self.dice.chance(30):
            action |= {"duration_months": self.dice.number(1, 13), "from": self.dice.pick(["since", "until"])}
        if rule["applies_to"] == ["team"] and "leaders" not in rule and self.dice.chance(50):
            action["on_person"] = ["head"]
        return action

    def _maybe_when(self, tiers: list[str]) -> Entry:
        return {"when": self._when(tiers)} if self.dice.chance(30) else {}

    def _on_grade(self) -> Entry:
        tiers = self._tiers()
        some = self.dice.some(self.grades[tiers[0]])
        return {"kind": "on_grade", "applies_to": tiers, "grades": some, **self._maybe_when(tiers)}

    def _on_fact(self) -> Entry:
        tiers = self._seen_tiers()
        return {"kind": "on_fact", "applies_to": tiers, "when": self._when(tiers)}

    def _consecutive(self) -> Entry:
        tiers = self._tiers()
        rule = {"kind": "consecutive", "applies_to": tiers, "grades": self.dice.some(self.grades[tiers[0]])}
        rule |= {"years": self.dice.number(2, 3), "unrecorded": "未见记录", "changed": "已变动"}
        rule |= {"gap": self.dice.pick(["breaks", "bridges"]), "reset": self.dice.chance(40), **self._maybe_when(tiers)}
        return rule | ({"leaders": ["head"]} if tiers == ["team"] else {})

    def _cumulative(self) -> Entry:
        tiers = self._tiers()
        window = self.dice.number(2, 4)
        rule = {"kind": "cumulative", "applies_to": tiers, "grades": self.dice.some(self.grades[tiers[0]])}
        return rule | {"times": self.dice.number(1, window), "window": window, **self._maybe_when(tiers)}


def _well_spared(rules: list[Entry], dice: Dice) -> list[Entry]:
    """Protections name rules that stand beside them; one quota for a pool and grade."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for rule in rules:
        key = (rule["pool"], rule["grade"]) if rule["kind"] == "quota" else (rule["id"], "")
        others = [other["id"] for other in rules if other["kind"] in ("cap", "bar", "force", "flag", "linkage", "lift")]
        if rule["kind"] == "protect":
            rule["spares"] = dice.some(others) if others else []
        if key not in seen and rule.get("spares") != []:
            kept.append(rule)
        seen.add(key)
    return kept
