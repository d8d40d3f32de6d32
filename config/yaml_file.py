"""Strict YAML: every value knows its line, and the traps of the format are faults instead of surprises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

M = TypeVar("M", bound=BaseModel)

LOOKS_LIKE_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$")
LOOKS_LIKE_BOOLEAN = {"on", "off", "yes", "no", "y", "n"}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
MERGE = "<<"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file: where it stands, what was found, what is allowed, what to do."""

    file: str
    line: int
    found: str
    allowed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.found}; allowed: {self.allowed}; remedy: {self.remedy}"


class SchemeFaults(Exception):
    """All faults of a pack or a file, sorted by place; raised once, never at the first fault."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class YamlMap(dict[str, Any]):
    """A mapping that knows its file, its own line and the line of each key."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
        self.lines: dict[str, int] = {}


class YamlList(list[Any]):
    """A list that knows its file, its own line and the line of each item."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
        self.lines: list[int] = []


@dataclass
class Faults:
    """Collects faults while files are read; `raise_any` stops once with all of them."""

    items: list[Fault] = field(default_factory=list)

    def add(self, file: str, line: int, found: str, allowed: str, remedy: str) -> None:
        self.items.append(Fault(file, line, found, allowed, remedy))

    def at(self, data: object, path: tuple[int | str, ...], found: str, allowed: str, remedy: str) -> None:
        """Adds a fault at the line of `data[path[0]][path[1]]…`, as near as the file allows."""
        file, line = locate(data, path)
        self.add(file, line, found, allowed, remedy)

    def raise_any(self) -> None:
        if self.items:
            raise SchemeFaults(self.items)


def read_yaml(path: Path, faults: Faults, name: str | None = None) -> YamlMap:
    """Reads the mapping in the file; what is wrong goes to `faults`, and an unreadable file gives an empty mapping."""
    label = name or path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.add(
            label, 1, f"unreadable file ({error.__class__.__name__})", "a UTF-8 text file", f"check that {path} exists"
        )
        return YamlMap(label, 1)
    return parse_yaml(text, label, faults)


def parse_yaml(text: str, name: str, faults: Faults) -> YamlMap:
    """Reads a mapping from text; numbers with a point become Decimal, never a binary float."""
    try:
        root = YAML(typ="safe").compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        faults.add(
            name,
            line,
            str(error.problem or error.context),
            "well-formed YAML",
            "mend the indentation, quotes or brackets here",
        )
        return YamlMap(name, 1)
    if not isinstance(root, MappingNode):
        faults.add(name, 1, "no mapping at the top", "`key: value` lines", "start the file with its keys")
        return YamlMap(name, 1)
    return _mapping(root, name, faults)


def locate(data: object, path: tuple[int | str, ...]) -> tuple[str, int]:
    """File and line of the value at `path`; the nearest known place when a step is missing."""
    file, line = getattr(data, "file", "?"), getattr(data, "line", 1)
    for step in path:
        if isinstance(data, YamlMap) and step in data:
            line, data = data.lines[str(step)], data[str(step)]
        elif isinstance(data, YamlList) and isinstance(step, int) and step < len(data):
            line, data = data.lines[step], data[step]
        elif not isinstance(data, (YamlMap, YamlList)):
            break
    return file, line


def check_model(model: type[M], data: YamlMap, faults: Faults) -> M | None:
    """The validated model, or None with one fault for each thing that pydantic refuses."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            _model_fault(cast("Mapping[str, Any]", item), data, faults)
        return None


def _model_fault(item: Mapping[str, Any], data: YamlMap, faults: Faults) -> None:
    path = tuple(item["loc"])
    where = ".".join(str(step) for step in path) or "the file"
    if item["type"] == "extra_forbidden":
        faults.at(data, path, f"unknown key {where!r}", "the documented keys only", "remove it or correct its spelling")
    elif item["type"] == "missing":
        faults.at(data, path, f"no {where!r}", "it is required", f"add {path[-1]}")
    else:
        faults.at(data, path, f"{where} = {item['input']!r}", item["msg"], f"correct {path[-1] if path else where}")


def _mapping(node: MappingNode, file: str, faults: Faults) -> YamlMap:
    result = YamlMap(file, node.start_mark.line + 1)
    merged = YamlMap(file, result.line)
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _key(key_node, file, faults)
        if key == MERGE:
            _merge(value_node, merged, file, faults)
        elif key in result:
            faults.add(
                file, line, f"key {key!r} twice", "each key once", f"remove one (first in line {result.lines[key]})"
            )
        else:
            result[key], result.lines[key] = _value(value_node, file, faults), line
    for key in merged.keys() - result.keys():
        result[key], result.lines[key] = merged[key], merged.lines[key]
    return result


def _merge(node: Node, into: YamlMap, file: str, faults: Faults) -> None:
    parts = node.value if isinstance(node, SequenceNode) else [node]
    for part in parts:
        if not isinstance(part, MappingNode):
            faults.add(
                file, part.start_mark.line + 1, "<< of something else", "<<: *name of a mapping", "merge a mapping"
            )
            continue
        other = _mapping(part, file, faults)
        for key in other.keys() - into.keys():
            into[key], into.lines[key] = other[key], other.lines[key]


def _key(node: Node, file: str, faults: Faults) -> str:
    line = node.start_mark.line + 1
    if not isinstance(node, ScalarNode):
        faults.add(file, line, "a list or mapping as key", "a word as key", "name the key")
        return f"?{line}"
    if not node.style and str(node.value).lower() in LOOKS_LIKE_BOOLEAN:
        faults.add(
            file, line, f"key {node.value}", "a key that cannot be read as true or false", f'write "{node.value}"'
        )
    return str(node.value)


def _value(node: Node, file: str, faults: Faults) -> Any:
    if isinstance(node, MappingNode):
        return _mapping(node, file, faults)
    if isinstance(node, SequenceNode):
        result = YamlList(file, node.start_mark.line + 1)
        for item in node.value:
            result.append(_value(item, file, faults))
            result.lines.append(item.start_mark.line + 1)
        return result
    return _scalar(cast("ScalarNode", node), file, faults)


def _scalar(node: ScalarNode, file: str, faults: Faults) -> Any:
    text, line = str(node.value), node.start_mark.line + 1
    if node.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if INTEGER.match(text):
        return int(text)
    if DECIMAL.match(text):
        return Decimal(text)
    if LOOKS_LIKE_DATE.match(text):
        faults.add(file, line, f"bare date {text}", "a date in quotes", f'write "{text}"')
    elif text.lower() in LOOKS_LIKE_BOOLEAN or text.lower() in ("true", "false"):
        faults.add(
            file,
            line,
            f"{text}, which some readers take for true or false",
            "true, false or quoted text",
            f'write true, false or "{text}"',
        )
    elif re.match(r"[-+]?[0-9][0-9_.eE+-]*$", text) or text.lower() in (".nan", ".inf", "-.inf"):
        faults.add(
            file,
            line,
            f"ambiguous number {text}",
            "digits with at most one point and no leading zero",
            "write it out, or in quotes for text",
        )
    return text
