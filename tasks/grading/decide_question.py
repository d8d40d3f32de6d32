"""What the party committee is asked: the proposal in short, and what a decision must settle."""

from config.forms import FieldSpec, Option
from models.grading import ProposalSheet
from tasks.desk import Desk
from tasks.documents.markdown import bullets, section, table
from tasks.grading.changes import change_fields
from tasks.grading.proposal_text import quota_table
from tasks.grading.rules import Broken, broken_rules, frames_of, proposals_of, quota_use, say_broken, target_names

GATE = "committee_decision"
ANY = "*"


def decision_text(desk: Desk, sheet: ProposalSheet, path: str) -> str:
    """Return the proposal per tier, the quotas, and the soft rules it breaks, each of which needs an exception."""
    names, proposals = target_names(desk), proposals_of(desk, sheet)
    grades = {code: row.grade for code, row in proposals.items()}
    soft = [row for row in broken_rules(desk, sheet.assessment) if not row.hard]
    changed = [
        (names[row.subject], row.preliminary or "—", row.grade, row.reason) for row in proposals.values() if row.reason
    ]
    needs = bullets(say_broken(soft, names))
    return (
        f"定等建议第{sheet.round}稿,{sheet.assessment['confirmed']['meeting']}确认。全部建议见 `{path}`。\n"
        + section("名额", quota_table(quota_use(desk, frames_of(desk, sheet), grades)))
        + section("各层级建议", _by_tier(desk, grades))
        + section("州纪委常委会的变更", table(("考核对象", "初步意见", "建议", "理由"), changed, more=path))
        + section("须记录例外的一般性规定", needs)
    )


def _by_tier(desk: Desk, grades: dict[str, str]) -> str:
    tiers = {row.code: row.tier for row in desk.subjects()}
    rows = []
    for tier in desk.pack.scheme.tiers.values():
        mine = [grade for code, grade in grades.items() if tiers.get(code) == tier.id]
        rows.append((tier.label, *(mine.count(grade) for grade in tier.scale.grades)))
    scale = next(iter(desk.pack.scheme.tiers.values())).scale.grades
    return table(("层级", *scale), rows)


def decision_fields(desk: Desk, sheet: ProposalSheet) -> tuple[FieldSpec, ...]:
    """Return the form of the decision: the meeting, grades that leave the proposal, exceptions from soft rules."""
    overrides = change_fields(
        desk, proposals_of(desk, sheet), target_names(desk), name="overrides", label="与建议不同的决定"
    )
    exceptions = FieldSpec(
        name="exceptions",
        label="一般性规定的例外",
        type="rows",
        help="突破一般性规定的,逐条写明理由",
        fields=(
            FieldSpec(name="rule", label="规定", type="choice", required=True, options=_exception_options(desk, sheet)),
            FieldSpec(name="reason", label="理由", type="longtext", required=True),
        ),
    )
    return (
        FieldSpec(name="meeting", label="会议名称", type="text", required=True, help="如:州委常委会第2次会议"),
        FieldSpec(name="decided_on", label="决定日期", type="date", required=True, default=desk.today.isoformat()),
        FieldSpec(name="chair", label="主持人", type="text"),
        FieldSpec(name="present", label="出席人数", type="count"),
        overrides,
        exceptions,
    )


def _exception_options(desk: Desk, sheet: ProposalSheet) -> tuple[Option, ...]:
    """Every soft rule with each pool it may concern, then the subjects it concerns now."""
    names, options = target_names(desk), {}
    for rule in desk.pack.scheme.rules:
        if rule.force == "soft":
            pool = getattr(rule, "pool", None)
            about = names[pool] if pool else "所涉考核对象"
            options[f"{rule.id}|{pool or ANY}"] = f"{rule.id} {rule.label}({about})"
    for row in _soft(desk, sheet):
        options.setdefault(row.key, f"{row.rule} {names.get(row.target, row.target)}")
    return tuple(Option(value=value, label=label) for value, label in options.items()) or (
        Option(value="-", label="(本方案没有一般性规定)"),
    )


def _soft(desk: Desk, sheet: ProposalSheet) -> list[Broken]:
    return [row for row in broken_rules(desk, sheet.assessment) if not row.hard]
