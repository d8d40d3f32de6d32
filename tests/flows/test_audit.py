"""The audit chain: it verifies, it does not fork, and every edit is found."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from models.audit import GENESIS, Audit, append_audit, link_hash, verify_audit
from models.session import reading, writing
from tests.support import OPENED, moment


def append(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        append_audit(session, verb="test", object=f"thing/{number}", by="甲", at=moment(OPENED), detail={"n": number})


def faults(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return verify_audit(session)


def change(engine: Engine, statement: str, **values: object) -> None:
    with writing(engine) as session:
        session.execute(text(statement), values)


@pytest.fixture
def chain(engine: Engine) -> Engine:
    for number in range(1, 6):
        append(engine, number)
    return engine


def test_an_untouched_chain_holds(chain: Engine) -> None:
    assert faults(chain) == []


def test_an_empty_chain_holds(engine: Engine) -> None:
    assert faults(engine) == []


def test_an_edited_row_is_found(chain: Engine) -> None:
    change(chain, "UPDATE audit SET canonical = replace(canonical, '甲', '乙') WHERE seq = 3")
    assert faults(chain) == ["审计链第 3 条内容被改动"]


def test_an_edited_row_with_a_new_hash_is_found_at_the_next_one(chain: Engine) -> None:
    with writing(chain) as session:
        link = session.exec(select(Audit).where(Audit.seq == 3)).one()
        link.canonical = link.canonical.replace("甲", "乙")
        link.hash = link_hash(link.prev, link.canonical)
    assert any("第 4 条之前" in fault for fault in faults(chain))


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_removed_row_is_found_also_at_both_ends(chain: Engine, seq: int) -> None:
    change(chain, "DELETE FROM audit WHERE seq = :seq", seq=seq)
    assert faults(chain)


def test_an_inserted_row_is_found(chain: Engine) -> None:
    prev = "f" * 64
    values = {"prev": prev, "hash": link_hash(prev, "{}"), "canonical": "{}"}
    change(
        chain,
        "INSERT INTO audit (seq, prev, hash, canonical, object) VALUES (6, :prev, :hash, :canonical, 'x')",
        **values,
    )
    assert faults(chain)


def test_a_chain_cut_to_nothing_is_found(chain: Engine) -> None:
    change(chain, "DELETE FROM audit")
    assert faults(chain) == ["审计链末尾应为第 5 条,实有 0 条"]


def test_eight_writers_at_once_do_not_fork_the_chain(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append(engine, number), range(40)))
    with reading(engine) as session:
        links = session.exec(select(Audit).order_by(Audit.seq)).all()  # type: ignore[arg-type]
        assert [link.seq for link in links] == list(range(1, 41))
        assert links[0].prev == GENESIS
        assert {link.object for link in links} == {f"thing/{number}" for number in range(40)}
        assert verify_audit(session) == []


def test_a_change_that_is_rolled_back_leaves_no_link(engine: Engine) -> None:
    with pytest.raises(KeyError), writing(engine) as session:  # noqa: PT012 - the error comes after the change
        append_audit(session, verb="test", object="thing", by="甲", at=moment(OPENED), detail={})
        raise KeyError
    assert faults(engine) == []
    append(engine, 1)
    assert faults(engine) == []
