"""What the tests of flows share: documents go to a folder of the test; Bozhou's year of duties, small and large."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from config.settings import settings
from tasks.desk import Desk
from tasks.wiring import House
from tests.flows.bozhou_year import copied, opened
from tests.flows.kept import desk_after


@pytest.fixture(autouse=True)
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Documents of this test lie here."""
    folder = tmp_path / "out"
    monkeypatch.setenv("KAOHE_OUT", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


@pytest.fixture
def bring(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """What brings a cycle to where a builder of (session, further arguments) leaves it, on a database of the test."""
    with ExitStack() as stack:

        def brought(build: Callable[..., Desk], *given: Any) -> Desk:
            key = (build.__module__, build.__qualname__, repr(given))
            return stack.enter_context(desk_after(key, lambda session: build(session, *given), tmp_path))

        yield brought


@pytest.fixture(scope="module")
def small_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two units; only read, or copied."""
    with opened(tmp_path_factory.mktemp("year")) as world:
        yield world


@pytest.fixture
def world(small_year: House, tmp_path: Path) -> Iterator[House]:
    """Two units whose year has begun."""
    with copied(small_year, tmp_path) as copy:
        yield copy


@pytest.fixture
def large(tmp_path: Path) -> Iterator[House]:
    """Forty-three units with a principal each, whose year has begun."""
    with opened(tmp_path, units=43, deputies=0) as world:
        yield world
