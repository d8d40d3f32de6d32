"""From tables to the documents of grading: proposal table, decision record, public notice, circular."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlmodel import col, select

from models.cycle import Gate
from models.grading import Decision, DecisionException, Objection, Proposal, ProposalSheet, PublicNotice
from notices import parts as p
from notices.contexts import CircularContext, DecisionRecordContext, ProposalTableContext, PublicNoticeContext
from notices.tree import Branch
from scoring.explaining.tree import Node
from tasks.desk import Desk
from tasks.documents.files import citation, citations, common, contact, head, hotline, printed_subjects, unit_names
from tasks.grading.explain import kept_trees
from tasks.grading.proposal_text import tied_subjects
from tasks.grading.rules import (
    Broken,
    QuotaUse,
    broken_rules,
    decided_grades,
    frames_of,
    pool_by_subject,
    proposals_of,
    quota_use,
    target_names,
)


def proposal_table(desk: Desk, sheet: ProposalSheet) -> ProposalTableContext:
    """Return 定等建议表 of a sheet: each pool with quota and rows, violations, blocks and ties (BZ-43, BZ-45)."""
    proposals, names = proposals_of(desk, sheet), target_names(desk)
    uses = quota_use(desk, frames_of(desk, sheet), {code: row.grade for code, row in proposals.items()})
    answer = sheet.assessment
    blocks = [
        Broken(row["subject"] or row["pool"], row["rule"], row["clause"], row["detail"], True)
        for row in answer["blocks"]
    ]
    return ProposalTableContext(
        head(desk, issuer=desk.pack.roles["discipline_standing_committee"]),
        **common(desk),
        deciding_body=desk.pack.roles["party_committee"],
        pools=_pool_tables(desk, proposals, uses, _remarks(answer["notices"])),
        violations=tuple(_finding(desk, row, names) for row in broken_rules(desk, answer)),
        blocks=tuple(_finding(desk, row, names) for row in blocks),
        ties=tuple(_ties(answer["notices"], uses, names)),
        explained=tuple(_branch(tree) for tree in kept_trees(sheet)),
    )


def _branch(node: Node) -> Branch:
    return Branch(node.text, tuple(_branch(child) for child in node.children))


def _pool_tables(
    desk: Desk, proposals: Mapping[str, Proposal], uses: list[QuotaUse], remarks: Mapping[str, list[str]]
) -> tuple[p.PoolTable, ...]:
    pools, printed = pool_by_subject(desk), printed_subjects(desk)
    cites = {row.ceiling_rule: citation(desk, row.ceiling_rule) for row in proposals.values() if row.ceiling_rule}
    rows: dict[str, list[p.ProposalRow]] = {use.pool: [] for use in uses}
    for code, row in proposals.items():
        notes = (*([row.reason] if row.reason else []), *remarks.get(code, []))
        basis = cites.get(row.ceiling_rule or "")
        line = p.ProposalRow(printed[code], row.preliminary or "—", row.grade, row.ceiling or "", basis, notes)
        rows[pools[code]].append(line)
    return tuple(
        p.PoolTable(
            use.label,
            use.grade,
            use.total,
            use.limit,
            use.used,
            citation(desk, use.rule) if use.rule else None,
            tuple(p.GradeCount(grade, number) for grade, number in use.counts.items()),
            tuple(rows[use.pool]),
        )
        for use in uses
    )


def _remarks(notices: list[dict[str, str]]) -> dict[str, list[str]]:
    remarks: dict[str, list[str]] = {}
    for note in notices:
        if note["subject"]:
            remarks.setdefault(note["subject"], []).append(f"{note['detail']}({note['rule']})")
    return remarks


def _finding(desk: Desk, row: Broken, names: Mapping[str, str]) -> p.Finding:
    return p.Finding(names.get(row.target, row.target), row.detail, citation(desk, row.rule), row.hard)


def _ties(notices: list[dict[str, str]], uses: list[QuotaUse], names: Mapping[str, str]) -> list[p.TieLine]:
    by_pool = {use.pool: use for use in uses}
    ties = []
    for note in notices:
        if note["pool"] and "并列待定" in note["detail"]:
            use, codes = by_pool[note["pool"]], tied_subjects(note["detail"])
            seats = (use.limit or 0) - use.used
            ties.append(p.TieLine(use.label, use.grade, max(seats, 0), tuple(names.get(code, code) for code in codes)))
    return ties


def decision_record(desk: Desk, decision: Decision) -> DecisionRecordContext:
    """Return 决定记录: each decision against its proposal, and the exceptions recorded (BZ-45)."""
    printed, names, day = printed_subjects(desk), target_names(desk), decision.decided_on
    grades = list(decided_grades(desk, decision).values())
    exceptions = desk.session.exec(select(DecisionException).where(DecisionException.decision_id == decision.id))
    return DecisionRecordContext(
        head(desk),
        **common(desk),
        meeting=_meeting(desk, decision),
        registered_by=decision.decided_by,
        rows=tuple(p.DecisionRow(printed[row.subject], row.proposed, row.grade, day, row.reason) for row in grades),
        exceptions=tuple(
            p.ExceptionLine(
                f"{names.get(row.target, row.target)}({row.detail})",
                citation(desk, row.rule),
                row.reason,
                decision.body,
                day,
            )
            for row in exceptions
        ),
        counts=_counts(scale_of(desk), [row.grade for row in grades]),
        basis=citations(desk, "BZ-45"),
    )


def _meeting(desk: Desk, decision: Decision) -> p.MeetingRecord:
    """The meeting as the committee's answer tells of it."""
    query = select(Gate).where(
        Gate.cycle_id == desk.cycle_id,
        Gate.kind == "committee_decision",
        Gate.answered_by == decision.decided_by,
        col(Gate.state).in_(("answered", "accepted")),
    )
    gate = desk.session.exec(query.order_by(col(Gate.attempt).desc())).first()
    told = (gate.answer if gate else None) or {}
    chair, present = str(told.get("chair") or ""), int(told.get("present") or 0)
    return p.MeetingRecord(decision.body, decision.meeting, decision.decided_on, "", chair, present, "")


def scale_of(desk: Desk) -> tuple[str, ...]:
    """Return the grades of this assessment, best first."""
    return tuple(dict.fromkeys(grade for tier in desk.pack.scheme.tiers.values() for grade in tier.scale.grades))


def _counts(scale: tuple[str, ...], grades: list[str]) -> tuple[p.GradeCount, ...]:
    counted = Counter(grades)
    return tuple(p.GradeCount(grade, counted[grade]) for grade in scale if counted[grade])


def public_notice(desk: Desk, notice: PublicNotice, decision: Decision) -> PublicNoticeContext:
    """Return 公示: grades only, with the notice period and how to object (BZ-46)."""
    office = contact(desk)
    return PublicNoticeContext(
        head(desk, issued_on=notice.from_on),
        **common(desk),
        deciding_body=decision.body,
        decided_on=decision.decided_on,
        scale=scale_of(desk),
        sections=_sections(desk, decision),
        notice_from=notice.from_on,
        notice_to=notice.to_on,
        working_days=desk.calendar.between(notice.from_on, notice.to_on) + 1,
        object_by=(f"来信来访:{office.office}", f"来电:{desk.cycle.params.get('hotline', '')}"),
        hotline=hotline(desk, until=notice.to_on),
        basis=citations(desk, "BZ-46"),
    )


def circular(desk: Desk, notice: PublicNotice, decision: Decision, *, number: str, issued_on: date) -> CircularContext:
    """Return 通报: the final results, with what became of the objections of every round (BZ-21, BZ-46)."""
    query = select(Objection.state).join(PublicNotice).where(PublicNotice.cycle_id == desk.cycle_id)
    states, units = list(desk.session.exec(query)), unit_names(desk)
    return CircularContext(
        head(desk, number=number, issued_on=issued_on),
        **common(desk),
        addressees=tuple(units[code] for code in dict.fromkeys(row.unit_id for row in desk.subjects())),
        deciding_body=decision.body,
        decided_on=decision.decided_on,
        notice_from=notice.from_on,
        notice_to=notice.to_on,
        objections=len(states),
        upheld=states.count("upheld"),
        scale=scale_of(desk),
        sections=_sections(desk, decision),
        requirements=(),
        copies_to=(),
        basis=citations(desk, "BZ-46"),
    )


def _sections(desk: Desk, decision: Decision) -> tuple[p.ResultSection, ...]:
    printed, pools = printed_subjects(desk), pool_by_subject(desk)
    rows = decided_grades(desk, decision).values()
    return tuple(
        p.ResultSection(
            pool.label,
            tuple(p.ResultLine(printed[row.subject], row.grade) for row in rows if pools.get(row.subject) == pool.id),
        )
        for pool in desk.pack.scheme.pools
    )
