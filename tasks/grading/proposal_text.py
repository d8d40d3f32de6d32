"""A sheet of proposals in words: quota, ties, ceilings, findings; for the gate's dialog and for artifacts."""

from collections.abc import Mapping

from models.grading import Proposal, ProposalSheet
from tasks.desk import Desk
from tasks.documents.markdown import bullets, section, table
from tasks.grading.rules import QuotaUse, frames_of, proposals_of, quota_use, target_names


def proposal_text(desk: Desk, sheet: ProposalSheet, path: str) -> str:
    """Return what a committee needs to see before it confirms: quotas, ties, lowered grades, remarks."""
    names, proposals = target_names(desk), proposals_of(desk, sheet)
    uses = quota_use(desk, frames_of(desk, sheet), {code: row.grade for code, row in proposals.items()})
    lowered = [row for row in proposals.values() if row.preliminary and row.preliminary != row.grade]
    rows = [(names[row.subject], row.preliminary, row.grade, _limit(row)) for row in lowered]
    tied = {note["pool"] for note in sheet.assessment["notices"] if _is_tie(note)}
    ties = [
        line["情况"] for line in finding_lines(desk, sheet, "notices") if line["对象"] in {names[pool] for pool in tied}
    ]
    remarks = [f"{line['对象']}:{line['情况']}({line['规则']})" for line in finding_lines(desk, sheet, "notices")]
    return (
        f"第{sheet.round}稿,{sheet.drafted_on} 生成,共 {len(proposals)} 个考核对象。全部建议见 `{path}`。\n"
        + section("名额", quota_table(uses))
        + section("并列(名额不够,请研究确定)", bullets(ties))
        + section("与初步意见不同的建议", table(("考核对象", "初步意见", "建议", "限制"), rows, more=path))
        + section("提示", bullets(remarks, more=path, shown=10))
    )


def quota_table(uses: list[QuotaUse]) -> str:
    """Return each pool's counts by grade beside its quota."""
    rows = []
    for use in uses:
        counts = "、".join(f"{grade} {number}" for grade, number in use.counts.items())
        limit = "不限" if use.limit is None else f"“{use.grade}”{use.used}/{use.limit}"
        over = "(超出)" if use.limit is not None and use.used > use.limit else ""
        rows.append((use.label, use.total, counts, limit + over, use.rule))
    return table(("类别", "对象", "各等次", "名额使用", "规则"), rows)


def finding_lines(desk: Desk, sheet: ProposalSheet, kind: str) -> list[Mapping[str, str]]:
    """Return the findings of a sheet (blocks or notices) with rule and clause, names instead of codes."""
    names = target_names(desk)
    return [
        {
            "对象": names.get(row["subject"] or row["pool"], ""),
            "情况": _named(row["detail"], names) if _is_tie(row) else row["detail"],
            "规则": row["rule"],
            "条文": row["clause"],
        }
        for row in sheet.assessment[kind]
    ]


def capped_rows(desk: Desk, sheet: ProposalSheet) -> list[Mapping[str, str]]:
    """Return the subjects whose grade has a ceiling, with the rule and clause that set it."""
    names, cites = target_names(desk), desk.pack.scheme.citations()
    return [
        {
            "考核对象": names[row.subject],
            "初步意见": row.preliminary or "",
            "建议": row.grade,
            "最高可评": row.ceiling or "",
            "规则": row.ceiling_rule or "",
            "条文": cites[row.ceiling_rule].clause if row.ceiling_rule in cites else "",
        }
        for row in proposals_of(desk, sheet).values()
        if row.ceiling
    ]


def tied_subjects(detail: str) -> list[str]:
    """Return the codes that a tie notice of the core lists."""
    return detail.partition("并列待定:")[2].split("、")


def _is_tie(note: Mapping[str, str | None]) -> bool:
    return note["pool"] is not None and "并列待定:" in str(note["detail"])


def _named(detail: str, names: Mapping[str, str]) -> str:
    told, _, _ = detail.partition("并列待定:")
    return f"{told}并列待定:" + "、".join(names.get(code, code) for code in tied_subjects(detail))


def _limit(row: Proposal) -> str:
    return f"不得高于“{row.ceiling}”({row.ceiling_rule})" if row.ceiling else "名额或并列"
