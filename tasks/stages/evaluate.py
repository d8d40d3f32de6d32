"""民主测评、个别谈话、民意调查: ballots and survey of each subject, interviews and coverage of each unit."""

from collections.abc import Mapping, Sequence

from models.evidence import Entry
from notices.messages import ObligationMessage
from tasks.cycle.handed_in import form_label, gaps_by_unit, option_labels, units_of
from tasks.desk import Desk
from tasks.documents.files import common
from tasks.evidence.tallies import OPTIONS, shown_shares
from tasks.stage import FactValue, Report
from tasks.stages.no_gate import ask as ask
from tasks.stages.no_gate import take_answer as take_answer

CODE = "evaluate"
RECEIVER = "administrator"
NOT_SURVEYED = ("conduct_supervisor",)  # named by BZ-38 only; BZ-12 lists the others


def open_stage(desk: Desk) -> None:
    """Tell those who count and interview what is to be handed in by when."""
    due = desk.stage(CODE).due_on or desk.today
    for form in ("ballots", "interviews", "survey"):
        context = ObligationMessage(
            recipient="考核办管理员",
            **common(desk),
            what=f"登记{form_label(desk, form)}",
            form=form_label(desk, form),
            receiver=str(desk.cycle.params["office"]),
            due=due,
        )
        desk.message(context, recipient=RECEIVER, about=form, slot=f"{CODE}-{desk.stage(CODE).rounds}")


def settle(desk: Desk) -> None:
    """Nothing to derive: tallies become facts when they are imported."""


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Count the subjects without ballots or survey, the interviews still to be held, the categories not reached."""
    return {
        "ballots_missing": _count(_without(desk, "ballots")),
        "interviews_missing": sum(number for number, _ in interviews_missing(desk).values()),
        "survey_missing": _count(_without(desk, "survey")),
        "coverage_gaps": _count(coverage_gaps(desk)),
    }


def close_stage(desk: Desk) -> None:
    """Record that all was counted."""
    desk.audit("evaluate.complete", {form: len(desk.entries(form)) for form in ("ballots", "interviews", "survey")})


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show what is missing per unit and, as shares, how the ballots on each team fell; never single ballots."""
    units = units_of(desk)
    lines = (
        f"- 民主测评:缺 {facts['ballots_missing']} 个考核对象的计票(BZ-37)",
        f"- 个别谈话:缺 {facts['interviews_missing']} 人次(BZ-37)",
        f"- 民意调查:缺 {facts['survey_missing']} 个考核对象的计票,未覆盖类别 {facts['coverage_gaps']} 项(BZ-12)",
    )
    found = [(unit, "民主测评", "、".join(names)) for unit, names in _without(desk, "ballots").items()]
    found += [(unit, "个别谈话", text) for unit, (_, text) in interviews_missing(desk).items()]
    found += [(unit, "民意调查", "、".join(names)) for unit, names in _without(desk, "survey").items()]
    found += [(unit, "民意调查覆盖", "、".join(labels)) for unit, labels in coverage_gaps(desk).items()]
    rows = tuple({"单位": units[unit], "事项": what, "缺少": names} for unit, what, names in found)
    return (
        Report("evaluate-progress", "测评、谈话、调查情况", "\n".join(lines)),
        Report("evaluate-gaps", "测评、谈话、调查缺项", "" if rows else "无。", rows),
        Report("evaluate-shares", "领导班子民主测评得票率(%)", "" if units else "无。", tuple(_shares(desk))),
    )


def interviews_missing(desk: Desk) -> dict[str, tuple[int, str]]:
    """Return by unit how many interviews are missing, and with whom: each member, and others up to the minimum."""
    minimum = int(desk.config("interview.min"))
    rows = desk.entries("interviews")
    talked = {str(row.values["member"]) for row in rows if row.values["kind"] == "member"}
    others: dict[str, int] = {}
    for row in rows:
        if row.values["kind"] != "member":
            others[str(row.values["unit"])] = others.get(str(row.values["unit"]), 0) + 1
    absent = gaps_by_unit(desk.subjects("principal", "deputy"), talked)
    result = {}
    for unit in units_of(desk):
        names = [row.name for row in absent.get(unit, [])]
        short = max(0, minimum - others.get(unit, 0))
        if names or short:
            parts = [*names, *([f"其他干部群众 {short} 人"] if short else [])]
            result[unit] = (len(names) + short, "、".join(parts))
    return result


def coverage_gaps(desk: Desk) -> dict[str, list[str]]:
    """Return the categories from which no survey form came back, by unit (BZ-12)."""
    labels = option_labels(desk, "invitees", "category")
    wanted = {category: label for category, label in labels.items() if category not in NOT_SURVEYED}
    rows = [row.values for row in desk.entries("invitees") if row.values["survey_returned"]]
    reached = {(values["unit"], values["category"]) for values in rows}
    gaps = {
        unit: [label for category, label in wanted.items() if (unit, category) not in reached]
        for unit in units_of(desk)
    }
    return {unit: missing for unit, missing in gaps.items() if missing}


def _without(desk: Desk, form: str) -> dict[str, list[str]]:
    """Names of the subjects without a row of this form, by unit; every subject has its own (AMB-03)."""
    gaps = gaps_by_unit(desk.subjects(), (row.subject for row in desk.entries(form)))
    return {unit: ["领导班子" if row.tier == "team" else row.name for row in missing] for unit, missing in gaps.items()}


def _count(gaps: Mapping[str, Sequence[str]]) -> int:
    return sum(len(each) for each in gaps.values())


def _shares(desk: Desk) -> list[dict[str, str]]:
    tallies: dict[str, Entry] = {str(row.subject): row for row in desk.entries("ballots")}
    return [
        {"单位": name, **dict(zip(OPTIONS.values(), shown_shares(tallies[unit].values), strict=True))}
        for unit, name in units_of(desk).items()
        if unit in tallies
    ]
