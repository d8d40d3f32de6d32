"""The launch form as a file: what is wrong in it is told in Chinese, all at once."""

import json

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tasks.cycle.open_cycle import CycleParams, ParamsRefused
from tasks.running.launch_form import DueDate, LaunchForm, Override

LISTED: dict[str, type[BaseModel]] = {"due": DueDate, "overrides": Override}
ALLOWED = {
    "string_type": "文字(加引号)",
    "string_too_short": "不能为空",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_from_float": "整数",
    "list_type": "列表 [ … ]",
    "model_type": "对象 {字段: 值}",
    "model_attributes_type": "对象 {字段: 值}",
}


def read_launch(text: str) -> CycleParams:
    """Return the parameters that a launch file gives; ParamsRefused with every fault in Chinese."""
    try:
        return LaunchForm.model_validate(json.loads(text)).params()
    except json.JSONDecodeError as error:
        raise ParamsRefused([f"不是有效的 JSON:第 {error.lineno} 行第 {error.colno} 列读不下去"]) from error
    except ValidationError as error:
        raise ParamsRefused([_told(fault) for fault in error.errors()]) from error


def _told(fault: ErrorDetails) -> str:
    """Say one fault of pydantic in words: the field's label, what was found, what is allowed."""
    model, label = _place(fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = "、".join(f"{name}({field.title})" for name, field in model.model_fields.items())
        return f"没有字段“{label}”;可用的字段:{known}"
    if fault["type"] == "missing":
        return f"“{label}”没有填写;这一项必填"
    return f"“{label}”收到“{fault['input']}”;允许:{_allowed(fault)}"


def _place(loc: tuple[int | str, ...]) -> tuple[type[BaseModel], str]:
    """Return the model that the last name of a place belongs to, and the place in words."""
    model: type[BaseModel] = LaunchForm
    words = []
    for at, part in enumerate(loc):
        if isinstance(part, int):
            words.append(f"第 {part + 1} 项")
            continue
        field = model.model_fields.get(part)
        words.append(f"{field.title}({part})" if field else part)
        if at + 1 < len(loc):
            model = LISTED[part]
    return model, " ".join(words) or "表单"


def _allowed(fault: ErrorDetails) -> str:
    limits = fault.get("ctx", {})
    if "ge" in limits:
        return f"不小于 {limits['ge']}"
    if "le" in limits:
        return f"不大于 {limits['le']}"
    return ALLOWED.get(fault["type"], fault["msg"])
