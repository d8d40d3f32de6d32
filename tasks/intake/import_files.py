"""Take in files for a cycle or a period to come: read, check everything, write all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config import clock
from models.session import reading, writing
from tasks.intake.entries import ImportResult, import_entries, read_workbooks
from tasks.intake.scope import Scope, find_scope
from tasks.wiring import House, lock_cycle


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do: the scope it went to, the counts, the rows left unfilled."""

    scope: Scope
    result: ImportResult
    unfilled: int


def import_files(world: House, key: str, paths: Sequence[Path], *, apply: bool, by: str) -> Imported:
    """Import files under a cycle key such as bozhou-2010; without `apply` everything is checked and nothing written.

    Raises UnknownScope, or SheetFaults with every fault of every file; nothing is written then.
    """
    with reading(world.engine) as session:
        read = read_workbooks(paths, find_scope(session, key).forms)
    with (writing if apply else reading)(world.engine) as session:
        scope = find_scope(session, key)
        if apply:  # neither a stage nor a period may close while its sheet is taken in
            for cycle_id in sorted(row.id for row in (scope.cycle, scope.routine) if row is not None and row.id):
                lock_cycle(session, cycle_id)
        result = import_entries(
            session,
            scope=scope.key,
            cycle=scope.cycle,
            pack=scope.pack,
            rows=read.rows,
            source="、".join(path.name for path in paths),
            today=clock.today(session),
            now=clock.now(session),
            by=by,
            faults=read.faults,
            apply=apply,
        )
    return Imported(scope, result, read.unfilled)


def tell(done: Imported, *, apply: bool) -> str:
    """Say what an import did, or would do, as a Markdown table."""
    rows = [(done.scope.forms[form].label, counts) for form, counts in done.result.forms.items()]
    lines = [f"| {label} | {n.added} | {n.replaced} | {n.unchanged} |" for label, n in rows]
    head = "已写入:" if apply else "核对通过,尚未写入:"
    return "\n".join([head, "", "| 登记表 | 新增 | 更正 | 未变 |", "|---|---|---|---|", *lines])
