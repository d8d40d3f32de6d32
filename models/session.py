"""Engines and transactions, the same on SQLite and PostgreSQL."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlmodel import Session

# Versions without the WAL-reset fix must not run WAL with several connections.
WAL_FIXED = ((3, 44, 6), (3, 45, 0)), ((3, 50, 7), (3, 51, 0)), ((3, 51, 3), (99, 0, 0))
CACHE_KIB = 64 * 1024  # a large office's year; SQLite's own 2 MiB reads the same pages time and again
_WRITE_LOCK = threading.RLock()


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


JSON_BY: dict[str, Any] = {"json_serializer": _json, "json_deserializer": orjson.loads}


class DatabaseUnusable(Exception):
    """The database is locked, full or away; nothing was written."""


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Tell whether this SQLite has the fix of the WAL-reset bug."""
    return any(low <= version < high for low, high in WAL_FIXED)


def make_engine(url: str, *, busy_seconds: float = 5.0) -> Engine:
    """Return an engine with foreign keys, full sync and a busy timeout; writes begin IMMEDIATE on SQLite."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **JSON_BY)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": busy_seconds}, **JSON_BY)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ValueError as error:  # a port that is no number; every other fault is an ArgumentError already
        raise ArgumentError(f"Could not parse the port of the database URL: {error}") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    mode = "WAL" if wal_is_safe() else "TRUNCATE"
    for pragma in (
        "foreign_keys=ON",
        f"journal_mode={mode}",
        "synchronous=FULL",
        "trusted_schema=OFF",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("kaohe_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session whose changes commit together at the end, or not at all.

    Raises DatabaseUnusable in plain words when the database is locked, full or unreachable.
    """
    lock = _WRITE_LOCK if engine.dialect.name == "sqlite" else nullcontext()
    options = engine.execution_options(kaohe_writing=True)
    with lock, _translated(), Session(options, expire_on_commit=False) as session, session.begin():
        yield session
        session.flush()


@contextmanager
def trying(engine: Engine) -> Iterator[Session]:
    """Give a session that may write like any other, and roll everything back at the end.

    It takes the writers' turn: a reader that starts to write is refused by SQLite without waiting.
    """
    lock = _WRITE_LOCK if engine.dialect.name == "sqlite" else nullcontext()
    with lock, _translated(), Session(engine.execution_options(kaohe_writing=True)) as session:
        yield session
        session.rollback()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session for looking only; what it changes is rolled back."""
    with _translated(), Session(engine) as session:
        yield session
        session.rollback()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnusable(_explain(str(error.orig))) from error
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != "42P01":  # undefined table: PostgreSQL without our schema
            raise
        raise DatabaseUnusable(_explain("no such table")) from error


def _explain(cause: str) -> str:
    text = cause.lower()
    if "locked" in text or "busy" in text:
        return "数据库正被其他程序占用。什么都没有写入;请关闭占用它的程序后重试。"
    if "full" in text or "no space" in text:
        return "磁盘已满,数据库写不进去。什么都没有写入;请腾出空间后重试。"
    if "no such table" in text:
        return "数据库还没有建好(缺少数据表)。请先运行 kaohe init。"
    if "readonly" in text or "unable to open" in text:
        return f"数据库文件打不开或只读({cause})。请检查路径和权限。"
    return f"数据库不可用:{cause}。什么都没有写入;请检查数据库后重试。"
