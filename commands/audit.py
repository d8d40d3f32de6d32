"""`kaohe audit verify`: is the audit chain whole?"""

from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help="The audit chain.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """The append-only audit chain of this installation."""


@app.command()
def verify(
    replay: Annotated[bool, typer.Option("--replay", help="Also assess every cycle's proposals anew.")] = False,
) -> None:
    """Check every link of the chain; exit 1 when one was changed or removed. Example: kaohe audit verify --replay"""
    from models.audit import verify_audit
    from models.session import reading
    from tasks.wiring import house

    with reading(house().engine) as session:
        faults = verify_audit(session)
    faults += _replayed() if replay else []
    for fault in faults:
        Console(stderr=True).print(f"[red]{fault}[/red]")
    if faults:
        raise typer.Exit(1)
    Console().print("审计链完整" + (",各周期的定等建议重新评定后逐字节一致" if replay else ""))


def _replayed() -> list[str]:
    from tasks.cycle.launch import cycle_keys, find_cycle
    from tasks.grading.replay import replay_cycle
    from tasks.wiring import house, reading_desk

    faults = []
    for key in cycle_keys(house()):
        with reading_desk(house(), find_cycle(house(), key).id or 0) as desk:
            faults += [f"{key} {line}" for line in replay_cycle(desk).differences]
    return faults
