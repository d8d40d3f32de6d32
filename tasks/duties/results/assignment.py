"""Whether every task of a list was taken up by each owner (kind assignment; BZ-24)."""

from config.duty_results import AssignmentSpec
from models.evidence import Entry
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.duties.rows import by_owner

COLUMNS = ("对象", "序号", "任务")


def assignment(turn: Turn, spec: AssignmentSpec) -> Found:
    """Name each task that an owner's rows of this slot leave out; who handed in nothing is told by completeness."""
    tasks = {row.values[spec.number]: str(row.values[spec.label]) for row in turn.year_entries(spec.tasks)}
    if not tasks:
        return Found(flaws=(Flaw(spec.rule, turn.duty.id, f"{spec.text}:任务尚未登记,无从核对"),))
    left = {owner: _left_out(tasks, rows, spec.named) for owner, rows in by_owner(turn.duty, turn.entries).items()}
    flaws = tuple(
        Flaw(spec.rule, owner, f"{spec.text}:缺{'、'.join(f'第{number}项“{tasks[number]}”' for number in numbers)}")
        for owner, numbers in left.items()
        if numbers
    )
    rows = tuple((turn.name(owner), number, tasks[number]) for owner, numbers in left.items() for number in numbers)
    figures = {"tasks": len(tasks), "complete": sum(not numbers for numbers in left.values())}
    return Found(flaws=flaws, tables=(Table(spec.title, COLUMNS, rows),), figures=figures)


def _left_out(tasks: dict[int, str], rows: list[Entry], named: str) -> list[int]:
    taken = {row.values.get(named) for row in rows}
    return [number for number in sorted(tasks) if number not in taken]
