"""Bring a database to the newest schema, and say how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlmodel import select

from models.audit import AuditHead
from models.cycle import Rehearsal
from models.session import writing
from models.tables import metadata


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the missing migrations (to a revision on request) and lay the audit chain's first stone; may be repeated."""
    with _rebuilding(engine) as connection:
        command.upgrade(_config(connection), to)
    with writing(engine) as session:
        if session.exec(select(AuditHead)).first() is None:
            session.add(AuditHead())


@contextmanager
def _rebuilding(engine: Engine) -> Iterator[Connection]:
    """Give a transaction in which tables may be built anew: SQLite would refuse to drop one that others refer to."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection if engine.dialect.name == "sqlite" else None
        if driver:
            driver.execute("PRAGMA foreign_keys=OFF")  # without effect inside a transaction
        try:
            with connection.begin():
                yield connection
                if driver and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise ReferencesBroken([str(row[0]) for row in broken])
        finally:
            if driver:
                driver.execute("PRAGMA foreign_keys=ON")


class ReferencesBroken(Exception):
    """A migration would leave rows that refer to nothing; the database stays as it was."""

    def __init__(self, tables: list[str]) -> None:
        named = "、".join(sorted(set(tables)))
        super().__init__(f"升级后有 {len(tables)} 行所指的行不存在({named});没有升级,请先恢复一份完好的备份")


def make_rehearsal(engine: Engine, now: datetime) -> None:
    """Mark a fresh database as a rehearsal, for good (design, section 6)."""
    with writing(engine) as session:
        session.add(Rehearsal(now=now))


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """Return (the database's revision, the newest revision)."""
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(_config(connection))
        return MigrationContext.configure(connection).get_current_revision(), script.get_current_head()


def drift(engine: Engine) -> list[str]:
    """Return the differences between the database and the tables in code, in words."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(difference) for difference in compare_metadata(context, metadata)]


def autogenerate(engine: Engine, message: str) -> None:
    """Write a new migration from the difference between tables and database (developers)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
