"""The `kaohe` command: one table of command groups, each imported only when it is called."""

import errno
import importlib
import sys
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {  # name: module:app or module:function; such a module keeps heavy imports inside its functions
    "init": "commands.up:init",
    "up": "commands.up:up",
    "demo": "commands.demo:demo",
    "doctor": "commands.up:doctor",
    "clock": "commands.clock:clock",
    "roster": "commands.roster:app",
    "intake": "commands.intake:app",
    "cycle": "commands.cycle:app",
    "gate": "commands.cycle:gate_app",
    "duty": "commands.duty:app",
    "obligations": "commands.obligations:app",
    "calendar": "commands.calendar:app",
    "subject": "commands.subjects:app",
    "consequence": "commands.consequence:app",
    "notice": "commands.notice:app",
    "export": "commands.export:export",
    "statistics": "commands.statistics:statistics",
    "audit": "commands.audit:app",
    "assess": "commands.assess:app",
    "explain": "commands.explain:explain",
    "whatif": "commands.whatif:whatif",
    "backtest": "commands.backtest:backtest",
    "replay": "commands.replay:replay",
    "scheme": "commands.scheme:app",
}


class LazyGroup(TyperGroup):
    """Looks commands up in the table, so that a small command does not pay for the imports of a large one."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(_load(COMMANDS[cmd_name]))
        command.name = cmd_name
        return command


def _load(place: str) -> typer.Typer:
    module, name = place.split(":")
    found = getattr(importlib.import_module(module), name)
    if isinstance(found, typer.Typer):
        return found
    single = typer.Typer(add_completion=False)
    single.command()(found)
    return single


app = typer.Typer(cls=LazyGroup, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def root() -> None:
    """Assessment cycles (考核): rules as data, Prefect as the calendar. Exit code 0 done, 1 refused, 2 wrong input."""


def main() -> None:
    """Runs the command line; faulty input ends with all its faults and code 2, an unusable database or file with 1."""
    from config.yaml_file import SchemeFaults

    try:
        app()
    except SchemeFaults as error:
        for fault in error.faults:
            typer.echo(str(fault), err=True)
        sys.exit(2)
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        typer.echo(told, err=True)
        sys.exit(1)


def _told(error: Exception) -> str | None:
    """One line for an error whose cause is outside the program, None for any other; imports only after a failure."""
    from sqlalchemy.exc import ArgumentError

    from models.session import DatabaseUnusable

    if isinstance(error, DatabaseUnusable):
        return str(error)
    if isinstance(error, ArgumentError):  # the URL may hold a password, so it is not repeated
        return "数据库地址读不懂;请检查 KAOHE_DATABASE_URL,应如 sqlite:///var/kaohe.db 或 postgresql://用户@主机/库名"
    if isinstance(error, OSError):
        return f"{error.filename or '文件或网络'}:读写不了({_cause(error)});请检查路径、权限和磁盘空间后重试"
    return None


def _cause(error: OSError) -> str:
    causes = {
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.ENOENT: "不存在",
        errno.EISDIR: "是文件夹",
        errno.ENOTDIR: "上级不是文件夹",
        errno.EEXIST: "同名文件已存在",
        errno.EROFS: "只读",
        errno.ENOSPC: "磁盘已满",
    }
    return causes.get(error.errno or 0, error.strerror or str(error))


if __name__ == "__main__":
    main()
