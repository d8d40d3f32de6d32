"""A pack as its files say it: raw mappings, settings applied, nothing compiled."""

from collections.abc import Mapping
from typing import Any

Raw = Mapping[str, Any]
BUILT_IN = {"tier": "text", "unit": "text", "pool": "text", "year": "count"}


class RefPack:
    """What the reference asks a pack; `settings` are the defaults with a case's overrides."""

    def __init__(self, maps: Mapping[str, Raw], overrides: Mapping[str, object]) -> None:
        head, scoring = maps["scheme.yaml"], maps["scoring.yaml"]
        self.settings = {entry["key"]: entry["default"] for entry in head.get("config", [])} | dict(overrides)
        self.scales = {scale["id"]: list(scale["grades"]) for scale in head["scales"]}
        self.tiers: dict[str, Raw] = {tier["id"]: tier for tier in head["tiers"]}
        self.pools: list[Raw] = list(head.get("pools", []))
        self.facts: dict[str, Raw] = {fact["name"]: fact for fact in scoring["facts"]}
        self.components: list[Raw] = list(scoring.get("components", []))
        self.base: Raw = scoring["base"]
        self.rules: list[Raw] = [rule for rule in maps["rules.yaml"]["rules"] if self._enabled(rule)]
        consequences = maps["consequences.yaml"]["consequences"]
        self.consequences: list[Raw] = [rule for rule in consequences if self._enabled(rule)]

    def _enabled(self, rule: Raw) -> bool:
        return "enabled_by" not in rule or self.settings[rule["enabled_by"]] is True

    def of_kind(self, *kinds: str) -> list[Raw]:
        """The enabled rules of these kinds in the order of the pack."""
        return [rule for rule in self.rules if rule["kind"] in kinds]

    def setting(self, value: Any) -> Any:
        """A value of the pack, read from the settings where it is a `$key`."""
        return self.settings[value[1:]] if isinstance(value, str) and value.startswith("$") else value

    def grades(self, tier: str) -> list[str]:
        """The scale of a tier, best first; empty for a tier that is not graded."""
        return self.scales[self.tiers[tier]["scale"]] if self.tiers[tier].get("scale") else []

    def rank(self, tier: str, grade: str) -> int:
        return self.grades(tier).index(grade)

    def pool_of(self, tier: str) -> Raw | None:
        return next((pool for pool in self.pools if tier in pool["tiers"]), None)

    def value_labels(self, component: str) -> Mapping[str, str]:
        """The labels of the values that a `collect` gathers."""
        part = next(part for part in self.components if component in (part["name"], f"{part['name']}_grade"))
        return self.facts[part["fact"]].get("values", {}) if part["kind"] == "collect" else {}

    def missing(self, name: str, tier: str) -> object:
        """What the absence of a fact or component means for a tier: `block`, `skip` or the value in its place."""
        decl = self.facts.get(name) or next((part for part in self.components if part["name"] == name), {})
        missing = decl.get("missing", "block")
        return missing.get(tier, "skip") if isinstance(missing, dict) else missing
