"""A message of each kind with invented data and every optional field set: for previews, checks of wording and tests."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, get_args, get_type_hints

from config.clock import ZONE
from notices import messages as m

COMMON = {"scheme": "县级领导班子及领导干部党风廉政建设责任制考核", "period": "2026年度"}


class UnknownKind(LookupError):
    """A kind of message that does not exist; names those that do."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"没有这种通知“{kind}”。现有:{'、'.join(m.MESSAGES.values())}")


def sample_of(kind: str) -> m.Message:
    """Return the sample of a kind by its key; raises UnknownKind."""
    for message in make_messages():
        if m.MESSAGES[type(message)] == kind:
            return message
    raise UnknownKind(kind)


def bare(message: m.Message) -> m.Message:
    """Return a sample with all that may be missing left out: None where allowed, no words, nothing listed."""
    return replace(
        message, **{name: value for name, hint in get_type_hints(type(message)).items() for value in _empty(hint)}
    )


def _empty(hint: Any) -> list[Any]:
    if type(None) in get_args(hint):
        return [None]
    return [()] if getattr(hint, "__origin__", None) is tuple else []


def make_messages() -> list[m.Message]:
    """One of each kind."""
    base = {"recipient": "州水务局", **COMMON}
    at, day = datetime(2027, 2, 10, 10, 30, tzinfo=ZONE), date(2027, 3, 31)
    late = m.DueLine("述廉报告登记表", 1, date(2027, 3, 26), "已逾期3个工作日", "第一考核组")
    soon = m.DueLine("季度整改报告（2027年第一季度）", 3, day, "今天到期", "州纪委党风室")
    return [
        m.UnitNoticeMessage(
            **base, group="第一考核组", starts_on=date(2026, 12, 8), ends_on=date(2027, 1, 8), hotline="0900-5550112"
        ),
        m.ObligationMessage(
            **base,
            what="报送述廉报告",
            form="述廉报告登记表",
            receiver="第一考核组",
            due=day,
            names=("州林业局", "州粮食局"),
        ),
        m.InvestigationMessage(**base, unit="州粮食局", due=day, contact="州考核办 0900-5550131"),
        m.MeetingMessage(**base, unit="州水务局", starts_at=at, place="三楼会议室", contact="州考核办 0900-5550131"),
        m.CircularMessage(**base, issuer="中共云川州纪律检查委员会", number="云纪发〔2027〕3号", issued_on=day),
        m.FeedbackMessage(**base, group="第一考核组", at=at, place="州水务局小会议室", face_to_face=True),
        m.OrderMessage(**base, talk="诫勉谈话", at=at, place="州纪委第二谈话室", deadline=day),
        m.QuarterlyReportMessage(**base, quarter="2027年第一季度", open_items=2, receiver="州纪委党风室", due=day),
        m.GateMessage(
            **base, question="请对定等建议作出决定", options=("同意", "退回"), where="Prefect 流程页面", due=day
        ),
        m.OperatorTaskMessage(
            **base,
            what="有通知临近期限仍未送达",
            lines=("应办事项通知3件，期限2027年3月31日",),
            remedy="运行 kaohe notice list --state failed 查看原因，改正后运行 kaohe notice retry --failed",
        ),
        m.DigestMessage(**base, total=5, overdue=1, lines=(late, soon), more=1),
        m.EscalationMessage(**base, total=4, lines=(replace(late, count=3, names=("州林业局", "州粮食局")),), more=1),
    ]
