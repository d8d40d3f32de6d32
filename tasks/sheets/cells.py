"""Typed values of cells and back: what people type becomes what is stored, or a clear refusal."""

import re
import unicodedata
from datetime import date, time
from typing import Any

from config.forms import FieldSpec
from tasks.sheets.faults import listed, quoted

Value = str | int | bool | None

BOOLEANS = {"是": True, "否": False, "true": True, "false": False}
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$")
MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日 *|[ T]+)(\d{1,2})[:时点](\d{1,2})(?:[:分][\d.]*)?$")
INTEGER = re.compile(r"[+-]?\d{1,15}(?:\.0+)?$")
MOMENTS = "日期和时刻,如 2010-12-20 20:00"
LONGEST = {"text": 200, "longtext": 5000}
LARGEST = 1_000_000_000
FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


class CellRefused(ValueError):
    """A cell that is not what its column takes: what was found, what is allowed, what to do."""

    def __init__(self, found: str, allowed: str, remedy: str) -> None:
        self.found, self.allowed, self.remedy = found, allowed, remedy
        super().__init__(f"{found};{allowed};{remedy}")


def parse_cell(field: FieldSpec, text: str) -> Value:
    """Return the typed value (a date as ISO text, a datetime as `2010-12-20 20:00`) or raise CellRefused.

    An empty cell takes the default.
    """
    text = text.strip()
    if not text:
        return _empty(field)
    if field.type in ("count", "integer"):
        return _integer(field, text)
    if field.type == "bool":
        return _boolean(text)
    if field.type == "date":
        return _date(text)
    if field.type == "datetime":
        return _moment(text)
    return _choice(field, text) if field.type == "choice" else _text(field, text)


def show_value(field: FieldSpec, value: Any) -> Value:
    """Return a stored value as people read and type it."""
    if value is None:
        return None
    if field.type == "bool" or isinstance(value, bool):
        return "是" if value else "否"
    if field.type == "choice":
        return next((option.label for option in field.options if option.value == value), str(value))
    return value if isinstance(value, int) else str(value)


def disarm(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(FORMULA_START) else text


def rearm(text: str) -> str:
    """Return text as it was before `disarm`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_START) else text


def _empty(field: FieldSpec) -> Value:
    if field.default is not None:
        return field.default
    if field.required:
        raise CellRefused("空白", allowed_in(field), "填写后再导入")
    return "" if field.type in ("text", "longtext") else None


def _integer(field: FieldSpec, text: str) -> int:
    plain = unicodedata.normalize("NFKC", text)
    if "%" in plain:
        raise CellRefused(quoted(text), allowed_in(field), "填票数、人数等实际数目,不填百分比")
    if not INTEGER.match(plain):
        raise CellRefused(quoted(text), allowed_in(field), "改为整数,不带单位、逗号和小数")
    number = int(plain.split(".")[0])
    low, high = bounds(field)
    if (low is not None and number < low) or number > high or number < -LARGEST:
        raise CellRefused(quoted(text), allowed_in(field), "核对后改正")
    return number


def bounds(field: FieldSpec) -> tuple[int | None, int]:
    """Return the smallest and largest number that a column takes; counts start at 0."""
    low = field.minimum if field.minimum is not None or field.type != "count" else 0
    return low, LARGEST if field.maximum is None else field.maximum


def _boolean(text: str) -> bool:
    if text.lower() not in BOOLEANS:
        raise CellRefused(quoted(text), "是、否", "改为“是”或“否”")
    return BOOLEANS[text.lower()]


def _date(text: str) -> str:
    match = DATE.match(unicodedata.normalize("NFKC", text))
    try:
        return date(*(int(part) for part in match.groups())).isoformat() if match else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> str:
    raise CellRefused(quoted(text), "实有的日期,如 2010-12-20", "改为年-月-日,并核对该日确实存在")


def _moment(text: str) -> str:
    match = MOMENT.match(unicodedata.normalize("NFKC", text))
    try:
        if match:
            year, month, day, hour, minute = (int(part) for part in match.groups())
            return f"{date(year, month, day)} {time(hour, minute):%H:%M}"
    except ValueError:
        pass
    raise CellRefused(quoted(text), MOMENTS, "改为年-月-日 时:分,24小时制,并核对该日确实存在")


def _choice(field: FieldSpec, text: str) -> str:
    for option in field.options:
        if text in (option.label, option.value):
            return option.value
    raise CellRefused(quoted(text), allowed_in(field), "从下拉列表中选一项")


def _text(field: FieldSpec, text: str) -> str:
    text = rearm(text)
    longest = LONGEST.get(field.type, LONGEST["text"])
    if len(text) > longest:
        raise CellRefused(f"{len(text)} 个字", f"不超过 {longest} 个字", "压缩内容,详情另存文件")
    if not text.isprintable() and any(
        unicodedata.category(letter) == "Cc" and letter not in "\n\r\t" for letter in text
    ):
        raise CellRefused("不可见的控制字符", "可见文字", "重新键入这一格")
    return text if field.type == "longtext" else " ".join(text.split())


def allowed_in(field: FieldSpec) -> str:
    """Say in words what a column takes."""
    if field.type == "choice":
        return listed(option.label for option in field.options)
    if field.type in ("count", "integer"):
        low, high = bounds(field)
        return f"{'任意' if low is None else f'{low} 及以上'}的整数" + ("" if high == LARGEST else f",不超过 {high}")
    words = {
        "bool": "是、否",
        "date": "日期,如 2010-12-20",
        "datetime": MOMENTS,
        "unit": "单位编码或名称",
        "person": "人员编码或姓名",
        "subject": "考核对象编码(单位或人员)或名称",
        "grade": "该对象适用的等次",
    }
    return words.get(field.type, "文字")
