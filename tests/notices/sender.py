"""A dispatcher in a process of its own, to be killed."""

from datetime import datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from models.session import make_engine
from tasks.outbox.dispatch import dispatch
from tasks.wiring import House
from tests.notices.post_office import make_world

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


def start_sender(world: House, now: datetime) -> BaseProcess:
    """Start a pass of the dispatcher in another process."""
    url = world.engine.url.render_as_string(hide_password=False)
    process = _CONTEXT.Process(target=_send, args=(url, world.settings.data, world.settings.smtp_url, now))
    process.start()
    return process


def _send(url: str, folder: Path, smtp_url: str, now: datetime) -> None:
    dispatch(make_world(make_engine(url), folder, smtp_url), now=now)


def ended(process: BaseProcess) -> int | None:
    """Wait for a process; return its exit code."""
    process.join(timeout=120)
    return process.exitcode
