"""印发述廉报告: one report of the team and of each member; a missing one keeps the meeting from being held (BZ-35)."""

from collections.abc import Mapping
from datetime import date

from models.evidence import Subject
from notices.messages import ObligationMessage
from tasks.cycle.handed_in import (
    form_label,
    gap_report,
    gaps_by_unit,
    make_obligation,
    owners_so_far,
    take_submissions,
    units_of,
)
from tasks.desk import Desk
from tasks.documents.files import common
from tasks.stage import FactValue, Report
from tasks.stages.no_gate import ask as ask
from tasks.stages.no_gate import take_answer as take_answer

CODE = "self_report"
DUTY = "self_report"
FORM = "self_reports"
RECEIVER = "administrator"


def open_stage(desk: Desk) -> None:
    """Every team and member owes a report; each unit is told once."""
    _oblige(desk)
    members = dict.fromkeys(units_of(desk), 0)
    for row in desk.subjects("principal", "deputy"):
        members[row.unit_id] = members.get(row.unit_id, 0) + 1
    due, what = due_day(desk), "印发述廉报告:领导班子1份、班子成员{}份"
    contexts = {
        unit: ObligationMessage(
            recipient=name,
            **common(desk),
            what=what.format(members[unit]),
            form=form_label(desk, FORM),
            receiver=str(desk.cycle.params["office"]),
            due=due,
        )
        for unit, name in units_of(desk).items()
    }
    desk.messages(contexts, slot=f"{CODE}-{desk.stage(CODE).rounds}")


def settle(desk: Desk) -> None:
    """Take in the reports that were registered; who joined later owes one too."""
    _oblige(desk)
    take_submissions(desk, DUTY, desk.entries(FORM))


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Count the reports expected and missing (BZ-35)."""
    missing = sum(len(rows) for rows in _missing(desk).values())
    return {"reports_expected": len(desk.subjects()), "reports_missing": missing}


def close_stage(desk: Desk) -> None:
    """Record that all reports are in."""
    desk.audit("self_report.complete", {"reports": len(desk.subjects())})


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Name per unit who has not handed in."""
    units = units_of(desk)
    rows = [(units[unit], "述廉报告", "、".join(map(_called, missing))) for unit, missing in _missing(desk).items()]
    expected, missing = int(facts["reports_expected"] or 0), int(facts["reports_missing"] or 0)
    summary = f"应印发述廉报告 **{expected}** 份,已登记 **{expected - missing}** 份,缺 **{missing}** 份(BZ-35)。"
    return (gap_report("self-report-missing", "述廉报告登记情况", summary, rows),)


def _oblige(desk: Desk) -> None:
    due, known = due_day(desk), owners_so_far(desk, DUTY)
    desk.oblige(
        [
            make_obligation(desk, duty=DUTY, owner=row.code, unit_id=row.unit_id, form=FORM, receiver=RECEIVER, due=due)
            for row in desk.subjects()
            if row.code not in known
        ]
    )


def due_day(desk: Desk) -> date:
    """Return when reports are due: some working days before the stage ends, as they are read before the meeting."""
    end = desk.stage(CODE).due_on or desk.today
    lead = int(desk.config("self_report.lead_time"))
    return max(desk.calendar.add(end, -lead) if lead else end, desk.today)


def _missing(desk: Desk) -> dict[str, list[Subject]]:
    return gaps_by_unit(desk.subjects(), (entry.subject for entry in desk.entries(FORM)))


def _called(row: Subject) -> str:
    return "领导班子" if row.tier == "team" else row.name
