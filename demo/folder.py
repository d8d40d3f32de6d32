"""The demo's folder: emptied before a run only when nobody else's files can be in it."""

import shutil
from pathlib import Path

MARK = ".kaohe-rehearsal"


class NotARehearsal(Exception):
    """The folder holds something that the demo did not make; it is left alone."""


def clear_folder(folder: Path) -> None:
    """Make an empty folder with the demo's mark; one that has the mark is emptied, any other with files is refused."""
    if folder.exists() and not folder.is_dir():
        raise NotARehearsal(f"{folder} 是一个文件,不是目录。请换一个 --out 目录")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise NotARehearsal(f"{folder} 里有不是演示产生的文件,演示不会动它。请换一个 --out 目录,或先移走这些文件")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Made by kaohe demo; emptied at its next run.\n", encoding="utf-8")
