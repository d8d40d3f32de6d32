"""Bring a database to the newest schema, and say how far it is."""

from datetime import datetime
from pathlib import Path

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


def upgrade(engine: Engine) -> None:
    """Run all missing migrations and lay the audit chain's first stone; harmless when repeated."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), "head")
    with writing(engine) as session:
        if session.exec(select(AuditHead)).first() is None:
            session.add(AuditHead())


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
