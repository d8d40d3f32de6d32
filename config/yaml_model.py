"""What a typed model refuses of a file, as faults at their lines."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.yaml_faults import Faults, YamlList, YamlMap
from config.yaml_words import shown

M = TypeVar("M", bound=BaseModel)

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
