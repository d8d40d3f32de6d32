"""The reminder sweep: who still owes is told each rung once; what a clock does wrong is told to nobody twice."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.audit import Audit, verify_audit
from models.duty import Reminder
from models.outbox import InboxItem
from models.roster import Person
from models.session import reading, writing
from tasks.reminding import sweep as sweeping
from tasks.reminding.sweep import Swept, sweep
from tests.flows import reminding_house as rh
from tests.flows.engine_house import cycle_of, set_today
from tests.support import HOLDERS, OPENED


def december(day: int) -> date:
    return date(2010, 12, day)


def test_each_rung_is_told_once_on_its_day_and_the_last_one_to_the_receiver(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {}, {"recipient": "U2", "owner": "U2", "state": "accepted"})
    rh.sweep_from(world, OPENED, december(31))
    digests, escalations = rh.messages(world, "digest"), rh.messages(world, "escalation")
    assert {row.recipient for row in digests} == {"U1"}
    assert rh.days_of(digests) == [15, 21, 23, 24, 27, 29]
    assert [(row.recipient, row.written_at.day) for row in escalations] == [("administrator", 29)]
    assert rh.rungs(world) == [-7, -3, -1, 0, 1, 3]
    with reading(world.engine) as session:
        assert len(session.exec(select(InboxItem)).all()) == 7
        assert verify_audit(session) == []
        linked = session.exec(select(Reminder.message_id).order_by(col(Reminder.id))).all()
    assert linked == [row.id for row in digests]


@pytest.mark.parametrize("state", ["submitted", "accepted", "waived"])
def test_who_owes_nothing_is_left_in_peace(sqlite_engine: Engine, tmp_path: Path, state: str) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {"state": state})
    assert rh.sweep_on(world, december(29)) == Swept()


def test_a_digest_says_what_is_due_when_and_to_whom(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {"slot": ""}, {"slot": "2010Q4"}, {"due_on": december(20)})
    swept = rh.sweep_on(world, december(21))
    assert swept == Swept(reminders=3, digests=1, escalations=0, passed=6)
    (digest,) = rh.messages(world, "digest")
    assert digest.title == "应办事项提醒：3项，其中1项已逾期"
    assert "州水务局：" in digest.body
    assert "述廉报告登记表：期限2010年12月24日，还有3个工作日，报送州党风廉政建设责任制考核办公室" in digest.body
    assert "述廉报告登记表（2010年第四季度）：期限2010年12月24日" in digest.body
    assert "期限2010年12月20日，已逾期1个工作日" in digest.body
    assert digest.deadline == december(24)


def test_a_long_digest_has_ten_lines_and_counts_the_rest(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, *({} for _ in range(13)))
    rh.sweep_on(world, december(24))
    (digest,) = rh.messages(world, "digest")
    assert digest.body.count("今天到期") == 10
    assert "另有3项" in digest.body


def test_a_second_work_of_the_same_day_waits_for_tomorrow(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    assert rh.sweep_on(world, december(23)).digests == 1
    rh.owe(world, {"slot": "later"})
    assert sweep(world) == Swept()
    assert rh.sweep_on(world, december(24)).reminders == 2


def test_a_second_escalation_of_the_same_day_waits_for_tomorrow(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    assert rh.sweep_on(world, december(29)).escalations == 1
    rh.owe(world, {"slot": "later", "owner": "U2", "recipient": "U2", "unit_id": "U2"})
    assert sweep(world) == Swept()
    assert rh.sweep_on(world, december(30)) == Swept(reminders=1, digests=1, escalations=1, passed=5)
    assert "州林业局" in rh.messages(world, "escalation")[1].body


def test_after_ten_days_of_silence_only_the_latest_rung_is_told(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    rh.sweep_from(world, OPENED, december(16))
    assert rh.sweep_on(world, december(27)) == Swept(reminders=1, digests=1, escalations=0, passed=3)
    assert rh.rungs(world, told=True) == [-7, 1]
    assert rh.rungs(world, told=False) == [-3, -1, 0]


def test_a_clock_that_jumps_a_day_ahead_and_back_tells_no_rung_twice(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    rh.sweep_from(world, OPENED, december(22))
    assert rh.sweep_on(world, december(23)).reminders == 1  # the jump
    for day in (22, 23):
        assert rh.sweep_on(world, december(day)) == Swept()
    rh.sweep_from(world, december(24), december(31))
    assert rh.days_of(rh.messages(world, "digest")) == [15, 21, 23, 24, 27, 29]


def test_a_clock_that_jumps_far_ahead_and_back_is_silent_until_the_next_rung(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    assert rh.sweep_on(world, december(24)).passed == 3
    rh.sweep_from(world, OPENED, december(31))
    assert rh.rungs(world, told=True) == [0, 1, 3]


def test_returned_work_is_reminded_anew(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    rh.sweep_from(world, OPENED, december(15))
    rh.change(world, 1, state="submitted")
    rh.sweep_from(world, december(16), december(21))
    rh.change(world, 1, state="returned", attempt=2)
    rh.sweep_from(world, december(22), december(24))
    assert rh.rungs(world, told=True) == [-7, -3, -1, 0]
    assert rh.days_of(rh.messages(world, "digest")) == [15, 22, 23, 24]


def test_a_held_cycle_reminds_nobody(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    with writing(world.engine) as session:
        session.merge(cycle_of(world)).state = "held"
    assert rh.sweep_on(world, december(24)) == Swept()


def test_overdue_long_ago_is_told_once(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    assert rh.sweep_on(world, date(2011, 6, 1)) == Swept(reminders=1, digests=1, escalations=1, passed=5)
    assert rh.sweep_on(world, date(2011, 6, 2)) == Swept()


@pytest.mark.parametrize("names", ["true", "false"])
def test_only_the_receiver_learns_who_has_not_voted_and_only_where_names_may_be_told(
    sqlite_engine: Engine, tmp_path: Path, names: str
) -> None:
    raters = {"P12": "U1", "P13": "U1", "P22": "U2"}
    rows = [
        {"duty": "evaluation", "owner": rater, "recipient": rater, "unit_id": unit, "receiver": "第一考核组"}
        for rater, unit in raters.items()
    ]
    line = [{"owner": who, "recipient": who} for who in ("U1", "P11", "U2", "P21")]  # the assessed and their principals
    world = rh.make_reminding(sqlite_engine, tmp_path, *rows, *line)
    rh.give_duties(world, rh.DUTIES.format(id="evaluation", names=names))
    rh.sweep_from(world, OPENED, december(31))
    with reading(world.engine) as session:
        known = {row.id: row.name for row in session.exec(select(Person))}
    late = [known[rater] for rater in raters]

    def named(recipient: str) -> list[str]:
        bodies = "".join(row.title + row.body for row in rh.messages(world, recipient=recipient))
        return [name for name in late if name in bodies]

    others = ("U1", "P11", "U2", "P21", "administrator")
    assert {who: named(who) for who in others} == {who: [] for who in others}
    assert named("discipline_standing_committee") == (late if names == "true" else [])
    (report,) = rh.messages(world, "escalation", "discipline_standing_committee")
    assert "民主测评（0）" in report.body
    assert ("3项" in report.title, HOLDERS["discipline_standing_committee"] in report.body) == (True, False)
    assert [named(rater) for rater in raters] == [[known[rater]] for rater in raters]


def test_the_clock_of_the_session_decides(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    set_today(world, december(14))
    assert sweep(world) == Swept()
    set_today(world, december(15))
    assert sweep(world).reminders == 1


def test_a_cycle_whose_pack_cannot_be_read_is_named_and_stops_no_other(sqlite_engine: Engine, tmp_path: Path) -> None:
    world = rh.make_reminding(sqlite_engine, tmp_path, {})
    rh.give_duties(world, "duties: [{id: Nonsense}]")
    assert rh.sweep_on(world, december(24)) == Swept(unread=("bozhou-2010",))


def test_a_large_sweep_is_told_in_parts_and_the_receiver_still_at_once(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 4)
    late = [{"owner": f"P9{n}", "recipient": f"P9{n}", "due_on": december(20)} for n in range(6)]
    soon = [{"owner": f"P8{n // 2}", "recipient": f"P8{n // 2}"} for n in range(10)]
    world = rh.make_reminding(sqlite_engine, tmp_path, *soon, *late)
    assert rh.sweep_on(world, december(23)) == Swept(reminders=16, digests=11, escalations=1, passed=10 * 2 + 6 * 5)
    (report,) = rh.messages(world, "escalation")
    assert report.title == "逾期未办事项：6项"
    with reading(world.engine) as session:
        parts = session.exec(select(Audit).where(Audit.object == "reminder/2010-12-23")).all()
        assert len(parts) == 4
