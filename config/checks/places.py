"""Where a compiled rule stands in the files of its pack, so that a fault of the whole pack names a line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.yaml_file import Faults, YamlList, YamlMap
from scoring.scheme import Component, Rule, Scheme

Path = tuple[str | int, ...]
LISTS = {"rules.yaml": "rules", "consequences.yaml": "consequences"}


@dataclass(frozen=True)
class Placed:
    """A rule with its file and its path in it."""

    rule: Rule
    data: YamlMap
    path: Path

    def fault(self, faults: Faults, key: str, found: str, allowed: str, remedy: str) -> None:
        """A fault at a key of the rule, or at the rule where it has no such key."""
        faults.at(self.data, (*self.path, key), f"{self.rule.id} {found}", allowed, remedy)


def placed_rules(scheme: Scheme, maps: Mapping[str, YamlMap]) -> Iterator[Placed]:
    """Every rule and consequence of the scheme with its place; ids may be shared by several kinds."""
    for (file, key), rules in zip(LISTS.items(), (scheme.rules, scheme.consequences), strict=True):
        data, start = maps[file], 0
        for rule in rules:
            start = _found(data[key], rule, start)
            yield Placed(rule, data, (key, start))
            start += 1


def _found(entries: YamlList, rule: Rule, start: int) -> int:
    """Compiled rules keep the order of the file; those with faults of their own are passed over."""
    return next(
        at for at, entry in enumerate(entries) if at >= start and (entry["id"], entry["label"]) == (rule.id, rule.label)
    )


def component_paths(scheme: Scheme, data: YamlMap) -> Iterator[tuple[Path, Component]]:
    """Every component of the scheme with its path in scoring.yaml; one entry may make two (a band and its grade)."""
    entries = data.get("components", ())
    for component in scheme.components:
        at = next(at for at, entry in enumerate(entries) if entry["id"] == component.id)
        yield ("components", at), component
