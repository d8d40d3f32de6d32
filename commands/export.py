"""`kaohe export`: a cycle as JSON, or as a workbook with one sheet for each table."""

from pathlib import Path
from typing import Annotated

import typer

from commands.sheet_house import Data, open_house, refuse

Out = Annotated[
    Path | None, typer.Option("-o", "--output", help="File to write; without it JSON goes to the terminal.")
]


def export(
    key: Annotated[str, typer.Argument(metavar="CYCLE", help="The cycle's key, for example bozhou-2010.")],
    output: Out = None,
    excel: Annotated[bool, typer.Option("--excel", help="Write a workbook instead of JSON.")] = False,
    data: Data = Path("var"),
) -> None:
    """Export all that a cycle came to; equal inputs give equal exports. Example: kaohe export bozhou-2010 -o 2010.json

    Exit code 0 when written, 1 for a cycle that does not exist, 2 for --excel without a file.
    """
    from models.session import DatabaseUnusable, reading
    from tasks.cycle.launch import find_cycle
    from tasks.export.cycle import export_cycle
    from tasks.export.files import as_json, write_excel, write_json
    from tasks.wiring import UnknownCycle

    if excel and output is None:
        refuse("导出 Excel 须指定文件,例如:kaohe export bozhou-2010 --excel -o 2010.xlsx", 2)
    world = open_house(data)
    try:
        cycle = find_cycle(world, key)
        with reading(world.engine) as session:
            told = export_cycle(session, cycle)
    except (UnknownCycle, DatabaseUnusable) as refused:
        refuse(str(refused))
    if output is None:
        typer.echo(as_json(told))
        return
    (write_excel if excel else write_json)(told, output)
    typer.echo(f"已导出 {key} 到 {output}")
