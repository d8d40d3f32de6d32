"""`kaohe scheme new`: a pack for a new locality, copied from the template."""

from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the new scheme and name of its folder: qingshan.")],
    to: Annotated[Path | None, typer.Option("--to", help="Folder to put it in, else where other packs are.")] = None,
    place: Annotated[str, typer.Option("--place", help="The locality as cycles are named after it: 青山县.")] = "",
) -> None:
    """Copy the template to a new folder that passes `check` and `test` at once; exit code 2 for a bad id or place."""
    from config.new_scheme import RefusedScheme, new_scheme
    from config.scheme_loader import own_schemes

    try:
        folder = new_scheme(name, to or own_schemes(), place or name)
    except RefusedScheme as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None
    shown = folder if to else name
    typer.echo(f"已建立 {folder}。接下来:")
    typer.echo(f"  kaohe scheme check {shown}   检查全部文件")
    typer.echo(f"  kaohe scheme test {shown}    运行案例")
    typer.echo(f"  kaohe scheme show {shown}    按条文阅读")
    typer.echo("各文件里的中文说明写明每一处怎么改;步骤见 docs/schemes.md")
