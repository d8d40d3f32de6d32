"""`kaohe calendar show|preview|apply`: working days, and what a changed holiday file moves."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.sheet_house import Data, open_house, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.reminding.calendar_change import Change

app = typer.Typer(
    help="Working days: show, preview and apply a changed holiday file.", no_args_is_help=True, add_completion=False
)

File = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="CSV “date,worked” (yes/no); without it the calendar in force.")
]


@app.command("show", epilog="Example: kaohe calendar show --year 2027")
def show(
    year: Annotated[int, typer.Option(help="The year; this one when left out.", min=0)] = 0, data: Data = Path("var")
) -> None:
    """Show whether a year's holidays are published, and what the holiday file changes."""
    from config.calendar import CalendarFault, load_calendar
    from config.clock import today
    from models.session import reading

    world = open_house(data)
    with reading(world.engine) as session:
        chosen = year or today(session).year
    try:
        calendar = load_calendar(world.settings.calendar)
    except CalendarFault as fault:
        refuse(str(fault), 2)
    known = "已公布" if calendar.is_published(chosen) else "尚未公布,暂按周一至周五计(暂定)"
    typer.echo(f"{chosen} 年节假日{known},工作日 {calendar.count(chosen)} 天。节假日文件:{world.settings.calendar}")
    for day, worked in sorted(calendar.overrides.items()):
        if day.year == chosen:
            typer.echo(f"{day} {'上班' if worked else '放假'}")


@app.command("preview", epilog="Example: kaohe calendar preview 节假日.csv")
def preview(file: File = None, data: Data = Path("var")) -> None:
    """Show every deadline that a changed calendar would move; nothing is changed.

    Without a file: what moves because the holiday library has learnt a year. Exit code 2 for a faulty file.
    """
    from tasks.reminding.calendar_change import preview as preview_change

    with _refusals():
        _tell(preview_change(open_house(data), file), "将移动")


@app.command("apply", epilog="Example: kaohe calendar apply 节假日.csv --by 王演示")
def apply(
    by: Annotated[str, typer.Option(help="Who applies it, for the audit.")],
    file: File = None,
    data: Data = Path("var"),
) -> None:
    """Move the deadlines that `preview` shows and put the file in force; extensions of single works stay."""
    from tasks.reminding.calendar_change import apply as apply_change

    with _refusals():
        _tell(apply_change(open_house(data), file, by=by), "已移动")


@contextmanager
def _refusals() -> "Iterator[None]":
    from config.calendar import CalendarFault
    from models.session import DatabaseUnusable

    try:
        yield
    except CalendarFault as fault:
        refuse(str(fault), 2)
    except DatabaseUnusable as away:
        refuse(str(away))


def _tell(change: "Change", verb: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("周期", "种类", "事项", "数量", "原期限", "新期限", "")
    for row in change.moved:
        note = "暂定" if row.provisional else ""
        table.add_row(row.cycle, row.kind, row.what, str(row.count), str(row.before), str(row.after), note)
    if change.moved:
        console.print(table)
    console.print(f"{verb} {sum(row.count for row in change.moved)} 个期限")
    for key in change.unread:
        console.print(f"[red]{key} 的方案读不懂,其期限没有变动;请运行 kaohe doctor[/red]")
