"""`kaohe subject withdraw|add`: adjust who is assessed in a cycle, until the grading proposal."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from tasks.desk import Desk

app = typer.Typer(help="Subjects of a cycle: withdraw or add one (transfer, death, retirement).", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="CYCLE", help="The cycle's key, for example bozhou-2010.")]
Code = Annotated[str, typer.Argument(metavar="SUBJECT", help="A unit's id for its team, a person's id for a cadre.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit.")]
By = Annotated[str, typer.Option(help="Who adjusts it, for the audit.")]


@app.command(epilog="Example: kaohe subject withdraw bozhou-2010 P012 --reason 退休 --by 王演示")
def withdraw(key: Key, code: Code, reason: Reason, by: By) -> None:
    """Withdraw a subject; what it still owes is waived, a team leaves with its members."""
    from tasks.cycle.adjust_subjects import withdraw_subject

    _adjust(key, by, lambda desk: withdraw_subject(desk, code=code, reason=reason, by=by))
    Console().print(f"{code} 已退出 {key}")


@app.command(epilog="Example: kaohe subject add bozhou-2010 P300 --unit U01 --tier deputy --reason 调入 --by 王演示")
def add(
    key: Key,
    code: Code,
    unit: Annotated[str, typer.Option(help="Id of the unit in whose team the person is assessed.")],
    tier: Annotated[str, typer.Option(help="principal or deputy.")],
    reason: Reason,
    by: By,
    title: Annotated[str, typer.Option(help="The post's name.")] = "",
) -> None:
    """Add a person of the roster to the subjects."""
    from tasks.cycle.adjust_subjects import add_subject

    _adjust(
        key, by, lambda desk: add_subject(desk, code=code, unit_id=unit, tier=tier, title=title, reason=reason, by=by)
    )
    Console().print(f"{code} 已列入 {key}")


def _adjust(key: str, by: str, change: "Callable[[Desk], object]") -> None:
    from models.session import DatabaseUnusable
    from tasks.cycle.adjust_subjects import AdjustRefused
    from tasks.cycle.launch import find_cycle
    from tasks.wiring import UnknownCycle, house, writing_desk

    try:
        cycle = find_cycle(house(), key)
        assert cycle.id is not None
        with writing_desk(house(), cycle.id, by=by) as desk:
            change(desk)
    except (UnknownCycle, AdjustRefused, DatabaseUnusable) as refused:
        Console(stderr=True).print(f"[red]{refused}[/red]")
        raise typer.Exit(1) from refused
