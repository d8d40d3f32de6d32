"""`kaohe cycle list|show|launch|continue` and `kaohe gate show|answer`."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

app = typer.Typer(help="Cycles: list, show, launch, continue.", no_args_is_help=True)
gate_app = typer.Typer(help="Gates: show the open question of a cycle, answer it.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Key = Annotated[str, typer.Argument(help="The cycle's key, for example bozhou-2010.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List all cycles. Example: kaohe cycle list"""
    from dataclasses import asdict

    from tasks.cycle.view import list_cycles
    from tasks.wiring import house

    lines = list_cycles(house())
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
        return
    table = Table("编号", "名称", "状态", "所在环节")
    for line in lines:
        table.add_row(line.key, line.name, line.state, line.stage)
    Console().print(table)


@app.command("show")
def show(key: Key, as_json: Json = False) -> None:
    """Show stages, what is waited for and the open gate. Example: kaohe cycle show bozhou-2010"""
    view = _view(key)
    if as_json:
        typer.echo(json.dumps(view, ensure_ascii=False, default=str))
        return
    console, table = Console(), Table("环节", "状态", "开始", "期限", "办结")
    for row in view["stages"]:
        table.add_row(*(str(row[name] or "") for name in ("label", "state", "opened_on", "due_on", "closed_on")))
    console.print(f"[bold]{view['name']}[/bold]({view['key']}):{view['state']}")
    console.print(table)
    for line in view["unmet"]:
        console.print(f"· {line}")
    if view["gate"]:
        console.print(f"待答复:[bold]{view['gate']['title']}[/bold](kaohe gate show {key})")


@app.command("launch")
def launch(file: Annotated[Path, typer.Argument(help="JSON file with the launch form's fields.")]) -> None:
    """Launch a cycle through Prefect. Example: kaohe cycle launch 2010.json

    Exit code 1 when the cycle runs otherwise or Prefect is away, 2 for wrong input.
    """
    _connect()
    from tasks.cycle.launch import try_launch
    from tasks.cycle.open_cycle import CycleClosed, CycleDiffers, ParamsRefused
    from tasks.running import prefect_api
    from tasks.running.launch_file import read_launch
    from tasks.running.launch_form import form_of
    from tasks.wiring import house

    try:
        params = read_launch(_text_of(file))
        try_launch(house(), params)
        with prefect_api.calling() as client:
            run = prefect_api.launch(client, {"周期": form_of(params)})
    except ParamsRefused as refused:
        raise _refuse("\n".join(f"{file}:{reason}" for reason in refused.reasons), code=2) from refused
    except (CycleClosed, CycleDiffers, prefect_api.PrefectAway) as refused:
        raise _refuse(str(refused)) from refused
    Console().print(f"已发起:{run.name}({run.id})")


@app.command("continue")
def continue_(key: Key, by: Annotated[str, typer.Option(help="Who continues it, for the audit.")] = "命令行") -> None:
    """Take a cycle off hold and run it on from the open stage. Example: kaohe cycle continue bozhou-2010"""
    _connect()
    from tasks.running.continue_cycle import continue_cycle
    from tasks.running.prefect_api import PrefectAway
    from tasks.wiring import UnknownCycle, house

    try:
        Console().print(continue_cycle(house(), key, by=by))
    except (UnknownCycle, PrefectAway) as refused:
        raise _refuse(str(refused)) from refused


@gate_app.command("show")
def show_gate(key: Key, as_json: Json = False) -> None:
    """Show the open gate of a cycle with its fields. Example: kaohe gate show bozhou-2010"""
    gate = _view(key)["gate"]
    if gate is None:
        raise _refuse(f"{key} 现在没有待答复的关口")
    if as_json:
        typer.echo(json.dumps(gate, ensure_ascii=False, default=str))
        return
    console = Console()
    console.print(f"[bold]{gate['title']}[/bold] 可以答复的:{'、'.join(gate['holders'])}")
    console.print(Markdown(gate["question"]))
    table = Table("字段", "名称", "类型", "必填", "可选")
    for field in gate["form"]:
        options = "、".join(_told(option) for option in field.get("options", [])[:8])
        table.add_row(field["name"], field["label"], field["type"], "是" if field.get("required") else "", options)
    console.print(table)


@gate_app.command("answer")
def answer_gate(
    key: Key,
    file: Annotated[Path, typer.Argument(help="JSON file with the answer's fields.")],
    by: Annotated[str, typer.Option(help="Who answers; must hold the gate's role.")],
) -> None:
    """Answer the open gate; the answer is kept first, then the cycle goes on.

    Example: kaohe gate answer bozhou-2010 answer.json --by 王演示
    """
    _connect()
    from tasks.cycle.gates import GateClosed, NotHolder
    from tasks.running.answer_gate import answer_open_gate
    from tasks.wiring import UnknownCycle, house

    try:
        answer = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(answer, dict):
            raise ValueError(f"应为一个对象 {{字段: 值}},收到的是 {type(answer).__name__}")
        Console().print(answer_open_gate(house(), key, answer, by))
    except (OSError, ValueError) as error:
        raise _refuse(f"{file}:{error}", code=2) from error
    except (UnknownCycle, GateClosed, NotHolder) as refused:
        raise _refuse(str(refused)) from refused


def _told(option: dict[str, Any]) -> str:
    """Return what an answer writes, and what it means where the two differ."""
    value, label = option["value"], option["label"]
    return str(value) if value == label else f"{value}({label})"


def _view(key: str) -> dict[str, Any]:
    from tasks.cycle.view import show_cycle
    from tasks.wiring import UnknownCycle, house

    try:
        return show_cycle(house(), key)
    except UnknownCycle as unknown:
        raise _refuse(str(unknown)) from unknown


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise _refuse(f"{file}:读不了这个文件,请检查路径和权限", code=2) from error
    except UnicodeDecodeError as error:
        raise _refuse(f"{file}:不是 UTF-8 文本,请另存为 UTF-8 编码", code=2) from error


def _connect() -> None:
    """Point Prefect's client at our server before it is imported."""
    from config.prefect_env import prefect_environment
    from config.settings import settings

    os.environ.update(prefect_environment(settings()))


def _refuse(message: str, code: int = 1) -> typer.Exit:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)
