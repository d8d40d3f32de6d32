"""`kaohe audit verify`: is the audit chain whole?"""

import typer
from rich.console import Console

app = typer.Typer(help="The audit chain.", no_args_is_help=True)


@app.callback()
def root() -> None:
    """The append-only audit chain of this installation."""


@app.command()
def verify() -> None:
    """Check every link of the chain; exit 1 when one was changed or removed. Example: kaohe audit verify"""
    from models.audit import verify_audit
    from models.session import reading
    from tasks.wiring import house

    with reading(house().engine) as session:
        faults = verify_audit(session)
    for fault in faults:
        Console(stderr=True).print(f"[red]{fault}[/red]")
    if faults:
        raise typer.Exit(1)
    Console().print("审计链完整")
