"""公布名单、开通举报电话 at its boundaries (BZ-32, BZ-33, BZ-34)."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.settings import settings
from models.audit import verify_audit
from models.outbox import Message
from models.session import writing
from tasks.desk import Desk
from tasks.stage import AnswerRefused
from tasks.stages import announce
from tests.flows.first_stages import (
    ANSWER,
    TODAY,
    announce_in_order,
    group,
    publish,
)
from tests.support import ask_gate, fill_form, make_cycle, make_desk, open_stage, unmet


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield make_desk(session, make_cycle(session), TODAY)


def test_a_unit_without_a_group_holds_the_stage(desk: Desk) -> None:
    open_stage(desk, announce)
    fill_form(desk, "groups", group("U1"))
    assert announce.stage_facts(desk)["groups_missing"] == 1
    fill_form(desk, "groups", group("U1"), group("U2"))
    assert "BZ-32" not in unmet(desk, announce)


def test_a_group_led_by_another_holds_the_stage(desk: Desk) -> None:
    open_stage(desk, announce)
    fill_form(desk, "groups", group("U1"), group("U2", "other"))
    assert announce.stage_facts(desk)["groups_badly_led"] == 1
    assert "BZ-32" in unmet(desk, announce)


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("州水务局", "州林业局"), 0),
        (("州水务局",), 1),
        (("州水务局", "州林业局", "州档案局"), 1),
        (("州水务局", "州档案局"), 2),
    ],
)
def test_the_published_list_is_compared_both_ways(desk: Desk, names: tuple[str, ...], count: int) -> None:
    open_stage(desk, announce)
    publish(desk, *names)
    assert announce.stage_facts(desk)["list_mismatches"] == count
    assert ("BZ-33" in unmet(desk, announce)) is (count > 0)


def test_nothing_is_asked_before_groups_and_list_are_in_order(desk: Desk) -> None:
    open_stage(desk, announce)
    fill_form(desk, "groups", group("U1"), group("U2"))
    assert announce.ask(desk, announce.stage_facts(desk)) is None
    publish(desk, "州水务局", "州林业局")
    question = announce.ask(desk, announce.stage_facts(desk))
    assert question is not None
    assert {field.name: field.default for field in question.fields} == ANSWER | {"confirmed": None}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"hotline": " "}, "BZ-34"),
        ({"media": ""}, "媒体"),
        ({"published_on": "2010-12-21"}, "不晚于今天"),
        ({"published_on": "2010-02-30"}, "2010-02-30"),
        ({"confirmed": False}, "勾选"),
    ],
)
def test_an_incomplete_confirmation_is_refused(desk: Desk, change: dict[str, Any], reason: str) -> None:
    open_stage(desk, announce)
    announce_in_order(desk)
    gate = ask_gate(desk, announce)
    with pytest.raises(AnswerRefused, match=reason):
        announce.take_answer(desk, gate, ANSWER | change)
    assert "BZ-34" in unmet(desk, announce)


def test_closing_writes_the_announcement_and_notifies_every_unit_once(desk: Desk) -> None:
    open_stage(desk, announce)
    announce_in_order(desk)
    announce.take_answer(desk, ask_gate(desk, announce), ANSWER | {"hotline": "0900-5559999"})
    assert unmet(desk, announce) == []
    announce.close_stage(desk)
    announce.close_stage(desk)
    folder = settings().out / "bozhou-2010"
    text = (folder / "考核公告.html").read_text(encoding="utf-8")
    assert all(word in text for word in ("州水务局", "州林业局", "韩立群", "0900-5559999", "云川日报"))
    assert {path.name for path in (folder / "考核通知").glob("*.html")} == {"州水务局.html", "州林业局.html"}
    sent = desk.session.exec(select(Message).where(Message.kind == "unit_notice")).all()
    assert sorted(row.recipient for row in sent) == ["U1", "U2"]
    attached = {row.recipient: settings().out / row.attachments[0] for row in sent}
    assert {code: path.name for code, path in attached.items()} == {"U1": "州水务局.docx", "U2": "州林业局.docx"}
    assert all(path.is_file() for path in attached.values())
    assert all("0900-5559999" in row.body for row in sent)
    assert verify_audit(desk.session) == []
