"""A new pack as a copy of the template: the id, the place and the names in it changed, nothing else."""

import re
from pathlib import Path

from config.scheme_loader import SCHEMES, list_schemes

TEMPLATE, PLACE = "example", "示例县"  # the template's id and its fictional locality
ID, NAME = re.compile(r"[a-z][a-z0-9_-]{1,30}"), re.compile(r"[\w()()·]{1,30}")
ALONE = re.compile(rf"(?<![A-Za-z0-9_-]){TEMPLATE}(?![A-Za-z0-9_-])")


class RefusedScheme(ValueError):
    """A scheme that may not be made so; the message says what was found, what is allowed and what to do."""


def new_scheme(id_: str, home: Path, place: str) -> Path:
    """Copies the template to `home/id_`; RefusedScheme for what is no id, no place, or is there already."""
    folder = home / id_
    if refusal := _refusal(id_, place, folder):
        raise RefusedScheme(refusal)
    for source in sorted((SCHEMES / TEMPLATE).rglob("*.yaml")):
        target = folder / source.relative_to(SCHEMES / TEMPLATE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(ALONE.sub(id_, source.read_text(encoding="utf-8")).replace(PLACE, place), encoding="utf-8")
    return folder


def _refusal(id_: str, place: str, folder: Path) -> str | None:
    if not ID.fullmatch(id_):
        return f"编号“{id_}”;允许:小写字母开头,小写字母、数字、_、- 共 2 至 31 个;处理:改用拼音,如 qingshan"
    if id_ in list_schemes():
        return f"编号 {id_} 已有方案;允许:{'、'.join(list_schemes())} 以外的编号;处理:换一个编号"
    if not NAME.fullmatch(place):
        return f"地名“{place}”;允许:至多 30 个汉字、字母或数字;处理:只写地名,如 --place 青山县"
    if folder.exists():
        return f"{folder} 已存在;允许:还没有的文件夹;处理:换一个编号,或用 --to 写到别处"
    return None
