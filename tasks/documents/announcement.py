"""What the announcement and the notices to units say: groups, dates, duties, hotline (BZ-32…35)."""

from datetime import date, timedelta

from config.stages import load_stages
from notices import parts as p
from notices.contexts import AnnouncementContext, UnitNoticeContext
from tasks.cycle.deadline import first_due
from tasks.cycle.handed_in import form_label, units_of
from tasks.desk import Desk
from tasks.documents.files import citations, common, contact, head

CODE = "announce"


def announcement(desk: Desk) -> AnnouncementContext:
    """Return the announcement: all units, the groups with their leaders, media, hotline."""
    rows = desk.entries("published_list")
    outcome = desk.stage(CODE).outcome
    media = [str(outcome["media"])] if outcome else list(dict.fromkeys(str(row.values["media"]) for row in rows))
    return AnnouncementContext(
        head(desk),
        **common(desk),
        units=tuple(units_of(desk).values()),
        groups=group_lines(desk),
        media=tuple(media) or ("(媒体待定)",),
        published_on=published_on(desk) or desk.today,
        starts_on=starts_on(desk),
        ends_on=expected_end(desk, "evaluate"),
        hotline=_hotline(desk),
        basis=citations(desk, "BZ-32", "BZ-33", "BZ-34"),
    )


def unit_notices(desk: Desk) -> dict[str, UnitNoticeContext]:
    """Return the notice to each unit that has a group: what it owes by when, whom to ask."""
    groups = {unit: line for line in group_lines(desk) for unit in line.units}
    front, shared, duties, asked = head(desk), common(desk), _duties(desk), contact(desk)
    hotline, basis = _hotline(desk), citations(desk, "BZ-35", "BZ-36", "BZ-37", "BZ-38")
    return {
        unit: UnitNoticeContext(
            front,
            **shared,
            unit=name,
            group=groups[name],
            duties=duties,
            meeting=None,
            contact=asked,
            hotline=hotline,
            basis=basis,
        )
        for unit, name in units_of(desk).items()
        if name in groups
    }


def group_lines(desk: Desk) -> tuple[p.GroupLine, ...]:
    """Return the assessment groups with leader and units, in order of name (BZ-32)."""
    names = units_of(desk)
    groups: dict[str, list[str]] = {}
    leaders: dict[str, tuple[str, str]] = {}
    for row in desk.entries("groups"):
        group, unit = str(row.values["group"]), str(row.values["unit"])
        leaders[group] = (str(row.values["leader"]), str(row.values["leader_title"] or ""))
        if unit in names:
            groups.setdefault(group, []).append(names[unit])
    return tuple(p.GroupLine(name, *leaders[name], tuple(groups[name])) for name in sorted(groups))


def published_on(desk: Desk) -> date | None:
    """Return the last day on which the list was published: as confirmed, else as registered (BZ-33)."""
    days = [row.dated for row in desk.entries("published_list")]
    confirmed = desk.stage(CODE).outcome.get("published_on")
    return max([*days, date.fromisoformat(confirmed)] if confirmed else days, default=None)


def starts_on(desk: Desk) -> date:
    """Return the first day on which a meeting may be held (BZ-33)."""
    return desk.calendar.add(published_on(desk) or desk.today, int(desk.config("announce.lead_time")))


def expected_end(desk: Desk, code: str) -> date:
    """Return when a stage is expected to end: as given at launch, else by the due rules up to it."""
    given = desk.cycle.params.get("due") or {}
    end = desk.today
    for spec in load_stages(desk.pack):
        row = desk.stage(spec.code)
        if row.due_on is not None:
            end = max(end, row.due_on)
        elif spec.code in given:
            end = max(end, date.fromisoformat(given[spec.code]))
        else:
            end += first_due(desk, spec) - desk.today
        if spec.code == code:
            return max(end, starts_on(desk) + timedelta(days=1))
    raise LookupError(f"no stage {code!r} in scheme {desk.cycle.scheme_id}")


def _hotline(desk: Desk) -> p.Hotline:
    """The telephone as confirmed, else as given at launch, open until the end of publication (BZ-34)."""
    phone = desk.stage(CODE).outcome.get("hotline") or desk.cycle.params["hotline"] or "(待定)"
    opened = published_on(desk) or desk.today
    return p.Hotline(str(phone), opened, max(expected_end(desk, "publish"), opened))


def _duties(desk: Desk) -> tuple[p.DutyLine, ...]:
    office = str(desk.cycle.params["office"])
    reports = desk.calendar.add(expected_end(desk, "self_report"), -int(desk.config("self_report.lead_time")))
    meeting = expected_end(desk, "report_meeting")
    return (
        p.DutyLine("印发领导班子及每名成员述廉报告", form_label(desk, "self_reports"), office, reports),
        p.DutyLine("召开述廉大会", form_label(desk, "meetings"), office, meeting),
        p.DutyLine("报送受邀人员统计", form_label(desk, "invitees"), office, meeting),
    )
