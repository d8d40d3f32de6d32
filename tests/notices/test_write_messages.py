"""Messages are written once by their key, with their inbox items, also when two write at once."""

import threading
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.outbox import InboxItem, Message
from models.session import reading, writing
from notices.samples import sample_of
from tasks.outbox import write
from tasks.outbox.write import Draft, write_messages
from tests.support import OPENED, make_cycle, make_desk, moment

NOW = moment(OPENED)


def draft(key: str, recipient: str = "U1") -> Draft:
    return Draft(sample_of("obligation"), recipient, key)


def keys_of(engine: Engine) -> list[str]:
    with reading(engine) as session:
        inbox = session.exec(select(Message.dedupe).join(InboxItem).order_by(Message.dedupe)).all()
        assert inbox == session.exec(select(Message.dedupe).order_by(Message.dedupe)).all()
        return list(inbox)


def test_a_message_and_its_inbox_item_are_written_once(engine: Engine) -> None:
    with writing(engine) as session:
        first = write_messages(session, [draft("b"), draft("a"), draft("a")], now=NOW)
        again = write_messages(session, [draft("a"), draft("c")], now=NOW)
    assert (sorted(first), sorted(again), keys_of(engine)) == (["a", "b"], ["c"], ["a", "b", "c"])
    with reading(engine) as session:
        said = session.get_one(Message, first["a"])
        assert (said.kind, said.recipient, said.deadline, said.state) == (
            "obligation", "U1", date(2027, 3, 31), "pending",
        )  # fmt: skip
        item = session.exec(select(InboxItem).where(InboxItem.message_id == said.id)).one()
        assert (item.title, item.body, item.recipient) == (said.title, said.body, "U1")


def test_more_than_one_statement_holds_are_written(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        assert len(write_messages(session, [draft(f"{n:04}") for n in range(1201)], now=NOW)) == 1201
        assert write_messages(session, [draft(f"{n:04}") for n in range(1201)], now=NOW) == {}
    assert len(keys_of(sqlite_engine)) == 1201


def test_what_is_rolled_back_was_not_said(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as session:  # noqa: PT012
        write_messages(session, [draft("a")], now=NOW)
        raise RuntimeError
    assert keys_of(engine) == []


def test_two_writers_of_the_same_keys_leave_each_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither has seen what the other wrote, so that only the unique key keeps them apart."""
    monkeypatch.setattr(write, "_known", lambda _session, _keys: set())
    ready, written = threading.Barrier(2, timeout=10), []

    def say(order: int) -> None:
        drafts = [draft(f"{n:03}") for n in range(200)]
        ready.wait()
        with writing(engine) as session:
            written.append(len(write_messages(session, drafts[::order], now=NOW)))

    threads = [threading.Thread(target=say, args=(order,)) for order in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 200
    assert len(keys_of(engine)) == 200


def test_a_desk_writes_with_attachments_and_deadline(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        desk = make_desk(session, make_cycle(session))
        for _ in range(2):
            desk.message(sample_of("circular"), recipient="U1", attachments=["通报.docx"], deadline=date(2011, 1, 3))
        row = session.exec(select(Message)).one()
        assert (row.attachments, row.deadline, row.cycle_id) == (["通报.docx"], date(2011, 1, 3), desk.cycle_id)
        assert row.dedupe == "circular|bozhou-2010||U1|"


def test_a_pack_words_its_messages_itself(sqlite_engine: Engine) -> None:
    own = "{% block title %}{{ what }}{% endblock %}{% block body %}{{ due | date_cn }}，博州{% endblock %}"
    with writing(sqlite_engine) as session:
        ids = write_messages(session, [draft("a")], now=NOW, files={"notices/obligation.txt.j2": own})
        row = session.get_one(Message, ids["a"])
        assert (row.title, row.body) == ("报送述廉报告", "2027年3月31日，博州")
