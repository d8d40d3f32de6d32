"""`kaohe obligations`: who owes what, since when, what was reminded; extend or waive one."""

import json
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.sheet_house import AsJson, Data, open_house, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.reminding.owing import Owing

SHOWN = 60  # rows on a terminal; the workbook and the JSON have all

app = typer.Typer(add_completion=False)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of this day; today when left out.")]
Number = Annotated[int, typer.Argument(metavar="ID", help="The number that the list shows.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the change and in the audit.")]
By = Annotated[str, typer.Option(help="Who decides it, for the audit.")]


@app.callback(
    invoke_without_command=True,
    epilog="Example: kaohe obligations --owing --as-of 2010-12-24 --scheme bozhou -o owing.xlsx",
)
def obligations(
    context: typer.Context,
    owing: Annotated[bool, typer.Option("--owing", help="Only what is still owed.")] = False,
    as_of: Day = None,
    scheme: Annotated[str, typer.Option(help="Only this scheme's cycles.")] = "",
    unit: Annotated[str, typer.Option(help="Only this unit, by id.")] = "",
    as_json: AsJson = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write a workbook (.xlsx) instead.")] = None,
    data: Data = Path("var"),
) -> None:
    """List who owes what, since when, until when, how many days overdue, and which reminders were sent.

    The terminal shows sums by duty and period, then the first 60. An earlier day is answered as it was then.
    Exit code 0 with the list, 2 for a scheme or unit that does not exist.
    """
    context.obj = data
    if context.invoked_subcommand is not None:
        return
    from models.session import DatabaseUnusable
    from tasks.reminding.ledger_text import ledger_json, write_ledger
    from tasks.reminding.owing import Asked, UnknownPart, ledger

    world = open_house(data)
    try:
        found = ledger(world, Asked(scheme, unit, owing), as_of.date() if as_of else None)
    except UnknownPart as unknown:
        refuse(str(unknown), 2)
    except DatabaseUnusable as away:
        refuse(str(away))
    if output is not None:
        write_ledger(found, output)
        typer.echo(f"已写入 {output}:{len(found)} 项")
    elif as_json:
        typer.echo(json.dumps(ledger_json(found), ensure_ascii=False, default=str))
    else:
        _show(found)


@app.command(epilog="Example: kaohe obligations extend 12 --until 2010-12-31 --reason 汛期 --by 王演示")
def extend(
    context: typer.Context,
    number: Number,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The new due day.")],
    reason: Reason,
    by: By,
) -> None:
    """Give one obligation a later due day; reminders begin anew from it. Exit code 1 when it cannot stand."""
    from tasks.reminding.extend import extend as extend_one

    with _refusals():
        before = extend_one(open_house(context.obj), number, until=until.date(), reason=reason, by=by)
    typer.echo(f"编号 {number} 的期限由 {before} 延至 {until.date()}")


@app.command(epilog="Example: kaohe obligations waive 12 --reason 单位已撤销 --by 王演示")
def waive(context: typer.Context, number: Number, reason: Reason, by: By) -> None:
    """Waive one obligation: nobody is reminded of it any more. Exit code 1 when it cannot stand."""
    from tasks.reminding.extend import waive as waive_one

    with _refusals():
        waive_one(open_house(context.obj), number, reason=reason, by=by)
    typer.echo(f"编号 {number} 已免办")


@contextmanager
def _refusals() -> "Iterator[None]":
    from models.session import DatabaseUnusable
    from tasks.reminding.extend import ChangeRefused, UnknownObligation

    try:
        yield
    except (ChangeRefused, UnknownObligation, DatabaseUnusable) as refused:
        refuse(str(refused))


def _show(found: "Sequence[Owing]") -> None:
    """Print the sums of duties and periods, then the rows, the longest due first; nothing is cut but rows beyond."""
    from rich.console import Console

    from commands.tables import table
    from tasks.reminding.ledger_text import ledger_summary

    console = Console()
    if sums := ledger_summary(found):
        summed = table("", *sums[0])
        for line in sums:
            summed.add_row(*map(str, line.values()))
        console.print(summed)
    rows = table("", "编号", "事项", "期次", "承担者", "期限", "逾期天数", "最近提醒")
    for row in found[:SHOWN]:
        rows.add_row(*_cells(row))
    console.print(rows)
    if len(found) > SHOWN:
        console.print(f"只列前 {SHOWN} 项,其余 {len(found) - SHOWN} 项见 -o 应办.xlsx 或 --json")
    late = sum(row.days_overdue > 0 for row in found)
    console.print(f"共 {len(found)} 项,逾期 {late} 项(各栏齐全的:-o 应办.xlsx)")


def _cells(row: "Owing") -> tuple[str, ...]:
    who = row.name if row.name == row.unit or not row.unit else f"{row.unit} {row.name}"
    told = max((str(rung.on) for rung in row.rungs if rung.told), default="")
    work = row.duty if row.period else row.work  # what an event caused is told apart by its number
    return str(row.id), work, row.period, who, str(row.due), str(row.days_overdue or ""), told
