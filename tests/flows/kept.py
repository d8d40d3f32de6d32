"""Desks on a copy of what a costly builder left: the builder runs once a process, each test has its own copy."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from models.cycle import Cycle
from models.session import make_engine, writing
from tasks.desk import Desk
from tests.support import fresh_engine, make_desk

_kept: dict[Hashable, tuple[Path, int, date]] = {}


@contextmanager
def desk_after(key: Hashable, build: Callable[[Session], Desk], folder: Path) -> Iterator[Desk]:
    """Give a desk as `build` returned it; `key` tells one builder from another, the copy lies in the folder.

    Documents that the builder wrote lie with the test that came first.
    """
    with engine_after(key, build, folder) as engine, writing(engine) as session:
        _, cycle, today = _kept[key]
        yield make_desk(session, session.get_one(Cycle, cycle), today)


@contextmanager
def engine_after(key: Hashable, build: Callable[[Session], Desk], folder: Path) -> Iterator[Engine]:
    """Give a copy of the database that `build` left."""
    if key not in _kept:
        _kept[key] = _build(build)
    path = folder / "kaohe.db"
    shutil.copyfile(_kept[key][0], path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def _build(build: Callable[[Session], Desk]) -> tuple[Path, int, date]:
    engine = fresh_engine(Path(tempfile.mkdtemp(dir=_home())))
    with writing(engine) as session:
        desk = build(session)
        left = Path(str(engine.url.database)), desk.cycle_id, desk.today
    engine.dispose()
    return left


@cache
def _home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kaohe-kept-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
