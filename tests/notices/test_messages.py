"""Messages are short, plain, and say no more than needed."""

import re
from dataclasses import fields, replace
from datetime import date

import pytest

from notices.messages import (
    DigestMessage,
    DueLine,
    EscalationMessage,
    FeedbackMessage,
    GateMessage,
    InvestigationMessage,
    MeetingMessage,
    Message,
    ObligationMessage,
    OrderMessage,
    UnknownMessage,
    render_message,
)
from notices.samples import make_messages
from tests.notices import builders as b
from tests.notices.template_names import pieces_of

MESSAGES = {type(message): message for message in make_messages()}


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_is_addressed_and_plain(kind: type[Message]) -> None:
    """One line of title; a body that addresses its recipient, names the assessment, and holds no grade or markup."""
    title, body = render_message(MESSAGES[kind])
    assert title
    assert "\n" not in title
    assert body.startswith("州水务局：")
    assert b.SCHEME in body
    assert not re.search(r"<|&[a-z]+;|None|得分|“差”|“一般”", body)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("UnitNoticeMessage", "0900-5550112"),
        ("ObligationMessage", "表样：述廉报告登记表"),
        ("InvestigationMessage", "于2027年3月31日前提交调查结论"),
        ("MeetingMessage", "2027年2月10日10:30在三楼会议室召开"),
        ("CircularMessage", "云纪发〔2027〕3号"),
        ("FeedbackMessage", "当面反馈"),
        ("OrderMessage", "限期整改，期限至2027年3月31日"),
        ("QuarterlyReportMessage", "未销号整改事项2项"),
        ("GateMessage", "选项：同意、退回"),
        ("OperatorTaskMessage", "处理办法：运行 kaohe notice list"),
    ],
)
def test_a_message_says_what_is_to_be_done(kind: str, words: str) -> None:
    """What, where and by when stand in the body."""
    message = next(message for message in make_messages() if type(message).__name__ == kind)
    assert words in render_message(message)[1]


def test_a_line_break_cannot_forge_a_mail_header() -> None:
    """A title stays one line whatever the question holds."""
    message = replace(MESSAGES[GateMessage], question="同意吗\r\nBcc: someone@example.org")
    assert "\n" not in render_message(message)[0]
    assert "\r" not in render_message(message)[0]


def test_plain_text_is_not_escaped() -> None:
    """A message is no HTML: signs stay as they are, and template syntax in data is not executed."""
    title, _ = render_message(replace(MESSAGES[GateMessage], question="A&B <甲> {{7*7}}"))
    assert title == "待您答复：A&B <甲> {{7*7}}"


def test_an_open_appointment_says_so() -> None:
    """Without a time the message promises one; with a time it names it."""
    fixed = MESSAGES[FeedbackMessage]
    assert "另行通知" not in render_message(fixed)[1]
    assert "具体时间、地点另行通知" in render_message(replace(fixed, at=None))[1]


def test_an_order_message_without_a_talk_mentions_none() -> None:
    """Only what was ordered is announced."""
    _, body = render_message(replace(MESSAGES[OrderMessage], talk=""))
    assert "谈话" not in body
    assert "限期整改" in body


@pytest.mark.parametrize(
    ("talk", "deadline", "title"),
    [
        ("提醒教育", None, "提醒教育通知："),
        ("诫勉谈话", date(2027, 3, 31), "诫勉谈话、限期整改通知："),
        ("", date(2027, 3, 31), "限期整改通知："),
        ("", None, "有关事项通知："),
    ],
)
def test_the_title_of_an_order_says_what_it_is(talk: str, deadline: date | None, title: str) -> None:
    message = replace(MESSAGES[OrderMessage], talk=talk, deadline=deadline)
    assert render_message(message)[0] == f"{title}2026年度{b.SCHEME}"


def test_an_unregistered_message_is_refused() -> None:
    """The error names what was found and what is allowed."""
    with pytest.raises(UnknownMessage, match=r"Message is no message context; allowed: UnitNoticeMessage"):
        render_message(Message("州水务局", b.SCHEME, "2026年度"))


SCORES = {
    "score",
    "scores",
    "grade",
    "grades",
    "rank",
    "points",
    "marks",
    "ballots",
    "votes",
    "result",
    "cause",
    "clue",
}
PEOPLE = {  # whose names a kind may bear, and why
    "names": {DueLine, ObligationMessage},  # who owes, told to the receiver where the ladder allows; whom to deal with
    "contact": {InvestigationMessage, MeetingMessage},  # whom to ask
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_can_hold_no_score_and_no_name_beyond_need(kind: type[Message]) -> None:
    """What a context has no field for, neither our text nor a scheme's own wording can say."""
    types = {kind, *pieces_of(kind)}
    held = {(field.name, each) for each in types for field in fields(each)}
    assert not {name for name, _ in held} & SCORES
    persons = {(name, each) for name, each in held if name in PEOPLE or "person" in name or "name" in name.split("_")}
    assert all(each in PEOPLE.get(name, ()) for name, each in persons)


@pytest.mark.parametrize("kind", MESSAGES)
def test_only_reminders_are_not_sent_again_when_in_doubt(kind: type[Message]) -> None:
    """Every kind has its name in the ledger, and says what is done when nobody knows whether it arrived."""
    assert kind.label
    assert kind.statutory is (kind not in (DigestMessage, EscalationMessage))
