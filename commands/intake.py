"""`kaohe intake`: the sheets of a cycle out as templates and in as data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.sheet_house import Apply, AsJson, By, Data, open_house, refuse, told_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.forms import FormSpec
    from tasks.intake.entries import ImportResult

app = typer.Typer(help="Forms of a cycle: templates out, filled sheets in.", no_args_is_help=True)
CycleKey = Annotated[str, typer.Argument(help="Key of a cycle such as bozhou-2010; it need not be opened yet.")]


@app.command(epilog="Example: kaohe intake template bozhou-2010 --form ballots --form survey -o tallies.xlsx")
def template(
    cycle: CycleKey,
    form: Annotated[list[str] | None, typer.Option("--form", help="Id or label of a form; all without it.")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Workbook to write.")] = Path("资料.xlsx"),
    data: Data = Path("var"),
) -> None:
    """Write the forms as sheets, units and subjects of the cycle filled in already."""
    from models.session import reading
    from tasks.intake.entries import forms_of
    from tasks.intake.scope import UnknownScope, find_scope
    from tasks.intake.template import NOTES, template_sheets
    from tasks.sheets.writing import write_workbook

    world = open_house(data)
    try:
        with told_faults(), reading(world.engine) as session:
            scope = find_scope(session, cycle)
            chosen = _chosen(forms_of(scope.pack), form or [])
            sheets = template_sheets(session, cycle=scope.cycle, pack=scope.pack, forms=chosen)
            write_workbook(output, sheets, notes=NOTES)
    except UnknownScope as unknown:
        refuse(str(unknown), 2)
    typer.echo(f"已写出 {len(sheets)} 张表 {output}。填好后先试导入:kaohe intake import {cycle} {output}")


@app.command("import", epilog="Example: kaohe intake import bozhou-2010 tallies.xlsx --apply")
def import_(
    cycle: CycleKey,
    files: Annotated[list[Path], typer.Argument(help="Workbooks or CSV files; a sheet is named like its form.")],
    apply: Apply = False,
    data: Data = Path("var"),
    by: By = "管理员",
    as_json: AsJson = False,
) -> None:
    """Take in filled sheets: tried by default, written with --apply, all rows or none.

    Exit code 0 when tried or written, 1 when a stage or the cycle is closed, 2 with every fault by sheet, row, column.
    """
    from tasks.intake.import_files import import_files
    from tasks.intake.scope import UnknownScope

    world = open_house(data)
    try:
        with told_faults():
            done = import_files(world, cycle, files, apply=apply, by=by)
    except UnknownScope as unknown:
        refuse(str(unknown), 2)
    _print(done.result, done.scope.forms, done.unfilled, apply, as_json)


def _chosen(forms: "Mapping[str, FormSpec]", wanted: list[str]) -> "list[FormSpec]":
    by_name = {name: form for form in forms.values() for name in (form.id, form.label)}
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        known = "、".join(f"{form.id}({form.label})" for form in forms.values())
        refuse(f"没有表“{'、'.join(unknown)}”;现有:{known}", 2)
    return [by_name[name] for name in wanted] if wanted else list(forms.values())


def _print(
    result: "ImportResult", forms: "Mapping[str, FormSpec]", unfilled: int, applied: bool, as_json: bool
) -> None:
    if as_json:
        import json

        counts = {form_id: vars(each) for form_id, each in result.forms.items()}
        told = {"applied": applied, "forms": counts, "unfilled": unfilled}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for form_id, each in result.forms.items():
        label = forms[form_id].label
        typer.echo(f"{label}:增加 {each.added} 行,更正 {each.replaced} 行,不变 {each.unchanged} 行")
    if unfilled:
        typer.echo(f"另有 {unfilled} 行只有带出的编码和名称,没有填,已跳过。")
    typer.echo("已写入。" if applied else "以上是试导入,什么都没有写入;确认后加 --apply 再运行一次。")
