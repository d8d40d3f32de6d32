"""A locked, full or missing database: one clear message, nothing half-written."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlmodel import select

from models.roster import Person
from models.session import DatabaseUnusable, make_engine, reading, trying, wal_is_safe, writing


def file_of(engine: Engine) -> Path:
    return Path(str(engine.url.database))


def names(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return sorted(session.exec(select(Person.id)))


def test_changes_commit_together_or_not_at_all(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Person(id="P1", name="甲"))
    with pytest.raises(KeyError), writing(engine) as session:  # noqa: PT012 - the error comes after the change
        session.add(Person(id="P2", name="乙"))
        session.flush()
        raise KeyError("P2")
    assert names(engine) == ["P1"]


def test_looking_and_trying_leave_nothing(engine: Engine) -> None:
    for door in (reading, trying):
        with door(engine) as session:
            session.add(Person(id="P1", name="甲"))
            session.flush()
    assert names(engine) == []


def test_a_locked_database_is_told_in_words_and_nothing_is_written(sqlite_engine: Engine) -> None:
    impatient = make_engine(str(sqlite_engine.url), busy_seconds=0.05)
    with sqlite3.connect(file_of(sqlite_engine), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(DatabaseUnusable, match="数据库正被其他程序占用。什么都没有写入"),
            writing(impatient) as session,
        ):
            session.add(Person(id="P1", name="甲"))
        other.execute("ROLLBACK")
    assert names(impatient) == []
    with writing(impatient) as session:
        session.add(Person(id="P1", name="甲"))
    assert names(impatient) == ["P1"]


def test_trying_waits_its_turn_like_a_writer(sqlite_engine: Engine) -> None:
    impatient = make_engine(str(sqlite_engine.url), busy_seconds=0.05)
    with sqlite3.connect(file_of(sqlite_engine), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnusable), trying(impatient) as session:
            session.exec(select(Person)).all()
        with reading(impatient) as session:
            assert session.exec(select(Person)).all() == []
        other.execute("ROLLBACK")


def test_a_full_database_is_told_in_words_and_nothing_is_half_written(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        session.add(Person(id="P0", name="先到"))
    full = pytest.raises(DatabaseUnusable, match="磁盘已满,数据库写不进去。什么都没有写入")
    with full, writing(sqlite_engine) as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(1, 2000):
            session.add(Person(id=f"P{number}", name="长" * 60))
        session.flush()
    assert names(make_engine(str(sqlite_engine.url))) == ["P0"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_without_tables_asks_for_init(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if kind == "sqlite":
        empty = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        url = make_engine(request.getfixturevalue("postgres_url")).url.set(database="postgres")
        empty = create_engine(url)
    with pytest.raises(DatabaseUnusable, match="kaohe init"), reading(empty) as session:
        session.exec(select(Person)).all()
    empty.dispose()


def test_a_server_that_is_away_is_told_in_words() -> None:
    away = make_engine("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(DatabaseUnusable, match="数据库不可用"), reading(away) as session:
        session.exec(select(Person)).all()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_only_versions_with_the_fix_may_write_ahead(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_the_journal_mode_follows_the_version_and_keys_are_checked(tmp_path: Path) -> None:
    with reading(make_engine(f"sqlite:///{tmp_path / 'kaohe.db'}")) as session:
        settings = [
            session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
    assert settings == ["wal" if wal_is_safe() else "truncate", 1, 2]
