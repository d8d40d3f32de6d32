"""What the commands that read sheets share: the house of a data folder, and how they refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from tasks.wiring import House

Data = Annotated[Path, typer.Option(envvar="KAOHE_DATA", help="Folder of the database.")]
Apply = Annotated[bool, typer.Option("--apply", help="Write; without it the import is only tried.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
By = Annotated[str, typer.Option(help="Who imports, for the audit chain.")]


def open_house(data: Path) -> "House":
    """Return the house of a data folder; exit code 1 when its database is not ready."""
    from config.settings import Settings
    from models.migrate import revisions
    from models.session import DatabaseUnusable, reading
    from tasks.wiring import make_house

    world = make_house(Settings(data=data))
    try:
        with reading(world.engine):
            found, newest = revisions(world.engine)
    except DatabaseUnusable as away:
        refuse(str(away))
    if found != newest:
        refuse(f"数据库还没有建好或不是最新的({world.settings.database});请先运行 kaohe init --data {data}")
    return world


def refuse(message: str, code: int = 1) -> NoReturn:
    """Say why on standard error and end."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


@contextmanager
def told_faults() -> Iterator[None]:
    """Turn every fault of an import into one clear list: exit code 1 when it comes too late, else 2."""
    from models.session import DatabaseUnusable
    from tasks.intake.entries import IntakeClosed
    from tasks.sheets.faults import SheetFaults

    try:
        yield
    except SheetFaults as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        late = isinstance(refused, IntakeClosed)
        refuse(f"共 {len(refused.faults)} 处问题,什么都没有写入。", 1 if late else 2)
    except DatabaseUnusable as away:
        refuse(str(away))
