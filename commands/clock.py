"""`kaohe clock`: reminders and sending, kept running on their own."""

from pathlib import Path

import typer

from commands.sheet_house import Data, open_house, refuse


def clock(data: Data = Path("var")) -> None:
    """Remind and send until Ctrl-C; `kaohe up` starts it with everything else. Example: kaohe clock --data var

    Exit code 0 when stopped, 1 for a database that is not ready or a rehearsal, whose time its own driver moves.
    """
    import signal

    # Waited for, not handled: a handler may interrupt a held lock. Blocked before any thread starts: each inherits it.
    signs: set[int] = {signal.SIGTERM, signal.SIGINT}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signs)
    try:
        _serve(data, signs)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(data: Path, signs: set[int]) -> None:
    import logging
    import signal
    import sys

    from tasks.office.install import is_rehearsal
    from tasks.reminding.clock import serve

    world = open_house(data)
    if is_rehearsal(world):
        refuse(f"{world.settings.database} 是演练库:提醒由演练程序按演练日期办理,不需要提醒时钟")
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    typer.echo("提醒时钟运行中(Ctrl-C 停止)")
    serve(world, lambda: signal.sigwait(signs))
