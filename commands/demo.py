"""`kaohe demo`: the whole year on sample data, through a real server and worker."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

SEED = 20101201


def demo(
    out: Annotated[Path, typer.Option(help="Folder for result, documents and database; made anew.")] = Path("out/demo"),
    seed: Annotated[int, typer.Option(help="Seed of the invented data.")] = SEED,
    port: Annotated[int, typer.Option(help="Port of the Prefect server; 0 takes a free one.")] = 0,
) -> None:
    """Run a whole Bozhou year on sample data, and stop what it started. Example: kaohe demo --out out/demo"""
    console = Console()
    from demo.folder import NotARehearsal, clear_folder

    try:
        clear_folder(out)
    except NotARehearsal as refused:
        console.print(f"[red]{refused}[/red]")
        raise typer.Exit(1) from refused
    from config.prefect_env import prefect_environment
    from config.settings import Settings

    chosen = Settings(data=out, out=out / "documents", port=port or _free_port(), database_url="", lease_seconds=20)
    os.environ.pop("PREFECT_API_URL", None)
    os.environ.update(prefect_environment(chosen))
    chosen.prefect_home.mkdir(parents=True, exist_ok=True)  # Prefect looks for it when it is imported
    from demo.driver import RehearsalStuck
    from demo.run import run_demo
    from flows.services import ServiceFailed

    try:
        told = run_demo(chosen, seed, lambda line: console.print(line, highlight=False))
    except (RehearsalStuck, ServiceFailed) as failed:
        console.print(f"[red]{failed}[/red]")
        raise typer.Exit(1) from failed
    table = Table("结果", "")
    for name, value in told.items():
        table.add_row(name, str(value))
    console.print(table)
    console.print(f"文书在 {chosen.out};用 make up DATA={out} 可以在浏览器里查看")


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
