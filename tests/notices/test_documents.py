"""Each document says what its reader needs, in the right words, and nothing that does not belong there."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from notices.contexts import DOCUMENTS, Document
from notices.render import UnknownDocument, date_cn, full_stop, quote_cn, render, time_cn, title_cn
from tests.notices import builders as b

MATTERS = {
    "announcement": [
        "被考核单位名单（15个）",
        "石桥县文化局",
        "州委副书记",
        "《云川日报》、云川广播电视台",
        "0900-5550112",
        "BZ-33",
        "考核前，通过媒体公布被考核单位名单",
    ],
    "unit_notice": [
        "州水务局：",
        "班子成员述廉报告（每人1份）",
        "2026年12月10日",
        "2026年12月16日09:30",
        "行风监督员",
        "邵明远",
        "BZ-35",
    ],
    "proposal_table": [
        "名额不超过4个，建议使用5个，超出1个",
        "本类不设名额限制",
        "BZ-13",
        "一般性规定",
        "刚性规定",
        "没有年中检查记录",
        "州林业局、州交通局并列",
        "尚余1个名额",
        "再高一等“好”所需",
        "通报批评≤0（现1）",
    ],
    "decision_record": [
        "州委常委会2027年第2次会议",
        "出席：11人",
        "对班子存在的问题负主要责任",
        "本年度承担抗洪任务",
        "登记人：邵明远",
    ],
    "public_notice": ["2027年1月13日至2027年1月19日", "共5个工作日", "来电：0900-5550112", "评定为“好”等次的（5个）"],
    "circular": [
        "收到异议2件，经复核，成立1件",
        "各县委、县人民政府、州直各部门：",
        "抄送：州委办公室，州人民政府办公室。",
        "2027年1月11日印发",
    ],
    "feedback_letter": [
        "“开会多，下基层少”",
        "民主测评：共80票，“好”30票",
        "对副局长沈亦舟：分管工作推进有力。",
        "当面反馈人（签字）",
        "反馈地点",
        "农村饮水工程按期完工。",
    ],
    "rectification_order": [
        "诫勉谈话暨责令限期整改通知书",
        "关于“对评定为‘差’和‘一般’的班子",
        "2027年4月20日前整改到位",
        "2027年3月31日、2027年6月30日前",
        "接收人（签字）",
    ],
    "rectification_report": ["（2027年第一季度）", "已销号", "逾期9天", "备案回执12份", "实际报送：2027年3月29日"],
    "rectification_summary": ["2个整改对象、6项整改事项，已销号4项，逾期1项", "第一季度：已收", "9天"],
    "archive_extract": ["2027-014", "更正2027-014号记录。", "诫勉谈话", "干部选拔任用廉政审核"],
    "result_uses": ["业绩评定、奖励惩处、岗位调整、选拔任用", "2025年度：较好", "责令限期整改"],
}
HOSTILE = "<script>alert(1)</script>{{7*7}}"


def text_of(page: str) -> str:
    """The page as a reader sees it: without style, tags, and layout white space."""
    body = re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.S)
    return re.sub(r"\s+(?=\S)", "", body)


def poison(value: Any) -> Any:
    """A copy of a context in which every text is hostile."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, tuple):
        return tuple(poison(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: poison(getattr(value, field.name)) for field in fields(value)})
    return value


@pytest.mark.parametrize("key", DOCUMENTS)
def test_a_document_says_what_matters(key: str) -> None:
    """The rendered page holds issuer, date or title, and the facts its reader needs."""
    seen = text_of(render(b.make_documents()[key]))
    missing = [
        words
        for words in ("中共云川州纪律检查委员会", "2027年1月11日", *MATTERS[key])
        if words.replace(" ", "") not in seen
    ]
    assert missing == []


@pytest.mark.parametrize("key", DOCUMENTS)
def test_hostile_text_is_only_text(key: str) -> None:
    """Neither markup nor template syntax in the data is executed, in the title as little as in tables."""
    page = render(poison(b.make_documents()[key]))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "{{7*7}}" in page


@pytest.mark.parametrize("key", DOCUMENTS)
def test_a_document_without_its_optional_parts_still_reads(key: str) -> None:
    """Empty lists and absent parts leave no None behind."""
    full = b.make_documents()[key]
    optional = (
        {"meeting", "talk", "deadline", "submitted_on"}
        if key != "decision_record" and key != "rectification_report"
        else {"submitted_on"}
    )
    empty = {f.name: () for f in fields(full) if isinstance(getattr(full, f.name), tuple)}
    empty |= {f.name: None for f in fields(full) if f.name in optional}
    seen = text_of(render(replace(full, **empty)))
    assert "None" not in seen
    assert "中共云川州纪律检查委员会" in seen


def test_the_public_notice_shows_grades_only() -> None:
    """No post, no reason, no count of votes is published (BZ-46)."""
    seen = text_of(render(b.make_public_notice()))
    assert "州水务局陆怀川" in seen
    assert not re.search("副局长|票|分数|得分|理由", seen)


def test_a_decision_as_proposed_is_not_listed_as_changed() -> None:
    """Only the one row that differs stands in the table of changes; all three in the full table."""
    seen = text_of(render(b.make_decision_record()))
    assert (seen.count("陆怀川"), seen.count("沈亦舟")) == (2, 1)


@pytest.mark.parametrize(("used", "said"), [(4, False), (5, True)])
def test_an_overdrawn_quota_is_named(used: int, said: bool) -> None:
    """Four of four seats pass silently, five are said to be one too many (BZ-07)."""
    table = b.make_proposal_table()
    pools = (replace(table.pools[0], used=used), *table.pools[1:])
    assert ("超出1个" in text_of(render(replace(table, pools=pools)))) is said


def test_a_milder_talk_without_an_order_has_its_own_title() -> None:
    """A reminder talk alone orders no rectification (BZ-50)."""
    order = b.make_rectification_order()
    talk = replace(b.TALK, kind="提醒谈话")
    seen = text_of(render(replace(order, talk=talk, deadline=None, points=(), report_dates=())))
    assert "提醒谈话通知书" in seen
    assert "决定进行提醒谈话。" in seen
    assert "责令限期整改通知书" not in seen


def test_an_order_without_a_talk_has_its_own_title() -> None:
    """An order alone mentions no talk."""
    seen = text_of(render(replace(b.make_rectification_order(), talk=None)))
    assert "责令限期整改通知书" in seen
    assert "谈话安排" not in seen


def test_a_team_and_a_person_are_addressed_differently() -> None:
    """A team is 你单位领导班子, a person is named with the post."""
    letter = b.make_feedback_letter()
    assert "对你单位领导班子2026年度" in text_of(render(letter))
    person = text_of(render(replace(letter, subject=b.PRINCIPAL, talk=None)))
    assert "州水务局党组书记、局长陆怀川：" in person
    assert "对你（班子正职）2026年度" in person
    assert "当面反馈" not in person


def test_a_required_part_left_empty_is_visible() -> None:
    """A letter without shortcomings says so instead of passing as complete (BZ-53)."""
    complete, empty = b.make_feedback_letter(), replace(b.make_feedback_letter(), shortcomings=())
    assert "本部分尚未填写" not in render(complete)
    assert "本部分尚未填写" in render(empty)


def test_the_mark_stands_only_on_a_rehearsal() -> None:
    """A real document carries no mark."""
    notice = b.make_public_notice()
    assert 'class="mark"' in render(notice)
    assert 'class="mark"' not in render(replace(notice, head=replace(notice.head, mark="")))


def test_rendering_twice_gives_the_same_page() -> None:
    """Nothing but the context goes into a page."""
    assert render(b.make_circular()) == render(b.make_circular())


def test_an_unregistered_context_is_refused() -> None:
    """The error names what was found and what is allowed."""
    with pytest.raises(UnknownDocument, match=r"Document is no document context; allowed: AnnouncementContext"):
        render(Document(b.HEAD, "考核", "2026年度"))


def test_dates_have_no_leading_zero() -> None:
    """GB/T 9704: month and day without leading zero; a moment is shown in China's time."""
    assert date_cn(date(2027, 1, 5)) == "2027年1月5日"
    assert time_cn(datetime(2027, 1, 5, 16, 30, tzinfo=UTC)) == "2027年1月6日00:30"


def test_punctuation_is_not_doubled() -> None:
    """Quotations, titles and full stops are added where they are missing only."""
    assert (full_stop("完成"), full_stop("完成。")) == ("完成。", "完成。")
    assert (title_cn("办法"), title_cn("《办法》")) == ("《办法》", "《办法》")
    assert quote_cn("不得评定为“好”") == "“不得评定为‘好’”"
