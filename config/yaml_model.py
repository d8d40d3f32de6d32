"""What a typed model refuses of a file, as faults at their lines."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.yaml_faults import Faults, YamlList, YamlMap
from config.yaml_words import shown

M = TypeVar("M", bound=BaseModel)
Path = tuple[int | str, ...]

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
NAMES = ("id", "name", "key", "code")  # by which an item of a list is called
TAGS = ("union_tag_invalid", "union_tag_not_found")


def check_model(model: type[M], data: YamlMap, faults: Faults) -> M | None:
    """The validated model, or None with one fault for each value that pydantic refuses."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        refused: dict[Path, list[ErrorDetails]] = {}
        for item in error.errors(include_url=False):
            refused.setdefault(_written(data, item), []).append(item)
        for path, items in refused.items():
            _model_fault(model, path, items, data, faults)
        return None


def _written(data: YamlMap, item: ErrorDetails) -> Path:
    """The path as it stands in the file: without the tags by which pydantic tells the kinds of a union apart."""
    path: list[int | str] = []
    value: Any = data
    for step in item["loc"]:
        here = isinstance(value, YamlMap) and step in value
        if here or (isinstance(value, YamlList) and isinstance(step, int)):
            path.append(step)
            value = value[step]
    if item["type"] in TAGS and isinstance(value, YamlMap):
        path.append("kind")
    return (*path, item["loc"][-1]) if item["type"] == "missing" else tuple(path)


def _model_fault(model: type[BaseModel], path: Path, items: list[ErrorDetails], data: YamlMap, faults: Faults) -> None:
    where, kinds, first = _called(path, data), {item["type"] for item in items}, items[0]
    if "missing" in kinds or "union_tag_not_found" in kinds:
        faults.at(data, path, f"缺少{where}", "必填", f"补上 {path[-1]}")
    elif "extra_forbidden" in kinds:
        known = list(dict.fromkeys(name for kind in _models_at(model, first["loc"][:-1]) for name in kind.model_fields))
        faults.at(data, path, f"未知的键{where}", "、".join(known), _respell(str(path[-1]), first["input"], known))
    else:
        allowed = "、".join(dict.fromkeys(_allowed(item) for item in items))
        whole = isinstance(_given(first), dict)
        found = f"{where.strip()} 的写法" if whole else f"{where.strip()} = {shown(_given(first))}"
        remedy = f"按允许的写法改正 {where.strip()}" if whole else _remedy(model, path, first)
        faults.at(data, path, found, allowed, remedy)


def _given(item: ErrorDetails) -> Any:
    return item.get("ctx", {}).get("tag") if item["type"] == "union_tag_invalid" else item["input"]


def _called(path: Path, data: YamlMap) -> str:
    """The place in words: ` BZ-07 的 whole` inside an item that has a name, else ` weights.city`."""
    value: Any = data
    for at, step in enumerate(path):
        value = _step(value, step)
        own = next((value[key] for key in NAMES if value.get(key)), None) if isinstance(value, YamlMap) else None
        if isinstance(step, int) and isinstance(own, str) and own.strip():
            rest = ".".join(str(later) for later in path[at + 1 :])
            return f" {own} 的 {rest}" if rest else f" {own}"
    return " " + (".".join(str(step) for step in path) or data.file)


def _step(value: object, step: int | str) -> object:
    if isinstance(value, YamlMap):
        return value.get(str(step))
    return value[step] if isinstance(value, YamlList) and isinstance(step, int) and step < len(value) else None


def _models_at(model: type[BaseModel], loc: Path) -> list[type[BaseModel]]:
    """The models that a value at this place may have; a tag of pydantic picks those of its kind."""
    found = [model]
    for step in loc:
        named = [kind for kind in found if str(step) in kind.model_fields]
        if named:
            found = [one for kind in named for one in _inside(kind.model_fields[str(step)].annotation)]
        elif isinstance(step, str):
            tagged = [kind for kind in found if step in _tags(kind) or step == kind.__name__]
            found = tagged or found
    return found


def _tags(kind: type[BaseModel]) -> tuple[Any, ...]:
    field = kind.model_fields.get("kind")
    return get_args(field.annotation) if field else ()


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in a type, however it is wrapped in lists, unions and annotations."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _inside(part)


def _respell(key: str, value: object, known: list[str]) -> str:
    near = get_close_matches(key, known, 1)
    if near:
        return f"改为 {near[0]}"
    comma = ";若它是前面文字的一部分,把整段文字加上英文引号" if value is None else ""
    return f"删去或改正拼写{comma}"


def _remedy(model: type[BaseModel], path: Path, item: ErrorDetails) -> str:
    """What to do about an ill-typed value; a key left empty is no value at all."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "文件")
    empty = {"list_type": "[]", "dict_type": "{}"}.get(item["type"])
    if item["input"] is not None or empty is None:
        return f"改正 {name}"
    known = model.model_fields.get(str(name)) if len(path) == 1 else None
    return f"写 {empty} 或删去这一行" if known and not known.is_required() else f"在 {name} 之下列出各项"


def _allowed(item: ErrorDetails) -> str:
    context = item.get("ctx", {})
    if item["type"] == "value_error":
        return str(context["error"])
    if item["type"] in ("literal_error", "union_tag_invalid"):
        words = str(context.get("expected") or context.get("expected_tags"))
        return words.replace(" or ", "、").replace(", ", "、").replace("'", "")
    limits = {"greater_than_equal": "ge", "less_than_equal": "le", "too_short": "min_length"}
    if item["type"] in limits:
        return {"ge": "不小于 {}", "le": "不大于 {}", "min_length": "至少 {} 项"}[limits[item["type"]]].format(
            context[limits[item["type"]]]
        )
    return ALLOWED.get(item["type"], item["msg"])
