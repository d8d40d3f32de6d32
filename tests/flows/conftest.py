"""What the tests of flows share: documents go to a folder of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import settings


@pytest.fixture(autouse=True)
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Documents of this test lie here."""
    folder = tmp_path / "out"
    monkeypatch.setenv("KAOHE_OUT", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()
