"""What a trial may change of a pack: settings, rules' values, components' weights, each by a key as people type it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from config.scheme_loader import Pack
from config.yaml_file import YamlList, YamlMap

Value = bool | int | Decimal | str
Path = tuple[str | int, ...]

OFF = "off"
WEIGHTS = "weights"
LISTS = (("rules.yaml", "rules"), ("consequences.yaml", "consequences"), ("scoring.yaml", "components"))
WORDS = {  # documentation, and what no grade depends on
    "id", "kind", "name", "label", "cite", "basis", "note", "message", "review", "unrecorded", "changed", "force",
}  # fmt: skip
NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?$")


@dataclass(frozen=True)
class Knob:
    """One value that a trial may change: its key, its label, its value now and its places in the files of the pack.

    A rule that is switched off by `ID.off` may stand in several places, one for each of its kinds.
    """

    key: str
    label: str
    value: Value
    places: tuple[tuple[str, Path], ...]


class RefusedTrial(ValueError):
    """Changes that cannot be tried; `lines` says of each what was found and what exists."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(lines))


def knobs_of(pack: Pack) -> dict[str, Knob]:
    """Return every knob by the key under which it is listed, in the order of the files."""
    found = [*_settings(pack.maps["scheme.yaml"]), *_base(pack.maps["scoring.yaml"])]
    entries = [entry for file, name in LISTS for entry in _entries(pack.maps, file, name)]
    found += [knob for entry, head in zip(entries, _heads(entries), strict=True) for knob in entry.knobs(head)]
    return {knob.key: knob for knob in _merged(found)}


def find_knob(knobs: Mapping[str, Knob], key: str) -> Knob | None:
    """Return the knob of a key; `performance.ecology` also finds this part's weight in every column of weights.

    The kind of a rule may be left out where only one of its kinds has such a value.
    """
    head, _, tail = key.partition(".")
    kinds = [
        knob for name, knob in knobs.items() if re.fullmatch(rf"{re.escape(head)}:[a-z_]+\.{re.escape(tail)}", name)
    ]
    if len(kinds) == 1:
        return kinds[0]
    weight = re.compile(rf"{re.escape(head)}\.{WEIGHTS}\.(?:.+\.)?{re.escape(tail)}")
    weights = [knob for name, knob in knobs.items() if weight.fullmatch(name)]
    if key in knobs or not weights:
        return knobs.get(key)
    return Knob(key, weights[0].label, weights[0].value, tuple(place for knob in weights for place in knob.places))


def unknown_key(knobs: Mapping[str, Knob], key: str) -> str:
    """Return what is wrong with an unknown key, and what exists near it."""
    head = key.partition(".")[0]
    mine = [name for name in knobs if re.split(r"[.:]", name)[0] == re.split(r"[.:]", head)[0]]
    if mine:
        return f"没有“{key}”;{head} 可改的有:{'、'.join(mine)}"
    near = get_close_matches(key, list(knobs), n=3, cutoff=0.6)
    hint = f";相近的有:{'、'.join(near)}" if near else ""
    heads = dict.fromkeys(re.split(r"[.:]", name)[0] if name[:1].isupper() else name for name in knobs)
    return f"没有“{key}”{hint};可改的有:{'、'.join(heads)}(用 --keys 列出全部及现值)"


def read_value(text: str) -> Value:
    """Return a typed value of a text as YAML would read it: true, false, a whole number, a decimal, else the text."""
    bare = text.strip()
    if bare in ("true", "false"):
        return bare == "true"
    if NUMBER.match(bare):
        return Decimal(bare) if "." in bare else int(bare)
    return bare


def said(value: object) -> str:
    """Return a value as it is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class _Entry:
    """One rule, consequence or component as it stands in its file."""

    file: str
    path: Path
    data: YamlMap

    @property
    def id(self) -> str:
        return str(self.data.get("id", ""))

    @property
    def kind(self) -> str:
        return str(self.data.get("kind", ""))

    def knobs(self, head: str) -> Iterator[Knob]:
        """The values of the entry under its head, and under its name where it has one."""
        label = str(self.data.get("label", ""))
        heads = [head] if "name" not in self.data else [str(self.data["name"]), head]
        for path, value in _leaves(self.data):
            for name in heads:
                key = ".".join([name, *(str(step + 1) if isinstance(step, int) else step for step in path)])
                yield Knob(key, label, value, ((self.file, (*self.path, *path)),))
        if self.path[0] != "components":
            for name in dict.fromkeys([self.id, head]):
                yield Knob(f"{name}.{OFF}", label, False, ((self.file, (*self.path, OFF)),))


def _heads(entries: list[_Entry]) -> Iterator[str]:
    """What each goes by: its id; `BZ-13:cap` where several kinds share it; `JS-14:quota2` for the second of a kind."""
    ids = Counter(entry.id for entry in entries)
    kinds = Counter((entry.id, entry.kind) for entry in entries)
    passed: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        key = (entry.id, entry.kind)
        passed[key] += 1
        number = passed[key] if kinds[key] > 1 else ""
        yield entry.id if ids[entry.id] == 1 else f"{entry.id}:{entry.kind}{number}"


def _entries(maps: Mapping[str, YamlMap], file: str, name: str) -> Iterator[_Entry]:
    items = maps[file].get(name)
    for at, item in enumerate(items if isinstance(items, YamlList) else ()):
        if isinstance(item, YamlMap):
            yield _Entry(file, (name, at), item)


def _settings(head: YamlMap) -> Iterator[Knob]:
    for at, item in enumerate(head.get("config") or ()):
        place = ("scheme.yaml", ("config", at, "default"))
        yield Knob(str(item["key"]), str(item["label"]), item["default"], (place,))


def _base(scoring: YamlMap) -> Iterator[Knob]:
    base = scoring.get("base")
    for path, value in _leaves(base) if isinstance(base, YamlMap) else ():
        key = ".".join(["base", *(str(step + 1) if isinstance(step, int) else step for step in path)])
        yield Knob(key, "起始等次", value, (("scoring.yaml", ("base", *path)),))


def _leaves(data: Any, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Every single value below, documentation left out; lists of single values are no knobs."""
    if isinstance(data, YamlMap):
        for key, value in data.items():
            if path or key not in WORDS:
                yield from _leaves(value, (*path, key))
    elif isinstance(data, YamlList):
        for at, value in enumerate(data):
            if isinstance(value, YamlMap):
                yield from _leaves(value, (*path, at))
    elif isinstance(data, (bool, int, Decimal, str)) and not {"cite", "clause", "source"} & set(path):
        yield path, data


def _merged(found: list[Knob]) -> Iterator[Knob]:
    """One knob a key: a rule's `off` stands in all its kinds."""
    by_key: dict[str, list[Knob]] = {}
    for knob in found:
        by_key.setdefault(knob.key, []).append(knob)
    for key, knobs in by_key.items():
        places = tuple(dict.fromkeys(place for knob in knobs for place in knob.places))
        yield Knob(key, knobs[0].label, knobs[0].value, places)
