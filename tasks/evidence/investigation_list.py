"""The list of special investigations: drafted by the scheme's rules, ordered once a person has confirmed it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import col, select

from models.evidence import Investigation
from notices.messages import InvestigationMessage
from scoring.case import CaseFrames
from tasks.cycle.gates import current_gate, drop_gate
from tasks.cycle.handed_in import make_obligation
from tasks.cycle.rewind import rewind
from tasks.desk import Desk
from tasks.documents.files import called, common, printed_subjects
from tasks.evidence.collect_facts import collect_facts
from tasks.evidence.rule_findings import triggered_subjects

CODE = "investigate"
GATE = "investigation_list"
DUTY = "investigation"
RECEIVER = "discipline_standing_committee"
# The share of BZ-13 is the clause's own; what 较多 means in BZ-40 is a default, so a person may judge otherwise.
MANDATORY = frozenset({"BZ-13"})


def investigations(desk: Desk, *states: str) -> list[Investigation]:
    """Return the cycle's investigations in these states (all when none are given), in order of drafting."""
    query = select(Investigation).where(Investigation.cycle_id == desk.cycle_id)
    if states:
        query = query.where(col(Investigation.state).in_(states))
    return list(desk.session.exec(query.order_by(col(Investigation.id))))


def draft_list(desk: Desk) -> None:
    """Bring the drafts in line with what the rules trigger now; a waiting question about an older list is dropped.

    What was ordered or concluded stays. A dropped subject comes back when the share of BZ-13 is exceeded later.
    """
    triggered = triggered_subjects(desk, collect_facts(desk.session, desk.cycle, desk.today))
    known = {row.subject: row for row in investigations(desk)}
    before = _drafts(known)
    for row in [row for row in known.values() if row.state == "proposed" and row.subject not in triggered]:
        desk.audit("investigation.discard", {"subject": row.subject, "rules": row.rules})
        desk.session.delete(row)
        del known[row.subject]
    for code, found in triggered.items():
        known[code] = _drafted(desk, known.get(code), code, found)
    desk.session.flush()
    if _drafts(known) != before:
        _drop_question(desk)


def _drafts(rows: Mapping[str, Investigation]) -> set[tuple[str, bool, str]]:
    return {(row.subject, row.mandatory, row.reason) for row in rows.values() if row.state == "proposed"}


def _drafted(desk: Desk, row: Investigation | None, code: str, found: Mapping[str, str]) -> Investigation:
    rules, mandatory = sorted(found), bool(MANDATORY & set(found))
    reason = ";".join(f"{found[rule]}({rule})" for rule in rules)
    if row is None:
        row = Investigation(cycle_id=desk.cycle_id, subject=code, rules=rules, mandatory=mandatory, reason=reason)
        desk.session.add(row)
        desk.session.flush()
        desk.audit("investigation.propose", {"subject": code, "rules": rules, "mandatory": mandatory})
    elif row.state == "dropped" and _is_due(row, found):
        desk.move(row, "repropose", reason=reason, rules=rules, mandatory=True)
        row.reason = reason
    elif row.state == "proposed":
        row.rules, row.mandatory, row.reason = rules, mandatory, reason
    return row


def investigate_again(desk: Desk, frames: CaseFrames) -> bool:
    """Go back to the investigation when what came after it (a late complaint) demands one; tell whether that is so.

    Otherwise the proposal would be blocked for want of an investigation that nobody could order any more.
    """
    if desk.stage(CODE).state != "closed":
        return False
    known = {row.subject: row for row in investigations(desk)}
    late = [code for code, found in triggered_subjects(desk, frames).items() if _is_due(known.get(code), found)]
    if not late:
        return False
    gate = current_gate(desk.session, desk.cycle_id)
    if gate is not None:
        drop_gate(desk, gate.stage)
    rewind(desk, CODE, f"新的情况须专项调查:{'、'.join(late)}")
    return True


def _is_due(row: Investigation | None, found: Mapping[str, str]) -> bool:
    if row is None:
        return True
    return row.state == "dropped" and not row.mandatory and bool(MANDATORY & set(found))


def _drop_question(desk: Desk) -> None:
    gate = current_gate(desk.session, desk.cycle_id)
    if gate is not None and gate.kind == GATE and gate.state == "open":
        drop_gate(desk, CODE)


def due_day(desk: Desk) -> date:
    """Return by when an investigation that is ordered today is to be concluded."""
    return desk.calendar.add(desk.today, int(desk.config("investigation.duration")))


def order_investigations(desk: Desk, rows: Sequence[Investigation], *, by: str) -> None:
    """Order investigations with their deadline, and tell the discipline commission whom they concern, not why."""
    if not rows:
        return
    due = due_day(desk)
    desk.move(list(rows), "order", by=by, ordered_on=desk.today, due_on=due)
    printed = printed_subjects(desk)
    units = {row.code: row.unit_id for row in desk.subjects()}
    duties = [
        make_obligation(
            desk,
            duty=DUTY,
            owner=row.subject,
            unit_id=units[row.subject],
            form="investigation_results",
            receiver=RECEIVER,
            due=due,
        )
        for row in rows
    ]
    desk.oblige(duties)
    for row in rows:
        context = InvestigationMessage(
            recipient="州纪委常委会",
            **common(desk),
            unit=called(printed[row.subject]),
            due=due,
            contact=f"{desk.cycle.params['office']} {desk.cycle.params['contact']}",
        )
        desk.message(context, recipient=RECEIVER, about=row.subject)
