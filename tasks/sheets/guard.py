"""Looks at an uploaded file before anything parses it: size, kind, and what it would unpack to."""

import zipfile
from pathlib import Path

from tasks.sheets.faults import SheetFault, SheetFaults, file_fault

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_UNPACKED = 150 * 1024 * 1024
LARGEST_RATIO = 120
SMALL = 2 * 1024 * 1024
MOST_PARTS = 1000


def guard_file(path: Path) -> None:
    """Raise SheetFaults when a file is missing, too large, of another kind, or unpacks to too much."""
    faults = _faults(path)
    if faults:
        raise SheetFaults(faults)


def _faults(path: Path) -> list[SheetFault]:
    if not path.is_file():
        return [file_fault(path.name, "没有这个文件", "存在的 .xlsx 或 .csv 文件", "核对路径")]
    if path.suffix.lower() not in (".xlsx", ".csv"):
        return [file_fault(path.name, f"{path.suffix or '没有扩展名'}的文件", ".xlsx、.csv", "另存为 .xlsx 再导入")]
    size = path.stat().st_size
    if size > LARGEST_FILE:
        return [file_fault(path.name, f"{size >> 20} MB", f"不超过 {LARGEST_FILE >> 20} MB", "分成几个文件导入")]
    return _unpacked(path) if path.suffix.lower() == ".xlsx" else []


def _unpacked(path: Path) -> list[SheetFault]:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return [file_fault(path.name, "打不开的文件", "Excel 工作簿(.xlsx)", "用 Excel 打开后另存为 .xlsx")]
    total = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if len(parts) > MOST_PARTS or total > LARGEST_UNPACKED or (total > SMALL and total > LARGEST_RATIO * packed):
        found = f"解压后 {total >> 20} MB(压缩 {total // packed} 倍,{len(parts)} 个部分)"
        return [file_fault(path.name, found, "正常的表格文件", "清除多余的格式和空行,把内容复制到新模板里再导入")]
    return []
