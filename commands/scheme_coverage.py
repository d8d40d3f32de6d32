"""`kaohe scheme coverage`: which rules of a system stand where, and which case or test shows them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.tables import echo_json

if TYPE_CHECKING:
    from config.coverage import RuleCoverage

STATES = {"covered": "已实现", "planned": "待建", "missing": "缺"}


def coverage(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="SCHEME", help="Ids or folders; all packs that list their rules if none is given."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List every rule of a system with its places and the passing cases or tests that show it; 1 if one is missing."""
    from config.coverage import pack_coverage
    from config.scheme_loader import COVERAGE, list_schemes, load_scheme

    packs = [load_scheme(name) for name in names or list_schemes()]
    rows = [row for pack in packs if names or COVERAGE in pack.files for row in pack_coverage(pack)]
    silent = [pack.id for pack in packs if names and COVERAGE not in pack.files]
    if as_json:
        echo_json(_as_json(rows))
    else:
        _print(rows)
    for name in silent:
        typer.echo(f"{name}:没有 {COVERAGE},未列出它的规则", err=True)
    raise typer.Exit(1 if silent or any(row.state == "missing" for row in rows) else 0)


def _as_json(rows: "list[RuleCoverage]") -> dict[str, Any]:
    listed = {state: [row.id for row in rows if row.state == state] for state in STATES}
    each = [
        {
            "scheme": row.scheme,
            "id": row.id,
            "what": row.what,
            "places": row.places,
            "shown_by": row.shown_by,
            "state": row.state,
            **({"planned": row.planned} if row.planned else {}),
            **({"problems": row.problems} if row.state == "missing" else {}),
        }
        for row in rows
    ]
    covered = len(listed["covered"])
    return {
        "total": len(rows),
        "covered": covered,
        **{key: listed[key] for key in ("planned", "missing")},
        "rules": each,
    }


def _print(rows: "list[RuleCoverage]") -> None:
    from rich.console import Console

    from commands.tables import table

    if not rows:
        typer.echo("没有方案列出规则(coverage.yaml)")
        return
    result = table("规则覆盖", "规则", "内容", "何处", "由何表明", "状态", lines=True)
    for row in rows:
        state = STATES[row.state] + (f"({row.planned})" if row.planned else "")
        said = "\n".join([state, *(row.problems if row.state == "missing" else ())])
        result.add_row(row.id, row.what, "\n".join(row.places), _proof(row), said)
    Console().print(result)
    count = {state: sum(row.state == state for row in rows) for state in STATES}
    typer.echo(f"共 {len(rows)} 条:" + "、".join(f"{label} {count[state]}" for state, label in STATES.items()))


def _proof(row: "RuleCoverage") -> str:
    more = f"\n等 {len(row.shown_by)} 个" if len(row.shown_by) > 1 else ""
    return (row.shown_by[0] if row.shown_by else "") + more
