"""Take in files for a cycle or a period to come: read, check everything, write all or nothing."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import select

from config import clock
from config.scheme_loader import Pack, list_schemes, load_scheme
from models.cycle import Cycle
from models.session import reading, writing
from tasks.intake import ImportResult, forms_of, import_entries, read_workbooks
from tasks.open_cycle import load_pack
from tasks.sheet_faults import SheetFaults, file_fault
from tasks.wiring import House

ImportRefused = SheetFaults


def import_files(world: House, scope: str, paths: Sequence[Path], *, apply: bool, by: str) -> str:
    """Import files under a cycle key such as bozhou-2010; return a Markdown table of what was (or would be) taken in.

    Raises SheetFaults with every fault of every file, and writes nothing then.
    """
    with reading(world.engine) as session:
        cycle = session.exec(select(Cycle).where(Cycle.key == scope, Cycle.state != "withdrawn")).first()
        pack = load_pack(session, cycle) if cycle else scheme_of(scope)
    forms = forms_of(pack)
    read = read_workbooks(paths, forms)
    with writing(world.engine) as session:
        found = session.get_one(Cycle, cycle.id) if cycle else None
        done = import_entries(
            session,
            scope=scope,
            cycle=found,
            pack=pack,
            rows=read.rows,
            source="、".join(path.name for path in paths),
            today=clock.today(session),
            now=clock.now(session),
            by=by,
            faults=read.faults,
            apply=apply,
        )
    return tell(done, {form_id: form.label for form_id, form in forms.items()}, apply=apply)


def scheme_of(scope: str) -> Pack:
    """Return the scheme of a period that has no cycle yet; SheetFaults when the key names none."""
    scheme, _, year = scope.rpartition("-")
    if scheme not in list_schemes() or not year.isdigit():
        known = "、".join(f"{name}-年度" for name in list_schemes())
        raise SheetFaults([file_fault("", f"周期编号“{scope}”", known, "用 kaohe cycle list 查看已有的周期")])
    return load_scheme(scheme)


def tell(done: ImportResult, labels: dict[str, str], *, apply: bool) -> str:
    """Say what an import did, or would do, as a Markdown table."""
    lines = [f"| {labels[form]} | {n.added} | {n.replaced} | {n.unchanged} |" for form, n in done.forms.items()]
    head = "已写入:" if apply else "核对通过,尚未写入:"
    return "\n".join([head, "", "| 登记表 | 新增 | 更正 | 未变 |", "|---|---|---|---|", *lines])
