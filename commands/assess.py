"""`kaohe assess`: examines or proposes the grades of one case file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.scheme_loader import Pack
    from scoring.assessment import Assessment

app = typer.Typer(add_completion=False)

EXAMPLE = "Example: kaohe assess bozhou config/schemes/bozhou/cases/integrated.yaml --json"


@app.command(epilog=EXAMPLE)
def assess(
    scheme: Annotated[str, typer.Argument(help="Id of a scheme (see `kaohe scheme list`) or the folder of a pack.")],
    file: Annotated[Path, typer.Argument(help="Case file (YAML): units, subjects, facts, history, proposals.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Check the grades that a case file proposes, or propose grades where it gives none.

    Exit code 0 when answered, also with violations; 2 for a bad scheme or file, with every fault of it.
    """
    from config.scheme_loader import load_case, load_scheme
    from scoring.assess import assess as run

    pack = load_scheme(scheme)
    case = load_case(file, pack.scheme)
    answer = run(pack.scheme, case, "propose" if case.given.is_empty() else "check")
    if as_json:
        import json

        typer.echo(json.dumps(answer.to_json(), ensure_ascii=False, indent=1))
    else:
        _print(pack, answer)


def _print(pack: "Pack", answer: "Assessment") -> None:
    from rich.console import Console

    from commands.assess_table import tables

    console = Console()
    for part in tables(pack, answer):
        console.print(part)
