"""Whether what is left undone is scheduled before the year ends (kind remainder)."""

from collections import defaultdict

from config.review_results import RemainderSpec
from config.rhythm import slot_end, slot_year
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.duties.rows import owner_of

COLUMNS = ("事项", "目标", "已完成", "未完成", "已排到年底以前", "未排")


def remainder(turn: Turn, spec: RemainderSpec) -> Found:
    """Compare target and done of each row of this slot, and the steps planned after the slot until 31 December."""
    steps = spec.steps
    first, last = slot_end(turn.period.slot).isoformat(), f"{slot_year(turn.period.slot)}-12-31"
    planned: dict[str, int] = defaultdict(int)
    for row in turn.year_entries(steps.form):
        if first < str(row.values[steps.due]) <= last:
            planned[str(row.values[steps.key])] += int(row.values[steps.amount])
    rows = []
    for row in turn.entries:
        owner = owner_of(turn.duty, row.values)
        target, done = int(row.values[spec.target]), int(row.values[spec.done])
        left = max(target - done, 0)
        rows.append((owner, target, done, left, planned[owner], max(left - planned[owner], 0)))
    flaws = tuple(
        Flaw(spec.rule, owner, f"{turn.name(owner)}:{spec.text}(未完成 {left},已排 {put})")
        for owner, _, _, left, put, open_ in rows
        if open_
    )
    table = Table(spec.title or turn.duty.label, COLUMNS, tuple((turn.name(row[0]), *row[1:]) for row in rows))
    figures = {"compared": len(rows), "undone": sum(row[3] for row in rows), "unplanned": sum(row[5] for row in rows)}
    return Found(flaws=flaws, tables=(table,), figures=figures)
