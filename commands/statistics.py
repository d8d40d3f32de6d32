"""`kaohe statistics`: accountability over several years in numbers (BZ-58)."""

from pathlib import Path
from typing import Annotated

import typer

from commands.sheet_house import Data, open_house, refuse

Years = Annotated[str, typer.Option("--years", metavar="YEAR[-YEAR]", help="One year or the first and the last.")]


def statistics(
    scheme: Annotated[str, typer.Argument(metavar="SCHEME", help="A scheme's id, for example bozhou.")],
    years: Years,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data: Data = Path("var"),
) -> None:
    """Count poor grades, measures, talks and sanctions. Example: kaohe statistics bozhou --years 2008-2009

    Exit code 0 with the figures, 2 for years that are none or a scheme that does not exist.
    """
    import json
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    from models.session import reading
    from tasks.export.statistics import accountability

    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and int(first) <= int(last or first) < int(first) + 100):
        refuse(f"年份 {years!r};应为一年(2009)或起止两年(2008-2009)", 2)
    with reading(open_house(data).engine) as session:
        found = accountability(session, scheme, range(int(first), int(last or first) + 1))
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    table = Table("责任追究统计", years)
    for label, number in found.rows():
        table.add_row(label, str(number))
    Console().print(table)
