"""Very many rows at once: by the fastest way that each database has, or only to be read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Executable
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import SelectOfScalar

M = TypeVar("M", bound=SQLModel)
T = TypeVar("T")
BATCH = 500  # rows or keys in one statement


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give a sequence in parts small enough for one statement."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def insert_rows(
    session: Session,
    table: type[SQLModel],
    columns: Sequence[str],
    rows: Sequence[tuple[str | int | None, ...]],
    same: Mapping[str, str | int],
) -> None:
    """Insert rows of text, whole numbers and None into these columns, and the same values in each; constraints hold.

    No column default and no type of our own is applied: a date goes as its ISO text, decimals and JSON the usual way.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    target = f'INSERT INTO "{table.__tablename__}" ({_listed([*columns, *same])})'
    if connection.dialect.name == "sqlite":
        values = ", ".join([*"?" * len(columns), *map(_literal, same.values())])
        connection.exec_driver_sql(f"{target} VALUES ({values})", list(rows))
        return
    driver: Any = connection.connection.cursor()
    copying = target.replace("INSERT INTO", "COPY", 1) + " FROM STDIN"
    with driver as cursor, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row((*row, *same.values()))


def read_rows(session: Session, query: SelectOfScalar[M]) -> list[M]:
    """Return what a query of one table finds, only to be read: rows with the table's columns as attributes.

    The session does not track them, so they cost a third of mapped objects; setting an attribute raises AttributeError.
    """
    session.flush()
    table = query.column_descriptions[0]["entity"].__table__
    columns = query.with_only_columns(*table.columns, maintain_column_froms=True)
    return cast("list[M]", session.connection().execute(columns).all())


def plain_rows(session: Session, query: Executable) -> list[tuple[Any, ...]]:
    """Return all rows as the driver gives them, in half the time: not converted, so SQLite says dates as text."""
    session.flush()
    return list(session.connection().execute(query).cursor.fetchall())


@cache
def day_of(value: date | str | None) -> date | None:
    """Return a date that a driver gave as such or as text; the few different days of many rows are read once."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
