"""Strict YAML: every value knows its line, and the traps of the format are faults instead of surprises."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.yaml_words import complaint, shown, unreadable

M = TypeVar("M", bound=BaseModel)

LOOKS_LIKE_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$")
LOOKS_LIKE_BOOLEAN = {"on", "off", "yes", "no", "y", "n"}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
MERGE = "<<"
DEEPEST = 50
ALLOWED = {
    "string_type": "文字",
    "int_type": "整数",
    "bool_type": "true 或 false",
    "list_type": "列表",
    "dict_type": "键值",
    "model_type": "键值",
    "model_attributes_type": "键值",
    "is_instance_of": "小数",
    "decimal_type": "小数",
    "union_tag_not_found": "写明 kind",
}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file: where it stands, what was found, what is allowed, what to do."""

    file: str
    line: int
    found: str
    allowed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.found};允许:{self.allowed};处理:{self.remedy}"


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
    text = read_text(path, label, faults)
    return YamlMap(label, 1) if text is None else parse_yaml(text, label, faults)


def read_text(path: Path, label: str, faults: Faults) -> str | None:
    """The text of a file; None with a fault when it gives none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.add(label, 1, *unreadable(path, error))
        return None


def parse_yaml(text: str, name: str, faults: Faults) -> YamlMap:
    """Reads a mapping from text; numbers with a point become Decimal, never a binary float."""
    try:
        root = YAML(typ="safe").compose(text)
        own = _inside_itself(root, set(), set()) if root else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        faults.add(
            name,
            line,
            complaint(str(error.problem or error.context)),
            "格式正确的 YAML",
            "检查此处的缩进、引号或括号",
        )
        return YamlMap(name, 1)
    except YAMLError:  # the reader's own error: characters that no text has
        faults.add(name, 1, "文件含有不可显示的字符,不是文本", "UTF-8 文本文件", "用编辑器打开,另存为 UTF-8")
        return YamlMap(name, 1)
    except RecursionError:
        faults.add(name, 1, "括号或缩进嵌套过深", f"至多 {DEEPEST} 层", "减少嵌套")
        return YamlMap(name, 1)
    if not isinstance(root, MappingNode):
        faults.add(name, 1, "顶层不是键值", "“键: 值”各行", "从键写起")
        return YamlMap(name, 1)
    if own is not None:
        faults.add(name, own.start_mark.line + 1, "引用(*)指向包含它自己的一层", "引用别处的值", "改为写出实际的值")
        return YamlMap(name, 1)
    return _mapping(root, name, faults)


def _inside_itself(node: Node, above: set[int], done: set[int]) -> Node | None:
    """The first node that an alias puts inside itself; RecursionError past DEEPEST."""
    if id(node) in above:
        return node
    if id(node) in done or isinstance(node, ScalarNode):
        return None
    parts = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else node.value
    above.add(id(node))
    if len(above) > DEEPEST:
        raise RecursionError
    found = next((own for part in parts if (own := _inside_itself(part, above, done)) is not None), None)
    above.discard(id(node))
    done.add(id(node))
    return found


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
    """The validated model, or None with one fault for each value that pydantic refuses."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        refused: dict[tuple[int | str, ...], list[ErrorDetails]] = {}
        for item in error.errors(include_url=False):
            refused.setdefault(_written(data, item), []).append(item)
        for path, items in refused.items():
            _model_fault(path, items, data, faults, _remedy(model, path, items))
        return None


def _written(data: YamlMap, item: ErrorDetails) -> tuple[int | str, ...]:
    """The path as it stands in the file: without the tags by which pydantic tells the kinds of a union apart."""
    path: list[int | str] = []
    value: Any = data
    for step in item["loc"]:
        here = isinstance(value, YamlMap) and step in value
        if here or (isinstance(value, YamlList) and isinstance(step, int)):
            path.append(step)
            value = value[step]
    return (*path, item["loc"][-1]) if item["type"] == "missing" else tuple(path)


def _remedy(model: type[BaseModel], path: tuple[int | str, ...], items: list[ErrorDetails]) -> str:
    """What to do about an ill-typed value; a key left empty is no value at all."""
    name = path[-1] if path else "文件"
    empty = {"list_type": "[]", "dict_type": "{}"}.get(items[0]["type"])
    if items[0]["input"] is not None or empty is None:
        return f"改正 {name}"
    known = model.model_fields.get(str(name)) if len(path) == 1 else None
    return f"写 {empty} 或删去这一行" if known and not known.is_required() else f"在 {name} 之下列出各项"


def _model_fault(
    path: tuple[int | str, ...], items: list[ErrorDetails], data: YamlMap, faults: Faults, remedy: str
) -> None:
    where, name = ".".join(str(step) for step in path) or data.file, path[-1] if path else data.file
    kinds = {item["type"] for item in items}
    if "missing" in kinds:
        faults.at(data, path, f"缺少 {where}", "必填", f"补上 {name}")
    elif "extra_forbidden" in kinds:
        faults.at(data, path, f"未知的键 {where}", "约定的键", "删去或改正拼写")
    else:
        allowed = "、".join(dict.fromkeys(_allowed(item) for item in items))
        faults.at(data, path, f"{where} = {shown(items[0]['input'])}", allowed, remedy)


def _allowed(item: ErrorDetails) -> str:
    context = item.get("ctx", {})
    if item["type"] == "value_error":
        return str(context["error"])
    if item["type"] in ("literal_error", "union_tag_invalid"):
        return str(context.get("expected") or context.get("expected_tags"))
    limits = {"greater_than_equal": "ge", "less_than_equal": "le", "too_short": "min_length"}
    if item["type"] in limits:
        return {"ge": "不小于 {}", "le": "不大于 {}", "min_length": "至少 {} 项"}[limits[item["type"]]].format(
            context[limits[item["type"]]]
        )
    return ALLOWED.get(item["type"], item["msg"])


def _mapping(node: MappingNode, file: str, faults: Faults) -> YamlMap:
    result = YamlMap(file, node.start_mark.line + 1)
    merged = YamlMap(file, result.line)
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _key(key_node, file, faults)
        if key == MERGE:
            _merge(value_node, merged, file, faults)
        elif key in result:
            faults.add(file, line, f"键 {key} 重复", "每个键一次", f"删去一个(首次在第 {result.lines[key]} 行)")
        else:
            result[key], result.lines[key] = _value(value_node, file, faults), line
    for key in merged.keys() - result.keys():
        result[key], result.lines[key] = merged[key], merged.lines[key]
    return result


def _merge(node: Node, into: YamlMap, file: str, faults: Faults) -> None:
    parts = node.value if isinstance(node, SequenceNode) else [node]
    for part in parts:
        if not isinstance(part, MappingNode):
            faults.add(file, part.start_mark.line + 1, "<< 之后不是键值", "<<: *键值的名称", "改为引用键值")
            continue
        other = _mapping(part, file, faults)
        for key in other.keys() - into.keys():
            into[key], into.lines[key] = other[key], other.lines[key]


def _key(node: Node, file: str, faults: Faults) -> str:
    line = node.start_mark.line + 1
    if not isinstance(node, ScalarNode):
        faults.add(file, line, "以列表或键值作键", "以文字作键", "写明键名")
        return f"?{line}"
    if not node.style and str(node.value).lower() in LOOKS_LIKE_BOOLEAN:
        faults.add(file, line, f"键 {node.value}", "不会被读作是非的键", f'写作 "{node.value}"')
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
        faults.add(file, line, f"日期 {text} 未加引号", "加引号的日期", f'写作 "{text}"')
    elif text.lower() in LOOKS_LIKE_BOOLEAN or text.lower() in ("true", "false"):
        faults.add(
            file,
            line,
            f"{text} 可能被读作是非",
            "true、false 或加引号的文字",
            f'写作 true、false 或 "{text}"',
        )
    elif re.match(r"[-+]?[0-9][0-9_.eE+-]*$", text) or text.lower() in (".nan", ".inf", "-.inf"):
        faults.add(
            file,
            line,
            f"数字 {text} 有歧义",
            "不以 0 开头、至多一个小数点的数字",
            "写全数字;若是文字则加引号",
        )
    return text
