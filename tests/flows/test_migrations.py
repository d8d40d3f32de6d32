"""The schema: from empty to newest, no drift, and constraints that refuse what must not be."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, select

from models.cycle import Cycle, CycleRun, Gate, Rehearsal, SchemeSnapshot, StageState
from models.duty import Obligation, Submission
from models.grading import DecidedGrade, Decision, FactFrame, ProposalSheet
from models.migrate import drift, make_rehearsal, revisions, upgrade
from models.outbox import InboxItem, Message
from models.roster import Person, Post, RoleHolder, Unit
from models.session import make_engine, reading, writing
from models.tables import metadata
from tests.support import OPENED, moment

NOW = moment(OPENED)


def cycle(period: str = "2010", **changes: Any) -> Cycle:
    given: dict[str, Any] = {
        "key": f"b-{period}",
        "name": "博州",
        "scheme_id": "b",
        "scheme_hash": "h",
        "period": period,
    }
    return Cycle(**(given | {"year": 2010, "params": {}, "config": {}, "opened_at": NOW} | changes))


def run(epoch: int, state: str = "live") -> CycleRun:
    return CycleRun(cycle_id=1, flow_run_id=f"run-{epoch}-{state}", epoch=epoch, lease_until=NOW, state=state)


def gate(attempt: int, state: str = "open") -> Gate:
    texts = {"stage": "decide", "kind": "k", "role": "administrator", "title": "", "question": ""}
    return Gate(cycle_id=1, attempt=attempt, key=f"g-{attempt}", form=[], opened_at=NOW, state=state, **texts)


def stage(ordinal: int, **changes: Any) -> StageState:
    return StageState(cycle_id=1, stage=f"s{ordinal}", ordinal=ordinal, label="", **changes)


def decided(subject: str, grade: str, reason: str = "") -> DecidedGrade:
    return DecidedGrade(decision_id=1, subject=subject, proposed="好", grade=grade, reason=reason)


def post(**changes: Any) -> Post:
    return Post(**({"person_id": "P1", "unit_id": "U1", "tier": "deputy", "start_on": OPENED} | changes))


OLD: dict[str, dict[str, Any]] = {  # a row a table, as revision 0002 has them
    "unit": {"id": "U1", "name": "水务局", "type": "department", "leader_in_charge": "", "active": True},
    "scheme_snapshot": {"hash": "h", "scheme_id": "b", "files": "{}", "taken_at": NOW},
    "cycle": {"id": 1, "key": "b-2010", "name": "博州", "scheme_id": "b", "scheme_hash": "h", "period": "2010",
              "year": 2010, "params": "{}", "config": "{}", "state": "open", "failures": 0, "opened_at": NOW},
    "obligation": {"id": 1, "cycle_id": 1, "stage": "self_report", "duty": "self_report", "owner": "U1",
                   "unit_id": "U1", "form": "self_reports", "receiver": "州考核办", "slot": "", "opened_on": OPENED,
                   "due_on": OPENED, "state": "submitted"},
    "submission": {"id": 1, "obligation_id": 1, "attempt": 1, "submitted_on": OPENED, "state": "submitted",
                   "reason": ""},
    "message": {"id": 1, "cycle_id": 1, "kind": "obligation", "recipient": "U1", "dedupe": "k", "title": "", "body": "",
                "context": "{}", "state": "pending", "written_at": NOW},
    "inbox_item": {"id": 1, "message_id": 1, "recipient": "U1", "title": "", "body": "", "written_at": NOW},
}  # fmt: skip


@pytest.fixture
def session(engine: Engine) -> Any:
    with Session(engine) as session:
        session.add(SchemeSnapshot(hash="h", scheme_id="b", files={}, taken_at=NOW))
        session.add_all([Unit(id="U1", name="水务局"), Person(id="P1", name="陆怀川")])
        session.add(FactFrame(hash="f", content="{}", frozen_at=NOW))
        session.flush()
        session.add(cycle())
        session.flush()
        session.add(ProposalSheet(cycle_id=1, round=1, frame_hash="f", assessment={}, drafted_on=OPENED))
        session.flush()
        session.add(
            Decision(cycle_id=1, round=1, sheet_id=1, body="党委", meeting="1", decided_by="乙", decided_on=OPENED)
        )
        session.flush()
        yield session
        session.rollback()


# What may stand, beside what may not and the constraint that says so.
PAIRS: dict[str, tuple[Callable[[], list[SQLModel]], Callable[[], SQLModel]]] = {
    "uq_cycle_run_live": (lambda: [run(1, "superseded"), run(2)], lambda: run(3)),
    "uq_cycle_run_epoch": (lambda: [run(1, "superseded")], lambda: run(1, "ended")),
    "uq_gate_open": (lambda: [gate(1, "refused"), gate(2, "answered")], lambda: gate(3)),
    "uq_cycle_scheme_period": (lambda: [cycle(state="withdrawn"), cycle("2011")], lambda: cycle(key="other")),
    "uq_stage_state_ordinal": (
        lambda: [stage(1), stage(2)],
        lambda: StageState(cycle_id=1, stage="x", ordinal=2, label=""),
    ),
    "check_stage_state_opens_before_due": (
        lambda: [stage(1, opened_on=OPENED, due_on=OPENED)],
        lambda: stage(2, opened_on=OPENED, due_on=OPENED - timedelta(days=1)),
    ),
    "check_stage_state_state": (lambda: [stage(1, state="closed")], lambda: stage(2, state="done")),
    "check_cycle_state": (lambda: [cycle("2011", state="held")], lambda: cycle("2012", state="paused")),
    "check_decided_grade_change_has_reason": (
        lambda: [decided("A", "好"), decided("B", "较好", "会议决定")],
        lambda: decided("C", "较好"),
    ),
    "uq_decision_valid": (
        lambda: [],
        lambda: Decision(cycle_id=1, round=2, sheet_id=1, body="党委", meeting="2", decided_by="乙", decided_on=OPENED),
    ),
    "check_post_starts_before_end": (
        lambda: [post(end_on=OPENED)],
        lambda: post(start_on=date(2011, 1, 2), end_on=date(2011, 1, 1)),
    ),
    "uq_post_person_unit_start": (lambda: [post()], lambda: post(tier="member")),
    "check_role_holder_role": (
        lambda: [RoleHolder(role="administrator", name="甲", start_on=OPENED)],
        lambda: RoleHolder(role="mayor", name="甲", start_on=OPENED),
    ),
    "check_rehearsal_one_row": (lambda: [Rehearsal(now=NOW)], lambda: Rehearsal(id=2, now=NOW)),
}


@pytest.mark.parametrize("constraint", PAIRS)
def test_a_named_constraint_lets_the_good_stand_and_refuses_the_bad(session: Session, constraint: str) -> None:
    good, bad = PAIRS[constraint]
    session.add_all(good())
    session.flush()
    session.add(bad())
    with pytest.raises(IntegrityError) as refused:
        session.flush()
    assert names(constraint, str(refused.value.orig), session)


def names(constraint: str, told: str, session: Session) -> bool:
    """SQLite names the columns of a unique index that was hit, or the index where it has an expression."""
    if constraint in told or session.get_bind().dialect.name == "postgresql":
        return constraint in told
    index = next(index for table in metadata.tables.values() for index in table.indexes if index.name == constraint)
    return told.endswith(", ".join(f"{column.table.name}.{column.name}" for column in index.columns))


def test_from_an_empty_file_to_the_newest_schema_and_again(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.db'}")
    assert revisions(engine)[0] is None
    upgrade(engine)
    upgrade(engine)
    assert revisions(engine)[0] == revisions(engine)[1]
    engine.dispose()


def test_what_an_older_schema_holds_is_kept_with_its_references(engine: Engine, tmp_path: Path) -> None:
    """Tables are built anew on SQLite while others refer to them."""
    if engine.dialect.name == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    upgrade(engine, "0002")
    with engine.begin() as connection:
        for table, values in OLD.items():
            columns = ", ".join(f'"{name}"' for name in values)
            places = ", ".join(f":{name}" for name in values)
            connection.execute(text(f'INSERT INTO "{table}" ({columns}) VALUES ({places})'), values)
    upgrade(engine)
    with reading(engine) as session:
        owed = session.exec(select(Obligation)).one()
        assert (owed.recipient, owed.attempt, session.get_one(Cycle, owed.cycle_id).kind) == ("U1", 1, "annual")
        assert session.exec(select(Submission.obligation_id)).one() == owed.id
        assert session.exec(select(InboxItem.message_id)).one() == session.exec(select(Message.id)).one()
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(InboxItem(message_id=99, recipient="U1", title="", body="", written_at=NOW))
    engine.dispose()


def test_database_and_code_agree(engine: Engine) -> None:
    assert revisions(engine)[0] == revisions(engine)[1]
    assert drift(engine) == []
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_a_table_changed_by_hand_is_told(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person ADD COLUMN nickname TEXT")
    assert any("nickname" in difference for difference in drift(sqlite_engine))


def test_a_rehearsal_stays_one(engine: Engine) -> None:
    make_rehearsal(engine, NOW)
    with pytest.raises(IntegrityError):
        make_rehearsal(engine, NOW)


def test_times_come_back_aware_and_in_utc(engine: Engine) -> None:
    make_rehearsal(engine, NOW)
    with writing(engine) as session:
        stored = session.get_one(Rehearsal, 1).now
    assert stored == NOW
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(Exception, match="give a time zone"):
        make_rehearsal(engine, NOW.replace(tzinfo=None))
