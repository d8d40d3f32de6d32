"""Engines of the tests know each other's compiled statements: each is compiled once a process, not once a database."""

from typing import Any

import sqlalchemy
from sqlalchemy import Engine

_known: dict[str, Engine] = {}


def remember(engine: Engine) -> None:
    """Let later engines of this kind share what this one compiles; it must have been connected."""
    _known.setdefault(engine.dialect.name, engine)


def create_engine(*given: Any, **options: Any) -> Engine:
    """Stand in for SQLAlchemy's function in `models.session`."""
    engine = sqlalchemy.create_engine(*given, **options)
    if known := _known.get(engine.dialect.name):
        engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
    return engine
