"""The archive appends only: the database itself refuses to change or delete an entry (BZ-22)."""

from datetime import date

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from models.followup import ArchiveEntry
from models.session import reading, writing
from tests.support import make_cycle


@pytest.mark.parametrize(
    "change", [update(ArchiveEntry).values(year=1999), delete(ArchiveEntry)], ids=["changed", "deleted"]
)
def test_an_entry_is_never_changed_or_deleted(engine: Engine, change):
    with writing(engine) as session:
        cycle = make_cycle(session)
        told = {"kind": "grade", "content": {"grade": "好"}, "entered_on": date(2010, 12, 1)}
        session.add(ArchiveEntry(key="k", subject="P11", cycle_id=cycle.id, year=2010, **told))
    with pytest.raises(DBAPIError, match="never changed or deleted"), writing(engine) as session:
        session.execute(change)
    with reading(engine) as session:
        assert session.exec(select(ArchiveEntry.year)).all() == [2010]
