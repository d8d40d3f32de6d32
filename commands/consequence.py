"""`kaohe consequence list`: what was proposed, imposed, is in force, or is to be settled anew."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from commands.tables import table

app = typer.Typer(help="Consequences of all cycles.", no_args_is_help=True)

HEADS = ("周期", "对象", "规则", "建议", "状态", "措施", "落实", "期限", "起", "止", "理由", "须重新研究")


@app.callback()
def root() -> None:
    """Consequences of all cycles."""


@app.command("list")
def list_(
    in_force: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only blocks in force on this day.")
    ] = None,
    subject: Annotated[str, typer.Option(help="Only about this unit or person (code or name).")] = "",
    reopened: Annotated[bool, typer.Option("--reopened", help="Only what a revoked event reopened.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """List consequences of all cycles. Example: kaohe consequence list --in-force 2026-06-30"""
    from rich.console import Console

    from tasks.grading.standing import list_consequences
    from tasks.wiring import house

    day = in_force.date() if in_force else None
    rows = list_consequences(house(), in_force=day, subject=subject, reopened=reopened)
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    shown = table(f"结果运用 {len(rows)} 项", *HEADS)
    for row in rows:
        values = asdict(row)
        who = f"{values.pop('name')}({values.pop('subject')})"
        cycle = values.pop("cycle")
        shown.add_row(cycle, who, *values.values())
    Console().print(shown)
