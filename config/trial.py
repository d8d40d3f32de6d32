"""A pack with some values changed, for trial only: the compiled scheme of it, every faulty change told at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cached_property
from typing import Any

from config.scheme_compile import PackFiles, compile_scheme
from config.scheme_loader import Pack
from config.scheme_models import SchemeFile
from config.scheme_rule_models import ConsequencesFile, RulesFile
from config.scoring_models import ScoringFile
from config.trial_keys import OFF, WEIGHTS, Knob, Path, RefusedTrial, Value, find_knob, knobs_of, said, unknown_key
from config.yaml_file import Faults, YamlList, YamlMap, check_model
from scoring.scheme import Scheme, Setting

Changes = Mapping[str, Value]
FULL = Decimal(100)
PLACES = Decimal("0.000001")
REST = "rest"  # what is left of 100


@dataclass(frozen=True)
class Trial:
    """Tries changes on one pack; the pack itself never changes."""

    pack: Pack

    @cached_property
    def knobs(self) -> dict[str, Knob]:
        """Every value that may be changed, by key."""
        return knobs_of(self.pack)

    def scheme(self, changes: Changes) -> Scheme:
        """Return the scheme with these changes; RefusedTrial with every key and value that cannot be tried."""
        self._known(changes)
        faults = Faults()
        scheme = self._compiled(changes, faults)
        if scheme is None or faults.items:
            raise RefusedTrial(list(dict.fromkeys(self._told(changes, faults))))
        return scheme

    def overrides(self, config: Mapping[str, Setting], changes: Changes) -> dict[str, Setting]:
        """Return a cycle's own settings without those that are tried."""
        return {key: value for key, value in config.items() if key not in changes}

    def _known(self, changes: Changes) -> None:
        lines = [unknown_key(self.knobs, key) for key in changes if find_knob(self.knobs, key) is None]
        lines += [
            f"{key}={said(value)}:允许 true 或 false"
            for key, value in changes.items()
            if key.endswith(f".{OFF}") and not isinstance(value, bool)
        ]
        if lines:
            raise RefusedTrial(lines)

    def _compiled(self, changes: Changes, faults: Faults) -> Scheme | None:
        maps = _changed(self.pack.maps, self.knobs, changes, faults)
        head, scoring = (
            check_model(SchemeFile, maps["scheme.yaml"], faults),
            check_model(ScoringFile, maps["scoring.yaml"], faults),
        )
        rules = check_model(RulesFile, maps["rules.yaml"], faults)
        consequences = check_model(ConsequencesFile, maps["consequences.yaml"], faults)
        if head is None or scoring is None or rules is None or consequences is None or faults.items:
            return None
        return compile_scheme(PackFiles(head, scoring, rules, consequences, maps), self._digest(changes), faults)

    def _digest(self, changes: Changes) -> str:
        told = "\n".join(f"{key}={said(value)}" for key, value in sorted(changes.items()))
        return hashlib.sha256(f"{self.pack.hash}\n{told}".encode()).hexdigest()

    def _told(self, changes: Changes, joint: Faults) -> list[str]:
        """The faults of each change by itself; those that only show together after them."""
        lines, known = [], set()
        for key, value in changes.items() if len(changes) > 1 else ():
            alone = Faults()
            self._compiled({key: value}, alone)
            known |= set(alone.items)
            lines += [f"{key}={said(value)}:{fault.found};允许:{fault.allowed}" for fault in alone.items]
        together = "、".join(f"{key}={said(value)}" for key, value in changes.items())
        rest = [fault for fault in joint.items if fault not in known] if not lines else []
        return lines + [f"{together}:{fault.found};允许:{fault.allowed}" for fault in rest]


def _changed(
    maps: Mapping[str, YamlMap], knobs: Mapping[str, Knob], changes: Changes, faults: Faults
) -> dict[str, YamlMap]:
    """The maps with the changes in place; only what lies on the way to a change is copied."""
    result = dict(maps)
    dropped: list[tuple[str, Path]] = []
    weighed: dict[tuple[str, Path], set[str | int]] = {}
    for key, value in changes.items():
        knob = find_knob(knobs, key)
        for file, path in knob.places if knob else ():
            if path[-1] == OFF:
                dropped += [(file, path)] if value is True else []
                continue
            result[file] = _with(result[file], path, value)
            if WEIGHTS in path:
                weighed.setdefault((file, path[:-1]), set()).add(path[-1])
    settings = {str(item["key"]): item["default"] for item in result["scheme.yaml"].get("config") or ()}
    for (file, path), fixed in weighed.items():
        for part, weight in _balanced(_at(result[file], path), fixed, settings, faults).items():
            result[file] = _with(result[file], (*path, part), weight)
    for file, path in sorted(dropped, key=lambda place: (place[0], str(place[1][0]), -int(place[1][1]))):
        result[file] = _without(result[file], str(path[0]), int(path[1]))
    return result


def _balanced(
    parts: YamlMap, fixed: set[str | int], settings: Mapping[str, Setting], faults: Faults
) -> dict[str, Value]:
    """The other weights of a column, shrunk or stretched in proportion so that all sum to 100."""
    weights = _weights(parts, settings)
    if weights is None:
        return {}
    given = sum((weight for part, weight in weights.items() if part in fixed), Decimal(0))
    rest = {part: weight for part, weight in weights.items() if part not in fixed}
    total, wanted = sum(rest.values(), Decimal(0)), FULL - given
    if wanted == total:
        return {}
    if wanted < 0 or not total:
        faults.at(parts, (), f"权重合计 {given}", "合计 100", "改正所给的权重")
        return {}
    shared = {part: (weight * wanted / total).quantize(PLACES, ROUND_DOWN) for part, weight in rest.items()}
    largest = max(shared, key=lambda part: shared[part])
    shared[largest] += wanted - sum(shared.values(), Decimal(0))
    return {part: int(weight) if weight == int(weight) else weight.normalize() for part, weight in shared.items()}


def _weights(parts: YamlMap, settings: Mapping[str, Setting]) -> dict[str, Decimal] | None:
    """The weights of a column as numbers, settings and `rest` filled in; None where one is no number."""
    known: dict[str, Decimal] = {}
    for part, weight in parts.items():
        value = settings.get(weight[1:]) if isinstance(weight, str) and weight.startswith("$") else weight
        if value != REST and (isinstance(value, (bool, str)) or value is None):
            return None  # the compiler says what is wrong with it
        known[part] = Decimal(0) if value == REST else Decimal(str(value))
    left = FULL - sum(known.values(), Decimal(0))
    return {part: left if parts[part] == REST else weight for part, weight in known.items()}


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _with(data: Any, path: Path, value: Value) -> Any:
    """A copy of `data` with another value at `path`, sharing all that does not lie on the way."""
    if not path:
        return value
    copied = _copy(data)
    copied[path[0]] = _with(data[path[0]], path[1:], value)
    return copied


def _without(data: YamlMap, name: str, at: int) -> YamlMap:
    copied, items = _copy(data), _copy(data[name])
    del items[at]
    del items.lines[at]
    copied[name] = items
    assert isinstance(copied, YamlMap)
    return copied


def _copy(data: YamlMap | YamlList) -> Any:
    if isinstance(data, YamlMap):
        mapping = YamlMap(data.file, data.line)
        mapping.update(data)
        mapping.lines = data.lines
        return mapping
    items = YamlList(data.file, data.line)
    items.extend(data)
    items.lines = list(data.lines)
    return items
