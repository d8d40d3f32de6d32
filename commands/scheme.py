"""`kaohe scheme`: lists, checks, tests and shows the rule packs."""

from typing import Annotated

import typer

from commands.scheme_coverage import coverage
from commands.scheme_facts import facts
from commands.scheme_new import new
from commands.tables import echo_json

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The rule packs: list, check, test, show, facts, coverage, new."
)

Name = Annotated[str, typer.Argument(help="Id of a scheme or the folder of a pack.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="[SCHEME]...", help="Ids or folders; all packs if none.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app.command("facts", epilog="Example: kaohe scheme facts bozhou --json")(facts)
app.command("coverage", epilog="Example: kaohe scheme coverage bozhou --json")(coverage)
app.command("new", epilog="Example: kaohe scheme new qingshan --place 青山县 --to my-schemes")(new)


@app.command("list", epilog="Example: kaohe scheme list --json")
def list_(as_json: AsJson = False) -> None:
    """List every scheme with its label, the number of its rules, and whether a cycle can be launched on it."""
    from config.scheme_loader import list_launchable, list_schemes, load_scheme

    launchable, packs = list_launchable(), [load_scheme(name) for name in list_schemes()]
    rows = [
        {
            "id": pack.id,
            "label": pack.scheme.label,
            "rules": len(pack.scheme.citations()),
            "launchable": pack.id in launchable,
        }
        for pack in packs
    ]
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        stages = "可发起周期" if row["launchable"] else "没有环节,不能发起周期"
        typer.echo(f"{row['id']}\t{row['label']}\t{row['rules']} 条规则\t{stages}")


@app.command(epilog="Example: kaohe scheme check bozhou")
def check(name: Name, as_json: AsJson = False) -> None:
    """Read a pack strictly: every fault with file, line and remedy (exit 2), else what is worth a remark (提示)."""
    from config.checks.cases import check_cases
    from config.coverage import read_coverage
    from config.scheme_loader import load_scheme
    from notices.wording_check import check_wording

    pack = load_scheme(name)
    check_wording(pack.files)
    read_coverage(pack)
    cases = check_cases(pack)
    if as_json:
        rows = {"id": pack.id, "hash": pack.hash, "files": len(pack.files), "cases": cases, "remarks": pack.remarks}
        echo_json(rows)
        return
    typer.echo(f"{pack.scheme.label}:{len(pack.files)} 个文件、{cases} 个案例,没有问题(版本 {pack.hash[:12]})")
    for remark in pack.remarks:
        typer.echo(f"提示:{remark}")


@app.command("test", epilog="Example: kaohe scheme test bozhou")
def run_worked_cases(names: Names = None, as_json: AsJson = False) -> None:
    """Run the worked cases of a pack, of all packs if none is named; exit code 1 if one fails or a pack has none."""
    from config.scheme_loader import list_schemes, load_scheme, run_cases

    packs = {name: run_cases(load_scheme(name)) for name in names or list_schemes()}
    results = [(name, result) for name, found in packs.items() for result in found]
    failed = [(name, result) for name, result in results if result.failures]
    if as_json:
        rows = [
            {"scheme": name, "case": r.case.name, "file": r.case.file, "line": r.case.line, "failures": r.failures}
            for name, r in results
        ]
        echo_json({"cases": len(results), "failed": len(failed), "results": rows})
    else:
        for name, result in failed:
            typer.echo(f"{name}/{result.case.file}:{result.case.line} {result.case.name}")
            for failure in result.failures:
                typer.echo(f"    {failure}")
        typer.echo(f"{len(results)} 个案例,{len(failed)} 个不符")
    raise typer.Exit(1 if failed or not all(packs.values()) else 0)


@app.command(epilog="Example: kaohe scheme show bozhou")
def show(name: Name) -> None:
    """Print a pack as a person reads it: Chinese, the clause beside each value, defaults marked 默认."""
    from rich.console import Console

    from commands.scheme_table import tables
    from config.scheme_loader import load_scheme

    console = Console()
    for part in tables(load_scheme(name)):
        console.print(part)
