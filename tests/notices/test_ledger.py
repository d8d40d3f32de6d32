"""The ledger of notices, operator tasks for those stuck before their deadline, and what operators do."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner

import cli
from models.audit import Audit
from models.migrate import make_rehearsal
from models.outbox import Contact, InboxItem, Message
from models.session import reading, writing
from notices.messages import MESSAGES
from tasks.office.doctor import check_mail
from tasks.outbox.claim import claim
from tasks.outbox.dispatch import dispatch
from tasks.outbox.ledger import LABELS, notice_ledger, to_markdown
from tasks.outbox.manage import NoticeRefused, cancel_notices, list_notices, retry_notices
from tasks.outbox.route import route_messages
from tasks.outbox.stuck import raise_stuck
from tasks.wiring import House
from tests.notices.post_office import NOW, OK, PostOffice, deliveries, free_port, later, make_world, states, write
from tests.support import OPENED

REFUSED = "550 5.1.1 no such user"
DEADLINE = OPENED + timedelta(days=3)


@pytest.fixture
def deaf(world: House, tmp_path: Path) -> House:
    """The same house while its mail server is away."""
    return make_world(world.engine, tmp_path, f"smtp://127.0.0.1:{free_port()}")


def tasks_of(world: House) -> list[Message]:
    with reading(world.engine) as session:
        found = list(session.exec(select(Message).where(Message.kind == "operator_task").order_by(Message.id)))  # type: ignore[arg-type]
        session.expunge_all()
        return found


def test_the_ledger_counts_each_kind_by_state(world: House, office: PostOffice) -> None:
    office.answer = lambda step, count: REFUSED if (step, count) == ("rcpt", 0) else OK
    write(world, 3)
    dispatch(world, now=NOW)
    write(world, 2, kind="meeting")
    with writing(world.engine) as session:
        for contact in session.exec(select(Contact).where(Contact.recipient == "meeting0000")):
            session.delete(contact)
    dispatch(world, limit=0, now=NOW)
    with reading(world.engine) as session:
        ledger = notice_ledger(session, now=NOW)
    told = {line.kind: (line.label, line.messages, line.unrouted, line.inbox_only) for line in ledger.lines}
    assert told == {"obligation": ("应办事项通知", 3, 0, 0), "meeting": ("会议通知", 2, 0, 1)}
    assert {line.kind: {state: n for state, n in line.states.items() if n} for line in ledger.lines} == {
        "obligation": {"sent": 2, "failed": 1},
        "meeting": {"pending": 1},
    }
    shown = to_markdown(ledger)
    assert "| 应办事项通知 | 3 | 0 | 0 | 0 | 0 | 2 | 0 | 1 | 0 |" in shown
    assert "临近期限" not in shown
    assert set(LABELS) == set(ledger.lines[0].states)


@pytest.mark.parametrize(("days", "stuck"), [(1, 0), (2, 1), (3, 1), (9, 1)])
def test_a_notice_not_sent_a_day_before_its_deadline_is_stuck(deaf: House, days: int, stuck: int) -> None:
    write(deaf, deadline=DEADLINE)
    dispatch(deaf, now=NOW)
    assert raise_stuck(deaf, now=later(days=days)) == stuck
    assert len(tasks_of(deaf)) == stuck


def test_operators_are_told_once_of_each_stuck_notice(deaf: House, world: House) -> None:
    write(deaf, 3, deadline=DEADLINE)
    dispatch(deaf, now=NOW)
    assert [raise_stuck(deaf, now=later(days=2)) for _ in range(2)] == [3, 0]
    write(deaf, 1, kind="meeting", deadline=DEADLINE)
    dispatch(deaf, now=later(days=2, hours=1))
    assert [raise_stuck(deaf, now=later(days=2, hours=1)) for _ in range(2)] == [1, 0]
    first, second = tasks_of(deaf)
    assert first.recipient == "administrator"
    assert "应办事项通知3件，期限2010年12月4日" in first.body
    assert "会议通知1件" in second.body
    assert "unit.example" not in first.body
    with reading(world.engine) as session:
        shown = to_markdown(notice_ledger(session, now=later(days=2, hours=1)))
    assert "**临近期限仍未送达:4 件**" in shown
    assert "邮件服务器连不上" in shown


@pytest.mark.parametrize("case", ["sent", "on its way", "inbox only", "withdrawn", "no deadline"])
def test_what_needs_no_operator_raises_none(world: House, deaf: House, case: str) -> None:
    write(
        world,
        kind="circular" if case == "no deadline" else "meeting",
        deadline=None if case == "no deadline" else DEADLINE,
    )
    if case == "inbox only":
        with writing(world.engine) as session:
            session.exec(select(Contact)).one().stopped = True
    if case == "on its way":
        with writing(world.engine) as session:
            session.exec(select(Message)).one().written_at = later(days=2)
    dispatch(world if case == "sent" else deaf, limit=0 if case == "on its way" else None, now=NOW)
    if case == "withdrawn":
        with writing(world.engine) as session:
            cancel_notices(session, [1], reason="会议取消", now=NOW, by="管理员甲")
    assert raise_stuck(world, now=later(days=2, minutes=30)) == 0


def test_a_failed_notice_is_sent_again_on_request_under_its_message_id(world: House, office: PostOffice) -> None:
    office.answer = lambda step, count: REFUSED if step == "data" and count < 2 else OK
    write(world, 2)
    dispatch(world, now=NOW)
    with writing(world.engine) as session:
        assert retry_notices(session, [1], failed=False, now=later(hours=60), by="管理员甲") == 1
        assert retry_notices(session, [], failed=True, now=later(hours=60), by="管理员甲") == 1
        assert session.exec(select(Audit.object).where(Audit.object == "delivery/1")).all()
    assert {(row.attempts, row.first_try_at) for row in deliveries(world)} == {(0, None)}
    assert dispatch(world, now=later(hours=60)).sent == 2
    assert len(set(office.ids)) == 2


def test_a_contact_that_came_late_is_served_on_request(world: House, office: PostOffice) -> None:
    (name,) = write(world)
    with writing(world.engine) as session:
        session.exec(select(Contact)).one().stopped = True
    dispatch(world, now=NOW)
    with reading(world.engine) as session:
        assert [line.state for line in list_notices(session, now=NOW, state="inbox")] == ["inbox"]
    with writing(world.engine) as session:
        session.add(Contact(recipient=name, channel="mail", address="late@unit.example"))
        session.flush()
        assert retry_notices(session, [1], failed=False, now=NOW, by="管理员甲") == 1
        assert retry_notices(session, [1], failed=False, now=NOW, by="管理员甲") == 0
    dispatch(world, now=NOW)
    assert [str(mail["To"]) for mail in office.accepted] == ["late@unit.example"]


def test_a_corrected_address_takes_the_place_of_the_wrong_one(world: House, office: PostOffice) -> None:
    office.answer = lambda step, count: REFUSED if (step, count) == ("rcpt", 0) else OK
    (name,) = write(world)
    dispatch(world, now=NOW)
    with writing(world.engine) as session:
        session.exec(select(Contact)).one().stopped = True
        session.add(Contact(recipient=name, channel="mail", address="right@unit.example"))
        session.flush()
        assert retry_notices(session, [1], failed=True, now=NOW, by="管理员甲") == 1
    dispatch(world, now=NOW)
    assert states(world) == {"cancelled": 1, "sent": 1}
    assert [str(mail["To"]) for mail in office.accepted] == ["right@unit.example"]


def test_a_withdrawn_notice_is_not_sent_and_stays_in_the_inbox(world: House) -> None:
    write(world, 2)
    dispatch(world, limit=1, now=NOW)
    with writing(world.engine) as session:
        assert cancel_notices(session, [2], reason="会议改期", now=NOW, by="管理员甲") == 1
        with pytest.raises(NoticeRefused, match="已全部发出") as refused:
            cancel_notices(session, [1, 2], reason=" ", now=NOW, by="管理员甲")
        assert len(refused.value.reasons) == 3
        with pytest.raises(NoticeRefused, match="没有编号为 9 的通知"):
            retry_notices(session, [9], failed=False, now=NOW, by="管理员甲")
        assert len(session.exec(select(InboxItem)).all()) == 2
    assert dispatch(world, now=later(days=1)).sent == 0
    assert states(world) == {"sent": 1, "cancelled": 1}


def run(world: House, *words: str) -> Result:
    data = ["--data", str(world.settings.data)] if words[1] != "preview" else []
    return CliRunner().invoke(cli.app, [*words, *data], env={"COLUMNS": "220"})


def test_the_commands_list_send_retry_and_cancel(
    world: House, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAOHE_SMTP_URL", world.settings.smtp_url)
    monkeypatch.setenv("KAOHE_MAIL_FROM", world.settings.mail_from)
    make_rehearsal(world.engine, NOW)
    office.answer = lambda step, count: REFUSED if (step, count) == ("data", 0) else OK
    write(world, 2)
    assert "未分发" in run(world, "notice", "list").output
    assert json.loads(run(world, "notice", "send", "--json").output) == {
        "sent": 1, "retried": 0, "failed": 1, "uncertain": 0, "routed": 2,
    }  # fmt: skip
    assert office.accepted[0]["Subject"].startswith("【演练】")
    (line,) = json.loads(run(world, "notice", "list", "--state", "failed", "--json").output)
    assert (line["recipient"], line["attempts"], REFUSED in line["error"]) == ("obligation0000", 1, True)
    assert "1 个投递等待" in run(world, "notice", "retry", "--failed").output
    assert run(world, "notice", "retry").exit_code == 2
    assert run(world, "notice", "retry", "9").exit_code == 1
    assert run(world, "notice", "list", "--state", "lost").exit_code == 2
    assert "已撤销 1 件通知、1 个投递" in run(world, "notice", "cancel", str(line["id"]), "--reason", "改期").output
    assert run(world, "notice", "cancel", str(line["id"]), "--reason", "改期").exit_code == 1
    assert "已撤销" in run(world, "notice", "list", "--state", "cancelled").output


def test_every_kind_has_a_preview(world: House, tmp_path: Path) -> None:
    shown = run(world, "notice", "preview", "all").output
    assert all(f"[{kind} " in shown for kind in MESSAGES.values())
    assert "请于2027年3月31日前办理" in run(world, "notice", "preview", "obligation", "--scheme", "gansu").output
    page = tmp_path / "page.html"
    assert run(world, "notice", "preview", "gate", "--html", str(page)).exit_code == 0
    assert "待您答复" in page.read_text(encoding="utf-8")
    refused = run(world, "notice", "preview", "nothing")
    assert (refused.exit_code, "现有:unit_notice" in refused.output) == (2, True)


def test_the_doctor_tries_the_mail_server(world: House, deaf: House) -> None:
    none = make_world(world.engine, world.settings.data, "")
    assert check_mail(none)[0]
    write(world)
    assert check_mail(world)[:2] == (True, "邮件服务器应答,1 个邮箱")
    assert check_mail(deaf)[0] is False
    ok, found, remedy = check_mail(none)
    assert (ok, "1 个邮箱收不到通知" in found, "KAOHE_SMTP_URL" in remedy) == (False, True, True)


def test_a_deadline_is_what_the_message_says_is_due(world: House) -> None:
    write(world)
    with reading(world.engine) as session:
        assert session.exec(select(Message.deadline)).one() == date(2027, 3, 31)


def test_what_a_sender_claims_just_now_is_not_withdrawn(postgres_engine: Engine, tmp_path: Path) -> None:
    """The operator waits for the sender's transaction, and is told that the notice is being sent."""
    world = make_world(postgres_engine, tmp_path, f"smtp://127.0.0.1:{free_port()}")
    write(world)
    with writing(world.engine) as session:
        route_messages(session, now=NOW, limit=10)
        message = session.exec(select(Message.id)).one()

    def withdraw() -> None:
        with writing(world.engine) as session:
            cancel_notices(session, [message or 0], reason="写错", now=NOW, by="管理员甲")

    with ThreadPoolExecutor(1) as pool:
        with writing(world.engine) as session:
            assert len(claim(session, holder="a", now=NOW, until=later(minutes=1), limit=10)) == 1
            waiting = pool.submit(withdraw)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        with pytest.raises(NoticeRefused, match="正在发送"):
            waiting.result(timeout=10)


def test_a_stopped_contact_gets_no_queued_mail_and_the_other_one_does(world: House, office: PostOffice) -> None:
    (name,) = write(world)
    write(world, kind="meeting")
    dispatch(world, limit=0, now=NOW)
    with writing(world.engine) as session:
        for contact in session.exec(select(Contact)):
            contact.stopped = True
        session.add(Contact(recipient=name, channel="mail", address="right@unit.example"))
    assert dispatch(world, now=NOW).sent == 1
    assert [str(mail["To"]) for mail in office.accepted] == ["right@unit.example"]
    assert states(world) == {"cancelled": 2, "sent": 1}
    assert {row.error for row in deliveries(world) if row.state == "cancelled"} == {"联系方式已停用"}


def test_a_contact_stopped_between_two_tries_gets_no_second_one(world: House, office: PostOffice) -> None:
    office.answer = lambda step, _count: "451 later" if step == "data" else OK
    write(world)
    assert dispatch(world, now=NOW).retried == 1
    with writing(world.engine) as session:
        session.exec(select(Contact)).one().stopped = True
    office.answer = lambda _step, _count: OK
    assert dispatch(world, now=later(hours=1)).sent == 0
    assert states(world) == {"cancelled": 1}
