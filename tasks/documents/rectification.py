"""The papers of rectification: a quarterly report of each subject and a summary of each quarter (BZ-55, BZ-56)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlmodel import col, select

from config.rhythm import slot_end, slot_label
from models.duty import Obligation, Submission
from models.followup import RectificationItem, RectificationReport
from notices import parts as p
from notices.contexts import RectificationReportContext, RectificationSummaryContext
from notices.trend import TrendPoint
from tasks.desk import Desk
from tasks.documents.files import citations, common, head, printed_subjects, write_document
from tasks.followup.quarterly_reports import report_obligations
from tasks.followup.rectification import is_closed, items, overdue_days, reports_of, state_label
from tasks.grading.rules import current_decision, decided_grades

FOLDER, SUMMARY = "整改", "汇总"


def write_papers(desk: Desk, slots: Iterable[str]) -> None:
    """Write the report of every subject that owes one in these quarters, and each quarter's summary."""
    wanted = list(slots)
    if not wanted:
        return
    rows, reports, printed, owed = items(desk), reports_of(desk), printed_subjects(desk), report_obligations(desk)
    submitted = submissions(desk)
    for slot in wanted:
        mine: dict[str, list[RectificationItem]] = defaultdict(list)
        for item in rows:
            if item.opened_on <= slot_end(slot):
                mine[item.subject].append(item)
        for row in owed:
            if row.slot == slot and mine[row.owner] and row.state != "waived":
                context = _report(desk, row, mine[row.owner], reports, printed[row.owner], submitted)
                write_document(desk, context, FOLDER, slot, f"{row.owner}_{printed[row.owner].name}")
        write_document(desk, _summary(desk, slot, mine, owed, printed), FOLDER, slot, SUMMARY)


def submissions(desk: Desk) -> dict[int, Submission]:
    """Return what was handed in for each obligation of the cycle, the latest attempt of each."""
    query = select(Submission).join(Obligation).where(Obligation.cycle_id == desk.cycle_id)
    return {row.obligation_id: row for row in desk.session.exec(query.order_by(col(Submission.attempt)))}


def _report(
    desk: Desk,
    owed: Obligation,
    mine: list[RectificationItem],
    reports: dict[tuple[int, str], RectificationReport],
    printed: p.Subject,
    submitted: dict[int, Submission],
) -> RectificationReportContext:
    handed_in = submitted.get(owed.id or 0)
    return RectificationReportContext(
        head(desk),
        **common(desk),
        subject=printed,
        quarter=slot_label(owed.slot),
        due=owed.due_on,
        submitted_on=handed_in.submitted_on if handed_in else None,
        deadline=max(row.due_on for row in mine),
        report_to=owed.receiver,
        lines=tuple(_line(desk, row, reports.get((row.id or 0, owed.slot))) for row in mine),
        basis=citations(desk, "BZ-55"),
    )


def _line(desk: Desk, item: RectificationItem, report: RectificationReport | None) -> p.RectificationLine:
    progress, evidence = (report.progress, report.evidence) if report else ("", "")
    return p.RectificationLine(
        item.problem,
        item.measures,
        item.responsible,
        item.due_on,
        progress,
        tuple(line for line in evidence.splitlines() if line),
        state_label(item),
        overdue_days(item, desk.today),
    )


def _summary(
    desk: Desk,
    slot: str,
    mine: dict[str, list[RectificationItem]],
    owed: list[Obligation],
    printed: dict[str, p.Subject],
) -> RectificationSummaryContext:
    decision = current_decision(desk)  # a routine cycle decides no grades
    grades = decided_grades(desk, decision) if decision else {}
    as_of = min(desk.today, slot_end(slot))
    states: dict[str, list[p.ReportState]] = defaultdict(list)
    for row in owed:
        states[row.owner].append(p.ReportState(slot_label(row.slot), _state(row, desk)))
    rows = []
    for code, each in sorted(mine.items()):
        late = [overdue_days(row, as_of) for row in each if not is_closed(row, as_of)]
        closed = sum(is_closed(row, as_of) for row in each)
        overdue = sum(days > 0 for days in late)
        grade = grades[code].grade if code in grades else ""
        rows.append(
            p.RectificationSummaryRow(
                printed[code], grade, len(each), closed, overdue, max(late, default=0), tuple(states[code])
            )
        )
    reporting = sum(row.slot == slot and bool(mine.get(row.owner)) and row.state != "waived" for row in owed)
    reports = (f"各整改对象{slot_label(slot)}整改报告（{reporting}份）",) if reporting else ()
    return RectificationSummaryContext(
        head(desk, attachments=reports),
        **common(desk),
        as_of=as_of,
        rows=tuple(rows),
        basis=citations(desk, "BZ-55"),
        trend=trend_of([row for each in mine.values() for row in each], [row.slot for row in owed], slot),
    )


def trend_of(rows: Sequence[RectificationItem], slots: Iterable[str], until: str) -> tuple[TrendPoint, ...]:
    """Return how the items stood at the end of each quarter up to one."""
    return tuple(_point(rows, slot) for slot in sorted(set(slots)) if slot <= until)


def _point(rows: Sequence[RectificationItem], slot: str) -> TrendPoint:
    day = slot_end(slot)
    known = [row for row in rows if row.opened_on <= day]
    open_ = [row for row in known if not is_closed(row, day)]
    return TrendPoint(slot, len(open_), len(known) - len(open_), sum(overdue_days(row, day) > 0 for row in open_))


def _state(row: Obligation, desk: Desk) -> str:
    if row.state == "accepted":
        return "已收"
    if row.state == "waived":
        return "不需报告"
    return "逾期" if row.due_on < desk.today else "未到期"
