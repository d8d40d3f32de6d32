"""Uses of results: last grades with year and what followed, for four purposes (BZ-23); archive extracts (BZ-22)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.followup import ArchiveEntry, PastGrade
from notices import parts as p
from notices.contexts import ArchiveExtractContext, ResultUsesContext
from tasks.desk import Desk
from tasks.documents.files import citations, common, head, printed_subjects
from tasks.grading.archive import is_about_consequences

USES = {"rating": "业绩评定", "reward": "奖励惩处", "post": "岗位调整", "selection": "选拔任用"}
KINDS = {"grade": "记入", "consequence": "结果运用", "correction": "更正"}


class UnknownUse(LookupError):
    """A use that the clause does not name; says which it does."""

    def __init__(self, use: str) -> None:
        super().__init__(f"没有用途“{use}”;可用:{'、'.join(f'{key}({label})' for key, label in USES.items())}")


@dataclass(frozen=True)
class YearResult:
    """What a person came to in one year."""

    year: int
    scheme: str
    grade: str
    consequences: tuple[str, ...]
    use: str


def results_for(session: Session, person_id: str, use: str) -> list[YearResult]:
    """Return a person's grades, newest first, as the archive has them last; UnknownUse for a use that is none.

    A withdrawn grade does not count until it is decided anew; imported grades fill the years that were not run here.
    """
    if use not in USES:
        raise UnknownUse(use)
    return [YearResult(*row, USES[use]) for row in _results(session, [person_id]).get(person_id, [])]


_Result = tuple[int, str, str, tuple[str, ...]]


class _Record:
    """What the entries of the archive, read in order, leave of each person and year."""

    def __init__(self) -> None:
        self.grades: dict[tuple[str, int], tuple[str, str]] = {}  # scheme, grade
        self.labels: dict[tuple[str, int], dict[int, tuple[str, ...]]] = {}  # by cycle

    def read(self, entry: ArchiveEntry) -> None:
        """Read one entry over those before it."""
        key = (str(entry.person_id), entry.year)
        labels = self.labels.setdefault(key, {})
        if is_about_consequences(entry):
            labels[entry.cycle_id] = tuple(entry.content["labels"])
            return
        labels.pop(entry.cycle_id, None)
        if entry.content.get("withdrawn"):
            self.grades.pop(key, None)
        else:
            self.grades[key] = (str(entry.content["scheme"]), str(entry.content["grade"]))

    def results(self) -> dict[str, list[_Result]]:
        """Return each person's years, newest first; a year without a grade only where something was imposed."""
        found: dict[str, list[_Result]] = {}
        for person, year in sorted({*self.grades, *self.labels}, key=lambda key: -key[1]):
            scheme, grade = self.grades.get((person, year), ("", ""))
            labels = tuple(label for each in self.labels.get((person, year), {}).values() for label in each)
            if grade or labels:
                found.setdefault(person, []).append((year, scheme, grade, labels))
        return found


def _results(session: Session, persons: Iterable[str]) -> dict[str, list[_Result]]:
    wanted, record = set(persons), _Record()
    for past in session.exec(select(PastGrade).order_by(col(PastGrade.year))):
        if past.subject in wanted:
            record.grades[past.subject, past.year] = (past.scheme_id, past.grade)
    for entry in session.exec(select(ArchiveEntry).order_by(col(ArchiveEntry.id))):
        if entry.person_id in wanted:
            record.read(entry)
    return record.results()


def result_uses(desk: Desk) -> ResultUsesContext:
    """Return 考核结果运用清单 of every cadre of the cycle (BZ-23)."""
    printed = printed_subjects(desk)
    cadres = [row for row in desk.subjects() if row.person_id]
    found = _results(desk.session, [str(row.person_id) for row in cadres])
    rows = []
    for row in cadres:
        mine = found.get(str(row.person_id), [])
        grades = tuple(p.YearGrade(year, grade) for year, _, grade, _ in mine if grade)
        labels = tuple(f"{year}年度:{label}" for year, _, _, each in mine for label in each)
        rows.append(p.ResultUseRow(printed[row.code], grades, labels))
    basis = citations(desk, "BZ-23")
    return ResultUsesContext(
        head(desk), **common(desk), as_of=desk.today, uses=tuple(USES.values()), rows=tuple(rows), basis=basis
    )


def archive_extract(desk: Desk, person_id: str, purpose: str) -> ArchiveExtractContext:
    """Return 廉政档案摘录 of one person, oldest entry first, corrections naming what they correct (BZ-22)."""
    query = select(ArchiveEntry).where(ArchiveEntry.person_id == person_id).order_by(col(ArchiveEntry.id))
    entries = list(desk.session.exec(query))
    numbers = {entry.id: f"{entry.year}-{entry.id:05d}" for entry in entries if entry.id}
    return ArchiveExtractContext(
        head(desk),
        **common(desk),
        subject=printed_subjects(desk)[person_id],
        purpose=purpose,
        lines=tuple(_line(desk, entry, numbers) for entry in entries),
        basis=citations(desk, "BZ-22"),
    )


def _line(desk: Desk, entry: ArchiveEntry, numbers: dict[int, str]) -> p.ArchiveLine:
    content = entry.content
    return p.ArchiveLine(
        numbers[entry.id or 0],
        KINDS[entry.kind],
        entry.entered_on,
        f"{entry.year}年度",
        str(content.get("scheme", desk.pack.scheme.label)),
        "撤销" if content.get("withdrawn") else str(content.get("grade", "")),
        tuple(content.get("evidence", ())),
        tuple(content.get("labels", ())),
        numbers.get(entry.corrects_id or 0, ""),
        str(content.get("reason", "")),
    )
