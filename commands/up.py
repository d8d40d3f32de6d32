"""`kaohe init`, `kaohe up`: an installation made ready, and its services kept running."""

import json
import os
import signal
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.settings import Settings
    from tasks.office.doctor import Finding

Data = Annotated[Path, typer.Option(envvar="KAOHE_DATA", help="Folder of the database and of Prefect's own files.")]
Port = Annotated[int, typer.Option(envvar="KAOHE_PORT", help="Port of the Prefect UI on this machine.")]


def init(data: Data = Path("var")) -> None:
    """Create folders and database, or bring them to the newest schema. Example: kaohe init --data var"""
    from tasks.office.install import install

    world = install(_settings(data))
    Console().print(f"已就绪:[bold]{world.settings.database}[/bold]。下一步:kaohe roster template -o 名册.xlsx")


def up(data: Data = Path("var"), port: Port = 4200) -> None:
    """Start server, worker and reminder clock and keep them running until Ctrl-C. Example: kaohe up --data out/demo"""
    console = Console()
    chosen = _settings(data, port)
    from config.prefect_env import prefect_environment

    os.environ.update(prefect_environment(chosen))
    chosen.prefect_home.mkdir(parents=True, exist_ok=True)  # Prefect looks for it when it is imported
    from flows.register import register
    from flows.services import ServiceFailed, running
    from tasks.office.install import install, is_rehearsal

    signal.signal(signal.SIGTERM, _stop)
    world = install(chosen)
    for line in _left_out():
        console.print(f"[red]{line}[/red]", soft_wrap=True, highlight=False)
    console.print("正在启动 Prefect 服务、执行进程和提醒时钟……")
    try:
        rehearsed = is_rehearsal(world)
        with running(chosen, with_clock=not rehearsed) as services:
            register(world, paused=rehearsed)
            console.print(f"[bold green]已启动[/bold green]:请在浏览器打开 [bold]{services.ui}[/bold](Ctrl-C 停止)")
            console.print("打开 Deployments,选择“年度考核”,点 Run → Custom run 填表发起。")
            while (ended := services.ended()) is None:
                if services.clock and (told := services.clock.mend()):
                    console.print(f"[red]{told}[/red]")
                time.sleep(1)
        raise ServiceFailed(ended)
    except KeyboardInterrupt:
        console.print("已停止。")
    except ServiceFailed as failed:
        console.print(f"[red]{failed}[/red]", soft_wrap=True, highlight=False)
        raise typer.Exit(1) from failed


def _left_out() -> "Iterator[str]":
    """Say which packs are faulty: nothing of them is registered."""
    from config.scheme_loader import faulty_schemes

    for id_, found in faulty_schemes().items():
        yield f"方案“{id_}”有 {len(found.faults)} 处错误,它的事项没有登记,改正后重新启动:kaohe scheme check {id_}"


def doctor(
    data: Data = Path("var"),
    port: Port = 4200,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Name every check of this installation and how to mend what fails. Example: kaohe doctor --data var"""
    from tasks.office.doctor import examine
    from tasks.wiring import make_house

    findings = examine(make_house(_settings(data, port)))
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in findings], ensure_ascii=False))
    else:
        _show(findings)
    raise typer.Exit(0 if all(item.ok for item in findings) else 1)


def _show(findings: "Sequence[Finding]") -> None:
    """Print one line a check, and under one that failed its remedy, never cut."""
    console = Console(soft_wrap=True)
    for item in findings:
        mark = "[green]正常  [/green]" if item.ok else "[red]未通过[/red]"
        console.print(f"{mark} [bold]{item.name}[/bold]:{item.found}", highlight=False)
        if not item.ok:
            console.print(f"       → {item.remedy}", highlight=False)


def _settings(data: Path, port: int = 4200) -> "Settings":
    from config.settings import Settings

    return Settings(data=data, port=port)


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
