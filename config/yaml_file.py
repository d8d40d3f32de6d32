"""Strict YAML: every value knows its line, and the traps of the format are faults instead of surprises."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.yaml_faults import Fault, Faults, SchemeFaults, YamlList, YamlMap, locate
from config.yaml_model import check_model
from config.yaml_words import chinese_marks, complaint, unreadable

__all__ = [
    "Fault", "Faults", "SchemeFaults", "YamlList", "YamlMap", "check_model", "locate",
    "parse_yaml", "read_text", "read_yaml",
]  # fmt: skip

LOOKS_LIKE_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?$")
LOOKS_LIKE_BOOLEAN = {"on", "off", "yes", "no", "y", "n"}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
MERGE = "<<"
DEEPEST = 50


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
            chinese_marks(text, line) or "检查此处的冒号、缩进、引号或括号",
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
    if not node.style and "：" in str(node.value):
        faults.add(file, line, f"键 {node.value} 里有中文冒号", "英文冒号加空格", "把“：”改为“: ”")
    return str(node.value)


def _value(node: Node, file: str, faults: Faults) -> Any:
    if isinstance(node, MappingNode):
        return _mapping(node, file, faults)
    if isinstance(node, SequenceNode):
        result = YamlList(file, node.start_mark.line + 1)
        for item in node.value:
            if node.flow_style and isinstance(item, ScalarNode) and not item.style and "，" in str(item.value):
                told = f"列表里有中文逗号:{item.value}"
                faults.add(
                    file, item.start_mark.line + 1, told, "英文逗号", "改为英文逗号;若是文字的一部分则加英文引号"
                )
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
