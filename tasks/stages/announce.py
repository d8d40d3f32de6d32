"""公布名单、开通举报电话: groups led by a leader, the list published as frozen, the hotline open (BZ-32…34)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from config.forms import FieldSpec
from models.cycle import Gate
from notices.messages import UnitNoticeMessage
from tasks.cycle.handed_in import units_of
from tasks.desk import Desk
from tasks.documents.announcement import announcement, expected_end, group_lines, published_on, starts_on, unit_notices
from tasks.documents.files import common, group_names, shown_path, word_file, write_document
from tasks.stage import AnswerRefused, FactValue, Question, Report

CODE = "announce"
GATE = "announce_confirm"
ROLE = "administrator"
LEADER_ROLE = "party_government_leader"
DOCUMENT = ("考核公告",)


def open_stage(desk: Desk) -> None:
    """Record whom the announcement is about; groups and the published list may have come in before."""
    desk.audit("announce.begin", {"units": len(units_of(desk))})


def settle(desk: Desk) -> None:
    """Keep the draft announcement at hand from the moment that every unit has its group."""
    if not groups_missing(desk) and desk.stage(CODE).state == "open":
        write_document(desk, announcement(desk), *DOCUMENT)


def stage_facts(desk: Desk) -> dict[str, FactValue]:
    """Compare groups and published list with the frozen units, and look at what was confirmed."""
    outcome = desk.stage(CODE).outcome
    missing, surplus = list_mismatches(desk)
    return {
        "groups_missing": len(groups_missing(desk)),
        "groups_badly_led": len(groups_badly_led(desk)),
        "list_published": bool(desk.entries("published_list")),
        "list_mismatches": len(missing) + len(surplus),
        "hotline_open": bool(outcome.get("hotline")),
        "announcement_confirmed": bool(outcome.get("confirmed")),
    }


def ask(desk: Desk, facts: Mapping[str, FactValue]) -> Question | None:
    """Ask for the confirmation once groups and list are in order."""
    if facts["announcement_confirmed"] or not facts["list_published"]:
        return None
    if facts["groups_missing"] or facts["groups_badly_led"] or facts["list_mismatches"]:
        return None
    media = "、".join(dict.fromkeys(str(row.values["media"]) for row in desk.entries("published_list")))
    day = published_on(desk)
    fields = (
        FieldSpec(
            name="hotline",
            label="举报监督电话",
            type="text",
            required=True,
            default=desk.cycle.params["hotline"] or None,
        ),
        FieldSpec(name="media", label="公布的媒体", type="text", required=True, default=media),
        FieldSpec(
            name="published_on", label="公布日期", type="date", required=True, default=day.isoformat() if day else None
        ),
        FieldSpec(name="confirmed", label="名单已公布、电话已开通,确认属实", type="bool", required=True),
    )
    text = (
        f"被考核单位 **{len(units_of(desk))}** 个,考核组 **{len(group_lines(desk))}** 个,公布名单与考核名单一致。\n\n"
        f"公告草稿:`{shown_path(desk, *DOCUMENT)}`\n\n确认后向各单位发出通知。"
    )
    return Question(GATE, ROLE, "确认公告和举报监督电话", text, fields)


def take_answer(desk: Desk, gate: Gate, answer: Mapping[str, Any]) -> None:
    """Keep hotline, media and date of publication; AnswerRefused with every reason (BZ-33, BZ-34)."""
    hotline, media = (str(answer.get(name) or "").strip() for name in ("hotline", "media"))
    day = _day(answer.get("published_on"))
    faults = [] if hotline else ["请填写举报监督电话:没有电话不能离开本环节(BZ-34)"]
    faults += [] if media else ["请填写公布名单的媒体(BZ-33)"]
    if day is None or day > desk.today:
        faults.append(f"公布日期须为不晚于今天({desk.today})的日期,收到“{answer.get('published_on') or '空'}”")
    if answer.get("confirmed") is not True:
        faults.append("请勾选确认:名单已公布、电话已开通")
    if faults or day is None:
        raise AnswerRefused(faults)
    kept = {"hotline": hotline, "media": media, "published_on": day.isoformat(), "confirmed": True}
    desk.stage(CODE).outcome = kept
    desk.audit("announce.confirm", kept, by=gate.answered_by)


def close_stage(desk: Desk) -> None:
    """Write the announcement as confirmed, and give notice to every unit as document and as message."""
    write_document(desk, announcement(desk), *DOCUMENT)
    starts, ends = starts_on(desk), expected_end(desk, "evaluate")
    for unit, notice in unit_notices(desk).items():
        path = write_document(desk, notice, "考核通知", notice.unit)
        text = UnitNoticeMessage(
            recipient=notice.unit,
            **common(desk),
            group=notice.group.name,
            starts_on=starts,
            ends_on=ends,
            hotline=notice.hotline.phone,
        )
        desk.message(text, recipient=unit, attachments=(word_file(path),))


def reports(desk: Desk, facts: Mapping[str, FactValue]) -> tuple[Report, ...]:
    """Show what is done, and name units without a group, groups led by others, and where the lists differ."""
    missing, surplus = list_mismatches(desk)
    done = {True: "已完成", False: "未完成"}
    lines = (
        f"- 考核组:{len(group_lines(desk))} 个,未分组单位 {facts['groups_missing']} 个(BZ-32)",
        f"- 公布名单:{done[bool(facts['list_published'])]},不一致 {facts['list_mismatches']} 处(BZ-33)",
        f"- 举报监督电话:{desk.stage(CODE).outcome.get('hotline') or '待确认'}(BZ-34)",
    )
    rows = [{"问题": "没有考核组的单位", "名称": name} for name in groups_missing(desk)]
    rows += [{"问题": "不由州党政领导带队的考核组", "名称": name} for name in groups_badly_led(desk)]
    rows += [{"问题": "在考核名单内而未公布", "名称": name} for name in missing]
    rows += [{"问题": "已公布而不在考核名单内", "名称": name} for name in surplus]
    return (
        Report("announce-progress", "公布名单情况", "\n".join(lines)),
        Report("announce-gaps", "须补正的事项", "" if rows else "无。", tuple(rows)),
    )


def groups_missing(desk: Desk) -> list[str]:
    """Return the units that no group assesses (BZ-32)."""
    grouped = group_names(desk)
    return [name for unit, name in units_of(desk).items() if unit not in grouped]


def groups_badly_led(desk: Desk) -> list[str]:
    """Return the groups that are not led by a prefecture party or government leader (BZ-32)."""
    rows = desk.entries("groups")
    return sorted({str(row.values["group"]) for row in rows if row.values["leader_role"] != LEADER_ROLE})


def list_mismatches(desk: Desk) -> tuple[list[str], list[str]]:
    """Return (assessed but not published, published but not assessed); nothing while no list is in (BZ-33)."""
    published = {str(row.values["unit_name"]).strip() for row in desk.entries("published_list")}
    assessed = set(units_of(desk).values())
    return (sorted(assessed - published), sorted(published - assessed)) if published else ([], [])


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
