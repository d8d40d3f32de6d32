"""How faults of a file are worded: values as their writer knows them, and what a parser complains of in Chinese."""

import re
from collections.abc import Mapping
from pathlib import Path

MARKS = {
    "：": ":",
    "，": ",",
    "【": "[",
    "】": "]",
    "｛": "{",
    "｝": "}",
    "＊": "*",
    "＆": "&",
    "—": "-",
    "\u3000": " ",
}
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|#.*")
COMPLAINTS = {
    "could not find expected ':'": "此处或上一行的键之后缺少冒号",
    "mapping values are not allowed": "冒号所在之处不能再有键值,可能是缩进不对,或文字里有冒号而未加引号",
    "found character '\\t'": "用了制表符,缩进只能用空格",
    "cannot start any token": "文字以特殊符号开头,应加引号",
    "expected <block end>": "缩进不齐,或引号、括号没有配对",
    "expected ',' or": "括号里缺少逗号,或括号没有配对",
    "found unexpected end of stream": "引号没有配对",
    "did not find expected '-' indicator": "此行的缩进与同一列表的其他各项不齐",
    "found a tab character": "用了制表符,缩进只能用空格",
    "did not find expected node content": "括号里缺少内容",
    "undefined alias": "* 引用的名称没有用 & 定义过",
    "duplicate anchor": "& 定义的名称重复",
}


def shown(value: object) -> str:
    """A value as a message shows it: 是、否、空, numbers in digits, text in quotes."""
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return str(value)


def complaint(words: str) -> str:
    """A parser's words with a Chinese sentence before them."""
    told = next((chinese for part, chinese in COMPLAINTS.items() if part in words), "此处不合 YAML 的写法")
    return f"{told}(解析器原话:{words})"


def chinese_marks(text: str, line: int) -> str | None:
    """Which line at or just above `line` (from 1) has a Chinese mark in the place of one of YAML; else None."""
    lines = text.splitlines()
    for number in (line, line - 1, line - 2):
        plain = QUOTED.sub("", lines[number - 1]) if 0 < number <= len(lines) else ""
        found = next((mark for mark in MARKS if mark in plain), None)
        if found is not None:
            return f"第 {number} 行有中文标点“{found}”:改为英文的“{MARKS[found]}”;若是文字的一部分,给文字加英文引号"
    return None


def unreadable(path: Path, error: Exception) -> tuple[str, str, str]:
    """What was found, what is allowed and what to do about a file that gives no text."""
    if isinstance(error, UnicodeDecodeError):
        return f"{path.name} 不是 UTF-8 文本", "UTF-8 文本文件", "用编辑器打开,另存为 UTF-8"
    if path.is_dir():
        return f"{path.name} 是文件夹", "一个 YAML 文件", f"给出 {path} 里的文件"
    if isinstance(error, FileNotFoundError):
        return "没有这个文件", "UTF-8 文本文件", f"检查 {path} 是否存在"
    return f"文件无法读取({error.__class__.__name__})", "可以读取的 UTF-8 文本文件", f"检查 {path} 的访问权限"
