"""What a sweep says: to each recipient one digest of what it owes, to each receiver what others owe it overdue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from config.calendar import WorkCalendar
from notices.messages import DigestMessage, DueLine, EscalationMessage
from tasks.outbox.write import Draft
from tasks.reminding.candidates import Owed, Plan
from tasks.reminding.words import receiver, what, when

LINES = 10  # of a message; the rest is counted
NAMED = 20  # in one line of an escalation


@dataclass(frozen=True)
class Wording:
    """What is needed to put what is owed into words on one day."""

    plans: Mapping[int, Plan]
    calendar: WorkCalendar
    today: date
    names: Mapping[str, str]

    def lines(self, rows: Iterable[Owed], *, naming: bool = False) -> tuple[DueLine, ...]:
        """Return a line for each work and due day, the most urgent first; whoever owes it is named only if asked."""
        ordered = sorted(rows, key=_work)
        return tuple(self._line(list(group), naming) for _, group in groupby(ordered, _work))

    def _line(self, rows: Sequence[Owed], naming: bool) -> DueLine:
        first = rows[0]
        plan = self.plans[first.cycle_id]
        named = naming and plan.ladder(first.duty).names
        return DueLine(
            what=what(plan, first.duty, first.form, first.slot),
            count=len(rows),
            due=first.due_on,
            when=when(self.calendar, self.today, first.due_on),
            receiver=receiver(plan, first.receiver),
            names=_some(sorted({self.names[_answerable(row)] for row in rows})) if named else (),
        )

    def scheme(self, rows: Iterable[Owed]) -> str:
        """Return the printed names of the schemes that rows belong to."""
        return "、".join(dict.fromkeys(self.plans[row.cycle_id].pack.scheme.label for row in rows))

    def period(self, rows: Iterable[Owed]) -> str:
        """Return the years that rows belong to."""
        return "、".join(f"{year}年度" for year in sorted({self.plans[row.cycle_id].cycle.year for row in rows}))


def _answerable(row: Owed) -> str:
    """Who has to act: whoever is told where the work is about somebody else, as a rater's; else its owner."""
    return row.owner if row.recipient in (row.owner, row.unit_id) else row.recipient


def _some(names: Sequence[str]) -> tuple[str, ...]:
    shown = tuple(names[:NAMED])
    return shown if len(names) <= NAMED else (*shown[:-1], f"{shown[-1]}等{len(names)}个")


def _work(row: Owed) -> tuple[date, int, str, str, str]:
    return row.due_on, row.cycle_id, row.duty, row.slot, row.receiver


def digests(wording: Wording, rows: Iterable[Owed]) -> list[Draft]:
    """Return one message for each recipient, without a name of anybody else."""
    by_recipient: dict[str, list[Owed]] = defaultdict(list)
    for row in rows:
        by_recipient[row.recipient].append(row)
    return [_digest(wording, recipient, mine) for recipient, mine in by_recipient.items()]


def _digest(wording: Wording, recipient: str, rows: Sequence[Owed]) -> Draft:
    lines = wording.lines(rows)
    context = DigestMessage(
        recipient=wording.names[recipient],
        scheme=wording.scheme(rows),
        period=wording.period(rows),
        total=len(rows),
        overdue=sum(row.due_on < wording.today for row in rows),
        lines=lines[:LINES],
        more=sum(line.count for line in lines[LINES:]),
    )
    key = digest_key(recipient, wording.today)
    ahead = min((row.due_on for row in rows if row.due_on >= wording.today), default=None)
    return Draft(context, recipient, key, cycle_of(rows), deadline=ahead)


def digest_key(recipient: str, day: date) -> str:
    """Return the key under which a recipient is reminded once a day."""
    return f"digest|{recipient}|{day}"


def escalations(wording: Wording, rows: Iterable[Owed]) -> list[Draft]:
    """Return one message for each receiver; who owes work to itself is not reported to itself."""
    by_role: dict[str, list[Owed]] = defaultdict(list)
    for row in rows:
        role = receiver_role(wording.plans[row.cycle_id], row.duty)
        if role not in (row.recipient, row.owner, row.unit_id):
            by_role[role].append(row)
    return [_escalation(wording, role, theirs) for role, theirs in by_role.items()]


def receiver_role(plan: Plan, duty: str) -> str:
    """Return who is told of overdue work: the duty's receiver, the administrator for duties of stages."""
    return plan.duties[duty].receiver_role if duty in plan.duties else "administrator"


def _escalation(wording: Wording, role: str, rows: Sequence[Owed]) -> Draft:
    lines = wording.lines(rows, naming=True)
    context = EscalationMessage(
        recipient=wording.names[role],
        scheme=wording.scheme(rows),
        period=wording.period(rows),
        total=len(rows),
        lines=lines[:LINES],
        more=sum(line.count for line in lines[LINES:]),
    )
    detail = {"obligations": [row.id for row in rows]}
    return Draft(context, role, escalation_key(role, wording.today), cycle_of(rows), detail=detail)


def escalation_key(role: str, day: date) -> str:
    """Return the key under which a receiver is told of overdue work once a day."""
    return f"escalation|{role}|{day}"


def cycle_of(rows: Iterable[Owed]) -> int | None:
    """Return the one cycle that rows belong to, None when they belong to several."""
    cycles = {row.cycle_id for row in rows}
    return cycles.pop() if len(cycles) == 1 else None
