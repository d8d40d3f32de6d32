"""The pieces that document contexts are made of; templates read exactly these fields."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Head:
    """Who issues a document and when; 发文字号, a label such as 演练 on every page, titles of what goes with it."""

    issuer: str
    issued_on: date
    number: str = ""
    mark: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Citation:
    """A rule with its clause word for word and the title of the document it stands in."""

    rule: str
    clause: str
    source: str = ""


@dataclass(frozen=True)
class Contact:
    """The office to ask, its contact person and telephone."""

    office: str
    person: str
    phone: str


@dataclass(frozen=True)
class Hotline:
    """The supervision telephone and the days on which it is open, both included (BZ-34)."""

    phone: str
    open_from: date
    open_until: date


@dataclass(frozen=True)
class GroupLine:
    """An assessment group with its leader, the leader's office, and its units (BZ-32)."""

    name: str
    leader: str
    leader_post: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class DutyLine:
    """One thing owed: what, on which form, to whom, by when."""

    what: str
    form: str
    receiver: str
    due: date


@dataclass(frozen=True)
class Meeting:
    """A report meeting to come: when, where, and the categories invited (BZ-38)."""

    starts_at: datetime
    place: str
    invitees: tuple[str, ...]


@dataclass(frozen=True)
class MeetingRecord:
    """A meeting held by the deciding body (BZ-45)."""

    body: str
    name: str
    held_on: date
    place: str
    chair: str
    present: int
    recorder: str


@dataclass(frozen=True)
class Subject:
    """A subject as printed: name (a team's is its unit's), unit, tier label (领导班子, 班子正职, 班子副职), post."""

    name: str
    unit: str
    tier: str
    post: str = ""

    @property
    def is_team(self) -> bool:
        """True for a unit's team, False for a person."""
        return self.name == self.unit


@dataclass(frozen=True)
class GradeCount:
    """How many subjects have a grade."""

    grade: str
    count: int


@dataclass(frozen=True)
class ProposalRow:
    """One subject's proposal; `ceiling` is the highest grade allowed, with the rule that sets it."""

    subject: Subject
    preliminary: str
    proposed: str
    ceiling: str = ""
    ceiling_basis: Citation | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class PoolTable:
    """A quota pool: `total` subjects, at most `limit` of them (None: no quota) at `grade`, `used` so proposed."""

    name: str
    grade: str
    total: int
    limit: int | None
    used: int
    basis: Citation | None
    counts: tuple[GradeCount, ...]
    rows: tuple[ProposalRow, ...]


@dataclass(frozen=True)
class Finding:
    """A violation or block: whom it concerns (subject or pool), what was found, which clause, hard or soft."""

    concerns: str
    detail: str
    citation: Citation
    hard: bool = True


@dataclass(frozen=True)
class TieLine:
    """Subjects that tie across the last `seats` places of a pool; the committee chooses."""

    pool: str
    grade: str
    seats: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class DecisionRow:
    """What was proposed and decided for a subject; `reason` is needed where they differ."""

    subject: Subject
    proposed: str
    decided: str
    decided_on: date
    reason: str = ""


@dataclass(frozen=True)
class ExceptionLine:
    """A recorded exception from a soft rule: whom it concerns, the rule, the reason, who approved it and when."""

    concerns: str
    citation: Citation
    reason: str
    approved_by: str
    approved_on: date


@dataclass(frozen=True)
class ResultLine:
    """A subject and its decided grade, and nothing else: this is published."""

    subject: Subject
    grade: str


@dataclass(frozen=True)
class ResultSection:
    """The results under one heading, for example 领导班子."""

    title: str
    rows: tuple[ResultLine, ...]


@dataclass(frozen=True)
class Tally:
    """Counts of one inquiry: `total` of `unit` (票, 人, 份), split by option; never who answered what."""

    label: str
    total: int
    unit: str
    options: tuple[GradeCount, ...]


@dataclass(frozen=True)
class MemberOpinion:
    """The group's opinion on one member of a team (BZ-53)."""

    name: str
    post: str
    opinion: str


@dataclass(frozen=True)
class RectificationPoint:
    """A problem, what is required about it, and by when."""

    problem: str
    requirement: str
    due: date


@dataclass(frozen=True)
class Talk:
    """A talk: its kind (诫勉谈话, 提醒谈话), with whom, by whom, when and where if known."""

    kind: str
    with_whom: tuple[str, ...]
    held_by: str
    at: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class RectificationLine:
    """The state of one rectification item; `overdue_days` is 0 while in time."""

    problem: str
    measure: str
    responsible: str
    due: date
    progress: str
    evidence: tuple[str, ...]
    state: str
    overdue_days: int = 0


@dataclass(frozen=True)
class ReportState:
    """A quarterly report of the cycle and where it stands (已收, 未到期, 逾期…)."""

    quarter: str
    state: str


@dataclass(frozen=True)
class RectificationSummaryRow:
    """Rectification of one subject in counts, with its quarterly reports and longest delay in days."""

    subject: Subject
    grade: str
    total: int
    closed: int
    overdue: int
    overdue_days: int
    reports: tuple[ReportState, ...]


@dataclass(frozen=True)
class ArchiveLine:
    """One archive entry; `corrects` names the entry it corrects, since entries are never deleted (BZ-22)."""

    number: str
    kind: str
    recorded_on: date
    period: str
    scheme: str
    grade: str
    evidence: tuple[str, ...]
    consequences: tuple[str, ...]
    corrects: str = ""
    note: str = ""


@dataclass(frozen=True)
class YearGrade:
    """A grade with its year."""

    year: int
    grade: str


@dataclass(frozen=True)
class ResultUseRow:
    """A cadre's last grades, newest first, and what followed from them."""

    subject: Subject
    grades: tuple[YearGrade, ...]
    consequences: tuple[str, ...] = ()
