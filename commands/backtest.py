"""`kaohe backtest`: what a changed pack would have made of past cycles; a condition for opening a new one with it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from tasks.grading.backtest import CycleTested

SHOWN = 100


def backtest(
    scheme: Annotated[str, typer.Argument(help="Id of a scheme or the folder of a pack.")],
    cycles: Annotated[str, typer.Option(help="Keys of decided cycles, separated by commas.")],
    by: Annotated[str, typer.Option(help="Who tests, for the record.")] = "命令行",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Assess past cycles anew with a changed pack and record that it was done.

    Example: kaohe backtest bozhou --cycles bozhou-2010

    Exit code 0 when tested, 1 for a cycle that was not decided, 2 for a bad pack.
    """
    from dataclasses import asdict

    from rich.console import Console
    from rich.progress import Progress

    from commands.sheet_house import refuse
    from config.scheme_loader import load_scheme
    from tasks.grading.backtest import BackTestRefused, back_test
    from tasks.wiring import house

    pack = load_scheme(scheme)
    keys = [key.strip() for key in cycles.split(",") if key.strip()]
    try:
        with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
            bar = progress.add_task("回测", total=len(keys))
            tested = back_test(house(), pack, keys, by, lambda _: progress.advance(bar))
    except BackTestRefused as refused:
        refuse(str(refused))
    if as_json:
        told = [{**asdict(row), "summary": row.summary} for row in tested]
        typer.echo(json.dumps({"scheme": pack.id, "cycles": told}, ensure_ascii=False))
    else:
        _print(tested)


def _print(tested: "list[CycleTested]") -> None:
    from rich.console import Console

    console = Console()
    for row in tested:
        counts = row.summary
        console.print(
            f"[bold]{row.name}[/bold]({row.key}):{row.subjects} 个对象,"
            f"与决定不同 {counts['otherwise_than_decided']} 个,"
            f"与原方案建议不同 {counts['otherwise_than_proposed']} 个"
        )
        for line in row.left_out:
            console.print(f"· {line}")
        if row.differing:
            console.print(_table(row))
    console.print("已记录;可以用此方案发起新的周期")


def _table(row: "CycleTested") -> "Table":
    from commands.tables import table

    result = table("差别", "对象", "决定", "原方案建议", "新方案建议", "原因")
    for each in row.differing[:SHOWN]:
        result.add_row(each.name, each.decided or "—", each.proposed or "—", each.now or "—", ";".join(each.reasons))
    if len(row.differing) > SHOWN:
        result.caption = f"其余 {len(row.differing) - SHOWN} 行用 --json 查看"
    return result
