"""Why a subject has its grade, and what it would have needed for the next one: one answer for shell, artifact and file.

Steps are read from the trace of a proposal on the same facts. What would have been needed is searched and tried: each
change that is named as enough was assessed again together with everybody else.
"""

from dataclasses import dataclass

from scoring.explaining.assessed import Assessed
from scoring.explaining.needed import Needed, needed_for
from scoring.explaining.steps import Finding, Following, Step, findings_of, following_of, steps_of

__all__ = ["Assessed", "Explanation", "explain", "limited"]

DEPTH = 2  # linkages followed back to their sources


@dataclass(frozen=True)
class Explanation:
    """One subject's way to its grade; `sources` explain the subjects from which linkages reached it."""

    subject: str
    name: str
    tier: str
    grade: str | None
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    following: tuple[Following, ...]
    needed: Needed | None
    sources: tuple["Explanation", ...] = ()


class UnknownSubject(LookupError):
    """A subject that the case does not have; names some that it has."""

    def __init__(self, subject: str, known: list[str]) -> None:
        shown = "、".join(known[:30]) + ("…" if len(known) > 30 else "")
        super().__init__(f"没有考核对象“{subject}”;现有 {len(known)} 个:{shown}")


def explain(known: Assessed, subject: str) -> Explanation:
    """Return the explanation of one subject; UnknownSubject names those that exist."""
    ids = known.frame["id"].to_list()
    if subject not in ids:
        raise UnknownSubject(subject, ids)
    return _explained(known, subject, needed_for(known, subject), frozenset())


def limited(known: Assessed) -> list[str]:
    """Return the subjects whose grade a rule changed or who have none, in the order of the case."""
    trace = known.answer.trace
    moved = trace.filter(trace["before"].is_not_null() & (trace["before"] != trace["after"]))["subject"]
    blocked = known.answer.blocks["subject"].drop_nulls()
    about = {*moved.to_list(), *blocked.to_list()}
    return [subject for subject in known.frame["id"].to_list() if subject in about]


def _explained(known: Assessed, subject: str, needed: Needed | None, seen: frozenset[str]) -> Explanation:
    steps = steps_of(known, subject)
    sources = dict.fromkeys(source for step in steps if step.before != step.after for source in step.sources)
    deeper = () if len(seen) >= DEPTH else tuple(source for source in sources if source not in seen | {subject})
    return Explanation(
        subject,
        known.call(subject),
        known.scheme.tiers[known.tier(subject)].label,
        known.grades.get(subject),
        steps,
        findings_of(known, subject),
        following_of(known, subject),
        needed,
        tuple(_explained(known, source, None, seen | {subject}) for source in deeper),
    )
