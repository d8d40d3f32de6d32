"""述职述廉: every unit holds its meeting before the right invitees, team and principals speak (BZ-33, 36, 38, 39)."""

from collections.abc import Mapping
from datetime import date

from models.evidence import Entry
from notices.messages import ObligationMessage
from tasks.cycle.handed_in import form_label, make_obligation, option_labels, take_submissions, units_of
from tasks.desk import Desk
from tasks.documents.announcement import published_on
from tasks.documents.files import common
from tasks.evidence.rule_findings import violated_subjects
from tasks.stage import FactValue, Report
from tasks.stages.no_gate import ask as ask
from tasks.stages.no_gate import take_answer as take_answer

CODE = "report_meeting"
DUTY = "report_meeting"
RECEIVER = "administrator"


def open_stage(desk: Desk) -> None:
    """Every unit owes a meeting and is told by when."""
    _oblige(desk)
    due, form = due_day(desk), form_label(desk, "meetings")
    contexts = {
        unit: ObligationMessage(
            recipient=name,
            **common(desk),
            what="召开述廉大会,并报送会议、邀请人员和述廉发言登记",
            form=form,
            receiver=str(desk.cycle.params["office"]),
            due=due,
        )
        for unit, name in units_of(desk).items()
    }
    desk.messages(contexts, slot=f"{CODE}-{desk.stage(CODE).rounds}")


def settle(desk: Desk) -> None:
    """Take in the meetings that were registered."""
    _oblige(desk)
    take_submissions(desk, DUTY, desk.entries("meetings"))


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Count units without a meeting, meetings held too early, categories not invited, speeches not held."""
    return {
        "meetings_missing": len(meetings_missing(desk)),
        "meetings_too_early": len(meetings_too_early(desk)),
        "category_gaps": sum(len(labels) for labels in category_gaps(desk).values()),
        "frontline_short": len(frontline_short(desk)),
        "speeches_missing": sum(len(names) for names in speeches_missing(desk).values()),
    }


def close_stage(desk: Desk) -> None:
    """Record who was invited, and how many came, for the archive (BZ-39 is reported again for attendance)."""
    desk.audit("report_meeting.complete", dict(zip(("invited", "frontline", "attended"), _totals(desk), strict=True)))


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Name per unit what is missing, and show invitees and attendance as sums."""
    units = units_of(desk)
    held = len(units) - int(facts["meetings_missing"] or 0)
    invited, frontline, attended = _totals(desk)
    summary = f"已召开述廉大会的单位 **{held}/{len(units)}**。"
    summary += f"受邀 {invited} 人,其中基层一线 {frontline} 人,到会 {attended} 人。"
    rows = [{"单位": units[unit], "事项": "述廉大会(BZ-36)", "缺少": "会议登记"} for unit in meetings_missing(desk)]
    rows += [
        {"单位": units[unit], "事项": "述廉发言(BZ-36)", "缺少": "、".join(names)}
        for unit, names in speeches_missing(desk).items()
    ]
    rows += [
        {"单位": units[unit], "事项": "邀请类别(BZ-38)", "缺少": "、".join(labels)}
        for unit, labels in category_gaps(desk).items()
    ]
    rows += [
        {"单位": units[unit], "事项": "基层一线人数(BZ-39)", "缺少": text}
        for unit, text in frontline_short(desk).items()
    ]
    rows += [
        {"单位": units[unit], "事项": "公布后的间隔(BZ-33)", "缺少": text}
        for unit, text in meetings_too_early(desk).items()
    ]
    return (
        Report("report-meeting-progress", "述职述廉情况", summary),
        Report("report-meeting-gaps", "述职述廉缺项", "" if rows else "无。", tuple(rows)),
    )


def meetings_missing(desk: Desk) -> list[str]:
    """Return the units without a registered meeting (BZ-36)."""
    held = {str(row.values["unit"]) for row in desk.entries("meetings")}
    return [unit for unit in units_of(desk) if unit not in held]


def meetings_too_early(desk: Desk) -> dict[str, str]:
    """Return the meetings held before the lead time after the publication was over, in words by unit (BZ-33)."""
    published = published_on(desk)
    if published is None:
        return {}
    first = desk.calendar.add(published, int(desk.config("announce.lead_time")))
    units = units_of(desk)
    early = {str(row.values["unit"]): row.dated for row in desk.entries("meetings") if row.dated < first}
    return {unit: f"{day} 召开,应不早于 {first}" for unit, day in early.items() if unit in units}


def category_gaps(desk: Desk) -> dict[str, list[str]]:
    """Return the categories of which nobody was invited, by unit (BZ-38)."""
    labels = option_labels(desk, "invitees", "category")
    invited = {
        (row.values["unit"], row.values["category"]) for row in desk.entries("invitees") if row.values["invited"]
    }
    gaps = {
        unit: [label for category, label in labels.items() if (unit, category) not in invited]
        for unit in units_of(desk)
    }
    return {unit: missing for unit, missing in gaps.items() if missing}


def frontline_short(desk: Desk) -> dict[str, str]:
    """Return the units where too few invitees are from the front line, or nobody was invited, in words (BZ-39)."""
    units = units_of(desk)
    listed = {str(row.values["unit"]) for row in desk.entries("invitees")}
    short = {unit: "没有邀请人员统计" for unit in units if unit not in listed}
    return short | {unit: text for unit, text in violated_subjects(desk, CODE).items() if unit in units}


def speeches_missing(desk: Desk) -> dict[str, list[str]]:
    """Return the team or principals who have not spoken, by unit (BZ-36)."""
    spoken = {(str(row.values["unit"]), str(row.values["subject"])) for row in desk.entries("speeches")}
    missing: dict[str, list[str]] = {}
    for row in desk.subjects("team", "principal"):
        if (row.unit_id, row.code) not in spoken:
            missing.setdefault(row.unit_id, []).append("领导班子" if row.tier == "team" else row.name)
    return missing


def _totals(desk: Desk) -> tuple[int, int, int]:
    rows: list[Entry] = desk.entries("invitees")
    invited, frontline, attended = (
        sum(row.values[name] for row in rows) for name in ("invited", "frontline", "attended")
    )
    return invited, frontline, attended


def _oblige(desk: Desk) -> None:
    due = due_day(desk)
    desk.oblige(
        [
            make_obligation(desk, duty=DUTY, owner=unit, unit_id=unit, form="meetings", receiver=RECEIVER, due=due)
            for unit in units_of(desk)
        ]
    )


def due_day(desk: Desk) -> date:
    """Return when the meetings are to be held: by the end of the stage."""
    return desk.stage(CODE).due_on or desk.today
