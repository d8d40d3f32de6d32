"""`kaohe roster`: units, persons, posts, roles and contacts in and out by Excel or CSV."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.sheet_house import Apply, AsJson, By, Data, open_house, told_faults

if TYPE_CHECKING:
    from tasks.roster.import_roster import RosterResult

app = typer.Typer(help="Roster of units, persons, posts, roles and contacts.", no_args_is_help=True)
Out = Annotated[Path, typer.Option("-o", "--output", help="Workbook (.xlsx), or a folder for CSV files.")]
SHOWN = 50


@app.command(epilog="Example: kaohe roster template -o roster.xlsx")
def template(output: Out = Path("名册.xlsx")) -> None:
    """Write the sheets empty, with notes and drop-downs."""
    from tasks.roster.import_roster import write_template

    write_template(output)
    typer.echo(f"已写出模板 {output}。填好后先试导入:kaohe roster import {output}")


@app.command("import", epilog="Example: kaohe roster import roster.xlsx --apply")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Workbooks, CSV files, or folders with the CSV files.")],
    apply: Apply = False,
    data: Data = Path("var"),
    by: By = "管理员",
    as_json: AsJson = False,
) -> None:
    """Add and change units, persons, posts, roles and contacts: tried by default, written with --apply, all or nothing.

    Exit code 0 when tried or written, 2 with every fault by sheet, row and column.
    """
    from config import clock
    from models.session import reading, writing
    from tasks.roster.import_roster import import_roster, read_roster

    world = open_house(data)
    read = read_roster(files)
    with told_faults(), (writing if apply else reading)(world.engine) as session:
        result = import_roster(
            session,
            rows=read.rows,
            source="、".join(path.name for path in files),
            today=clock.today(session),
            now=clock.now(session),
            by=by,
            faults=read.faults,
            apply=apply,
            channels=world.settings.channels,
        )
    _print(result, apply, as_json)


@app.command(epilog="Example: kaohe roster export -o roster.xlsx")
def export(output: Out = Path("名册.xlsx"), data: Data = Path("var")) -> None:
    """Write the whole roster; importing what was exported changes nothing."""
    from models.session import reading
    from tasks.roster.import_roster import export_roster

    world = open_house(data)
    with told_faults(), reading(world.engine) as session:
        export_roster(session, output)
    typer.echo(f"已导出名册 {output}")


def _print(result: "RosterResult", applied: bool, as_json: bool) -> None:
    if as_json:
        import json

        counts = {
            label: {"added": len(each.added), "changed": len(each.changed), "unchanged": each.unchanged}
            for label, each in result.sheets.items()
        }
        typer.echo(json.dumps({"applied": applied, "sheets": counts}, ensure_ascii=False, indent=1))
        return
    words = _words()
    for label, each in result.sheets.items():
        typer.echo(f"{label}:增加 {len(each.added)},变更 {len(each.changed)},不变 {each.unchanged}")
        for key in each.added[:SHOWN]:
            typer.echo(f"  + {' '.join(words.get(part, part) for part in key)}")
        for key, (old, new) in list(each.changed.items())[:SHOWN]:
            told = ";".join(_change(label, name, old[name], new[name]) for name in old if old[name] != new.get(name))
            typer.echo(f"  ~ {' '.join(words.get(part, part) for part in key)}:{told}")
        if max(len(each.added), len(each.changed)) > SHOWN:
            typer.echo(f"  ……(各列出前 {SHOWN} 行)")
    typer.echo("已写入。" if applied else "以上是试导入,什么都没有写入;确认后加 --apply 再运行一次。")


def _change(sheet: str, name: str, old: Any, new: Any) -> str:
    """Return what changed in a cell in the words of its sheet."""
    from tasks.roster.sheets import ROSTER_SHEETS
    from tasks.sheets.cells import show_value

    field = next(one for spec in ROSTER_SHEETS if spec.label == sheet for one in spec.fields if one.name == name)
    return f"{field.label} {_cell(show_value(field, old))} → {_cell(show_value(field, new))}"


def _cell(value: object) -> str:
    return "(空)" if value in (None, "") else str(value)


def _words() -> dict[str, str]:
    """Return what the sheets call the roles and ways that the tables keep by their ids."""
    from tasks.outbox.postman import MAIL
    from tasks.roster.contacts import MAIL_WORD
    from tasks.roster.sheets import ROLES

    return {**{role.value: role.label for role in ROLES}, MAIL: MAIL_WORD}
