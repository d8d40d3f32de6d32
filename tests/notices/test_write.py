"""Documents reach the disk whole or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from notices.render import render
from notices.write import write
from tests.notices import builders as b


def test_writing_makes_the_folder_and_leaves_page_and_word_file(tmp_path: Path) -> None:
    """Both lie in a folder that did not exist, without traces of the writing."""
    path = write(b.make_circular(), tmp_path / "documents" / "通报.html")
    assert path.read_text(encoding="utf-8") == render(b.make_circular())
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["通报.docx", "通报.html"]
    assert {entry.stat().st_mode & 0o777 for entry in path.parent.iterdir()} == {0o644}


def test_a_failed_write_keeps_the_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step fails, the old document stands and nothing else remains."""
    path = write(b.make_circular(), tmp_path / "通报.html")
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}

    def refuse(*_: object) -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no space left"):
        write(replace(b.make_circular(), objections=3), path)
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before
