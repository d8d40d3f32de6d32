"""What the scheme's own rules say about the facts so far, for stages before the proposal."""

from config.stages import load_stages
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.case import CaseFrames
from tasks.desk import Desk
from tasks.evidence.collect_facts import collect_facts, without_fact

Findings = dict[str, dict[str, str]]


def rules_of(desk: Desk, stage: str) -> tuple[str, ...]:
    """Return the rules that a stage answers for."""
    return next(spec.rules for spec in load_stages(desk.pack) if spec.code == stage)


def violated_subjects(desk: Desk, stage: str) -> dict[str, str]:
    """Return the subjects that break a rule of this stage, with what was found."""
    answer = assess(desk.pack.scheme, collect_facts(desk.session, desk.cycle, desk.today), "check")
    return _by_subject(answer, rules_of(desk, stage))


def triggered_subjects(desk: Desk, frames: CaseFrames) -> Findings:
    """Return {subject: {rule: what was found}} of all whom the rules want investigated on these facts (BZ-13, BZ-40).

    The core is asked as if nobody had been investigated: what it then blocks is what has to be investigated.
    """
    blocks = assess(desk.pack.scheme, without_fact(frames, "investigation"), "check").blocks
    rules = rules_of(desk, "investigate")
    found: Findings = {}
    for row in blocks.iter_rows(named=True):
        if row["rule"] in rules and row["subject"]:
            found.setdefault(row["subject"], {})[row["rule"]] = row["detail"]
    return found


def _by_subject(answer: Assessment, rules: tuple[str, ...]) -> dict[str, str]:
    rows = [row for row in answer.violations.iter_rows(named=True) if row["rule"] in rules and row["subject"]]
    return {row["subject"]: row["detail"] for row in rows}
