"""One typed context per document, and the register of all documents. Dates are fields: nothing here reads a clock."""

from dataclasses import dataclass
from datetime import date

from notices.parts import (
    ArchiveLine,
    Citation,
    Contact,
    DecisionRow,
    DutyLine,
    ExceptionLine,
    Finding,
    GradeCount,
    GroupLine,
    Head,
    Hotline,
    Meeting,
    MeetingRecord,
    MemberOpinion,
    PoolTable,
    RectificationLine,
    RectificationPoint,
    RectificationSummaryRow,
    ResultSection,
    ResultUseRow,
    Subject,
    Talk,
    Tally,
    TieLine,
)
from notices.tree import Branch
from notices.trend import TrendPoint


@dataclass(frozen=True)
class Document:
    """What every document has: its head, the scheme's printed name, and the period (2026年度)."""

    head: Head
    scheme: str
    period: str


@dataclass(frozen=True)
class AnnouncementContext(Document):
    """考核公告: units, groups with leaders, media, hotline (BZ-32, BZ-33, BZ-34)."""

    units: tuple[str, ...]
    groups: tuple[GroupLine, ...]
    media: tuple[str, ...]
    published_on: date
    starts_on: date
    ends_on: date
    hotline: Hotline
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class UnitNoticeContext(Document):
    """考核通知 to one unit: what it owes by when, its meeting (None: not yet fixed), whom to ask."""

    unit: str
    group: GroupLine
    duties: tuple[DutyLine, ...]
    meeting: Meeting | None
    contact: Contact
    hotline: Hotline
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class ProposalTableContext(Document):
    """定等建议表: pools with quota and rows, findings, ties, how limited grades came about (BZ-43, BZ-45)."""

    deciding_body: str
    pools: tuple[PoolTable, ...]
    violations: tuple[Finding, ...]
    blocks: tuple[Finding, ...]
    ties: tuple[TieLine, ...]
    explained: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class DecisionRecordContext(Document):
    """决定记录: the meeting, each decision against its proposal, and the exceptions recorded (BZ-45)."""

    meeting: MeetingRecord
    registered_by: str
    rows: tuple[DecisionRow, ...]
    exceptions: tuple[ExceptionLine, ...]
    counts: tuple[GradeCount, ...]
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class PublicNoticeContext(Document):
    """公示: grades only, from–to (both included), how to object (BZ-46); `scale` orders the grades, best first."""

    deciding_body: str
    decided_on: date
    scale: tuple[str, ...]
    sections: tuple[ResultSection, ...]
    notice_from: date
    notice_to: date
    working_days: int
    object_by: tuple[str, ...]
    hotline: Hotline
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class CircularContext(Document):
    """通报: the final results after the notice period, with what became of objections (BZ-21, BZ-46)."""

    addressees: tuple[str, ...]
    deciding_body: str
    decided_on: date
    notice_from: date
    notice_to: date
    objections: int
    upheld: int
    scale: tuple[str, ...]
    sections: tuple[ResultSection, ...]
    requirements: tuple[str, ...]
    copies_to: tuple[str, ...]
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class FeedbackLetterContext(Document):
    """反馈意见书 of one subject with all parts BZ-53 requires; `talk` is set for subjects of a talk (BZ-54)."""

    subject: Subject
    grade: str
    group: str
    good_practices: tuple[str, ...]
    opinions: tuple[str, ...]
    tallies: tuple[Tally, ...]
    group_opinion: tuple[str, ...]
    member_opinions: tuple[MemberOpinion, ...]
    merits: tuple[str, ...]
    shortcomings: tuple[str, ...]
    requirements: tuple[RectificationPoint, ...]
    talk: Talk | None
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class RectificationOrderContext(Document):
    """诫勉谈话暨责令限期整改通知书; without `talk` an order only, without `deadline` a talk only (BZ-17, BZ-50).

    `ordered_under` is quoted as the ground of the order, `basis` (BZ-54, BZ-55, BZ-56) stands in the notes.
    """

    subject: Subject
    grade: str
    ordered_under: tuple[Citation, ...]
    talk: Talk | None
    points: tuple[RectificationPoint, ...]
    deadline: date | None
    report_dates: tuple[date, ...]
    report_to: str
    contact: Contact
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class RectificationReportContext(Document):
    """整改季度报告 of one subject (BZ-55); `submitted_on` is None while the report is a blank to be filled in."""

    subject: Subject
    quarter: str
    due: date
    submitted_on: date | None
    deadline: date
    report_to: str
    lines: tuple[RectificationLine, ...]
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class RectificationSummaryContext(Document):
    """整改情况汇总表 of the whole cycle as of a day, with the trend over the quarters so far (BZ-55, BZ-56)."""

    as_of: date
    rows: tuple[RectificationSummaryRow, ...]
    basis: tuple[Citation, ...]
    trend: tuple[TrendPoint, ...] = ()


@dataclass(frozen=True)
class ArchiveExtractContext(Document):
    """廉政档案摘录 of one person, oldest entry first (BZ-22)."""

    subject: Subject
    purpose: str
    lines: tuple[ArchiveLine, ...]
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class ResultUsesContext(Document):
    """考核结果运用清单: last grades with year for the uses named (BZ-23)."""

    as_of: date
    uses: tuple[str, ...]
    rows: tuple[ResultUseRow, ...]
    basis: tuple[Citation, ...]


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: its key, template file, context type, and Chinese title."""

    key: str
    template: str
    context: type[Document]
    title: str


def _kind(key: str, context: type[Document], title: str) -> DocumentKind:
    return DocumentKind(key, f"{key}.html.j2", context, title)


_KINDS = (
    _kind("announcement", AnnouncementContext, "考核公告"),
    _kind("unit_notice", UnitNoticeContext, "考核通知"),
    _kind("proposal_table", ProposalTableContext, "定等建议表"),
    _kind("decision_record", DecisionRecordContext, "决定记录"),
    _kind("public_notice", PublicNoticeContext, "考核结果公示"),
    _kind("circular", CircularContext, "考核结果通报"),
    _kind("feedback_letter", FeedbackLetterContext, "反馈意见书"),
    _kind("rectification_order", RectificationOrderContext, "诫勉谈话暨责令限期整改通知书"),
    _kind("rectification_report", RectificationReportContext, "整改季度报告"),
    _kind("rectification_summary", RectificationSummaryContext, "整改情况汇总表"),
    _kind("archive_extract", ArchiveExtractContext, "廉政档案摘录"),
    _kind("result_uses", ResultUsesContext, "考核结果运用清单"),
)
DOCUMENTS: dict[str, DocumentKind] = {kind.key: kind for kind in _KINDS}
