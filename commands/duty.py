"""`kaohe duty enable|disable|list|turn|show`: a scheme's recurring duties."""

import json
import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.duties.view import DutyLine, PeriodView

app = typer.Typer(help="Recurring duties: enable, disable, list, turn, show.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Scheme = Annotated[str, typer.Argument(help="The scheme's id, for example tongxiang.")]


@app.command("enable")
def enable(
    scheme: Scheme,
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day from which work is owed.")],
    office: Annotated[str, typer.Option(help="The office that signs, for example 市委组织部.")],
    contact: Annotated[str, typer.Option(help="Whom to ask, with telephone.")],
    duty: Annotated[list[str] | None, typer.Option(help="Id of a duty; several; all when none is named.")] = None,
    by: Annotated[str, typer.Option(help="Who enables it, for the audit.")] = "命令行",
) -> None:
    """Enable a scheme's recurring duties and resume their schedules.

    Example: kaohe duty enable tongxiang --since 2026-01-01 --office 市委组织部 --contact "邵明远 0900-5550131"
    """
    _connect()
    from tasks.cycle.open_cycle import CycleClosed, CycleDiffers, ParamsRefused
    from tasks.running.duty_switch import enable_duties
    from tasks.wiring import house

    try:
        done = enable_duties(
            house(), scheme=scheme, since=since.date(), office=office, contact=contact, duties=duty, by=by
        )
    except ParamsRefused as refused:
        raise _refuse(str(refused), code=2) from refused
    except (CycleClosed, CycleDiffers) as refused:
        raise _refuse(str(refused)) from refused
    Console(soft_wrap=True).print(done.told("已启用", "打开的定时检查"))
    Console(soft_wrap=True).print(f"每天按时自动办理;不想等,现在就运行:kaohe duty turn {scheme}")


@app.command("disable")
def disable(
    scheme: Scheme,
    reason: Annotated[str, typer.Option(help="Why, for the audit.")],
    by: Annotated[str, typer.Option(help="Who disables it, for the audit.")] = "命令行",
) -> None:
    """Hold a scheme's duties and pause their schedules. Example: kaohe duty disable tongxiang --reason 换届"""
    _connect()
    from tasks.cycle.open_cycle import ParamsRefused
    from tasks.running.duty_switch import disable_duties
    from tasks.wiring import house

    try:
        done = disable_duties(house(), scheme=scheme, reason=reason, by=by)
    except ParamsRefused as refused:
        raise _refuse(str(refused)) from refused
    Console().print(done.told("已暂停", "停下的定时检查"))


@app.command("list")
def list_(
    scheme: Annotated[str | None, typer.Argument(help="Only this scheme.")] = None, as_json: Json = False
) -> None:
    """List recurring duties: next opening, open periods, owed, overdue. Example: kaohe duty list tongxiang

    Exit code 1 when a pack is faulty: the others are listed, its faults stand below.
    """
    from dataclasses import asdict

    _connect()
    from tasks.running.list_duties import list_scheduled
    from tasks.wiring import house

    found = list_scheduled(house(), [scheme] if scheme else None)
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in found.lines], ensure_ascii=False, default=str))
    else:
        _print_lines(found.lines)
    for faulty, faults in found.faults.items():
        _refuse(f"方案“{faulty}”有错误,未启用的事项没有列出(kaohe scheme check {faulty}):\n{faults}")
    if found.faults:
        raise typer.Exit(1)


@app.command("turn")
def turn(scheme: Scheme, duty: Annotated[str | None, typer.Argument(help="Only this duty.")] = None) -> None:
    """Open, take in and close what is due now, without Prefect. Example: kaohe duty turn tongxiang monthly_review"""
    from config.duties import UnknownDuty
    from tasks.duties.turn import turn_all, turn_duty
    from tasks.duties.year import NotEnabled
    from tasks.wiring import house

    try:
        turned = (turn_duty(house(), scheme, duty, by="命令行"),) if duty else turn_all(house(), scheme, by="命令行")
        if not turned:
            raise NotEnabled(scheme)
    except (UnknownDuty, NotEnabled) as refused:
        raise _refuse(str(refused)) from refused
    console = Console()
    for one in turned:
        for label in one.opened:
            console.print(f"已开期:{label}")
        for closed in one.closed:
            console.print(f"已结期:{closed.label}")
        if one.error:
            console.print(f"[red]没有办成:{one.label}({one.error})[/red]")
    console.print(f"还有 {sum(one.owing for one in turned)} 项未交")
    if any(one.error for one in turned):
        raise typer.Exit(1)


@app.command("show")
def show(
    scheme: Scheme,
    duty: Annotated[str, typer.Argument(help="The duty's id, see `kaohe duty list`.")],
    slot: Annotated[str | None, typer.Argument(help="2026-03, 2026Q1 …; the last period when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Show what a period came to, and how its sample was drawn.

    Example: kaohe duty show tongxiang monthly_review 2026-03
    """
    from dataclasses import asdict

    from config.duties import UnknownDuty
    from tasks.duties.view import NoPeriod, show_period
    from tasks.duties.year import NotEnabled
    from tasks.wiring import house

    try:
        view = show_period(house(), scheme, duty, slot)
    except (UnknownDuty, NotEnabled, NoPeriod) as refused:
        raise _refuse(str(refused)) from refused
    if as_json:
        typer.echo(json.dumps(asdict(view), ensure_ascii=False, default=str))
        return
    _print_period(Console(), view)


def _print_lines(lines: "Sequence[DutyLine]") -> None:
    """Print the table, and below it whose schedules do not run by themselves, or that Prefect could not say."""
    ids = (Column(head, overflow="fold", no_wrap=True) for head in ("方案", "事项"))  # what other commands ask for
    table = Table(*ids, "名称", "频次", "下次开期", "办理中的期次", "未交", "其中逾期")
    for line in lines:
        table.add_row(*_cells(line))
    Console().print(table)
    told = Console(soft_wrap=True)
    if paused := [f"{line.label}({line.scheme} {line.duty})" for line in lines if line.paused]:
        told.print(f"定时检查已在 Prefect 界面暂停,到期不会自动办理:{'、'.join(paused)}")
        told.print("恢复:在界面 Deployments 中打开它的 Schedule;不等恢复:kaohe duty turn 方案 事项")
    if any(line.cycle and line.paused is None for line in lines):
        told.print("Prefect 服务没有应答,定时检查有没有被暂停,现在不知道。")


def _cells(line: "DutyLine") -> list[str]:
    from config.rhythm import RHYTHM_LABELS

    told = [line.scheme, line.duty, line.label, RHYTHM_LABELS[line.rhythm]]
    if not line.cycle:
        return [*told, "未启用", "", "", ""]
    opens = "待补办" if line.behind else str(line.next_opens or "—")
    opens += "(已暂停)" if line.paused else ""
    return [*told, opens, "、".join(line.open_periods), str(line.owed), str(line.overdue)]


def _print_period(console: Console, view: "PeriodView") -> None:
    from rich.markdown import Markdown

    from tasks.duties.view_text import period_text

    console.print(Markdown(period_text(view)))


def _connect() -> None:
    """Point Prefect's client at our server before it is imported."""
    from config.prefect_env import prefect_environment
    from config.settings import settings

    os.environ.update(prefect_environment(settings()))


def _refuse(message: str, code: int = 1) -> typer.Exit:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)
