"""`kaohe demo` empties only what it made itself."""

from pathlib import Path

import pytest

from demo.folder import MARK, NotARehearsal, clear_folder


def test_a_folder_of_the_demo_is_emptied(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    clear_folder(folder)
    (folder / "old.txt").write_text("x")
    clear_folder(folder)
    assert [path.name for path in folder.iterdir()] == [MARK]


def test_any_other_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(NotARehearsal, match="不会动它"):
        clear_folder(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "x"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(NotARehearsal, match="文件"):
        clear_folder(tmp_path / "x")
