"""Column types and table parts that every aggregate shares."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, Index, text
from sqlalchemy.types import JSON, TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database (SQLite alone returns naive ones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive datetimes, store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None or value.tzinfo is not None:
            return value.astimezone(UTC) if value else None
        return value.replace(tzinfo=UTC)


Json = JSON(none_as_null=True)


def one_of(table: str, column: str, *allowed: str) -> CheckConstraint:
    """Name a constraint that keeps a column inside a closed list."""
    values = ", ".join(f"'{value}'" for value in allowed)
    return CheckConstraint(f"{column} IN ({values})", name=f"check_{table}_{column}")


def unique_where(name: str, condition: str, *columns: Any) -> Index:
    """Name a unique index over the rows that meet a condition, on both databases."""
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))
