"""Results and findings of special investigations: what concludes them, and what is corrected afterwards."""

from collections.abc import Mapping

from sqlmodel import col, select

from models.evidence import Entry, Finding, Investigation
from tasks.cycle.handed_in import take_submissions
from tasks.desk import Desk
from tasks.evidence.investigation_list import DUTY, investigations


def take_results(desk: Desk) -> None:
    """Conclude each open investigation whose result was registered; corrected sheets correct what they concluded."""
    results = {str(row.subject): row for row in desk.entries("investigation_results")}
    ordered = {row.subject: row for row in investigations(desk, "open", "concluded")}
    for code, row in ordered.items():
        entry = results.get(code)
        if entry is not None and row.state == "open":
            desk.move(row, "conclude", result=str(entry.values["result"]), concluded_on=entry.dated)
        elif entry is not None and row.result != entry.values["result"]:
            _correct(desk, row, entry)
    take_submissions(desk, DUTY, [entry for code, entry in results.items() if code in ordered])
    _take_findings(desk, ordered)


def stray_results(desk: Desk) -> list[str]:
    """Return the subjects with a registered result that nobody ordered an investigation of."""
    ordered = {row.subject for row in investigations(desk, "open", "concluded")}
    return [str(row.subject) for row in desk.entries("investigation_results") if str(row.subject) not in ordered]


def _correct(desk: Desk, row: Investigation, entry: Entry) -> None:
    old, row.result, row.concluded_on = row.result, str(entry.values["result"]), entry.dated
    desk.audit("investigation.correct", {"subject": row.subject, "from": old, "to": row.result, "source": entry.source})


def _take_findings(desk: Desk, ordered: Mapping[str, Investigation]) -> None:
    ids = [row.id for row in ordered.values()]
    query = select(Finding).where(col(Finding.investigation_id).in_(ids))
    known = {(row.investigation_id, row.number): row for row in desk.session.exec(query)}
    changed = []
    for entry in desk.entries("findings"):
        row = ordered.get(str(entry.subject))
        if row is None or row.id is None:
            continue
        finding = _finding(row.id, entry)
        old = known.get((row.id, finding.number))
        if old is None:
            desk.session.add(finding)
        elif not _correct_finding(old, finding):
            continue
        changed.append(f"{row.subject}|{finding.number}")
    desk.session.flush()
    if changed:
        desk.audit("finding.take", {"findings": changed})


def _finding(investigation_id: int, entry: Entry) -> Finding:
    return Finding(
        investigation_id=investigation_id,
        number=int(entry.values["number"]),
        text=str(entry.values["text"]),
        substantiated=bool(entry.values["substantiated"]),
        source=entry.source,
        dated=entry.dated,
    )


def _correct_finding(old: Finding, new: Finding) -> bool:
    """Bring a finding in line with a corrected sheet; tell whether it differed."""
    differs = [
        name for name in ("text", "substantiated", "source", "dated") if getattr(old, name) != getattr(new, name)
    ]
    for name in differs:
        setattr(old, name, getattr(new, name))
    return bool(differs)
