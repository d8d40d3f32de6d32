"""A stage for whole-system tests: a rehearsal on disk, a real Prefect server and worker of its own, a script."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from sqlmodel import select

from config.settings import Settings
from demo.driver import Driver, Script
from demo.hands import Hands
from demo.run import prepare
from demo.year import SEED
from flows.register import register
from flows.services import running, start_server, start_worker, stop, wait_ready
from models.cycle import Cycle
from models.session import reading
from tasks.export.cycle import export_cycle
from tasks.running.prefect_api import connect
from tasks.wiring import House

__all__ = ["start_worker", "stop"]


@dataclass
class Theatre:
    """Everything of one whole-system test."""

    settings: Settings
    world: House
    script: Script
    client: SyncPrefectClient
    driver: Driver
    server: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]
    logs: Path

    @property
    def ui(self) -> str:
        """Where the Prefect UI is."""
        return f"http://127.0.0.1:{self.settings.port}"

    def export(self) -> dict[str, Any]:
        """Return the cycle's export: all business content without ids and clock times."""
        return export_of(self.world, self.script.key)

    def restart_server(self, *, paused: bool = True) -> None:
        """Start the server again after it was stopped, wait for it, and register the deployments."""
        self.server = start_server(self.settings, self.logs)
        wait_ready(f"{self.ui}/api", self.server, self.logs)
        register(self.world, paused=paused, schemes=())


def export_of(world: House, key: str) -> dict[str, Any]:
    """Return the export of a cycle."""
    with reading(world.engine) as session:
        return export_cycle(session, session.exec(select(Cycle).where(Cycle.key == key)).one())


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_theatre(folder: Path, **changes: Any) -> Iterator[Theatre]:
    """Prepare a rehearsal of the demo year in a folder and start server and worker for it."""
    data = folder / "data"
    chosen = Settings(data=data, out=data / "documents", port=free_port(), **{"lease_seconds": 20, **changes})
    api = f"http://127.0.0.1:{chosen.port}/api"
    with temporary_settings({PREFECT_API_URL: api, PREFECT_HOME: data / "prefect"}):
        world, script = prepare(chosen, SEED)
        with running(chosen) as services:
            register(world, paused=True, schemes=())
            with connect() as client:
                driver = Driver(world, client, script, Hands(world))
                theatre = Theatre(
                    chosen, world, script, client, driver, services.server, services.worker, services.logs
                )
                try:
                    yield theatre
                finally:
                    stop(theatre.worker)
                    stop(theatre.server)


@pytest.fixture
def theatre(tmp_path: Path) -> Iterator[Theatre]:
    """One theatre for one test."""
    with open_theatre(tmp_path) as opened:
        yield opened


def wait_for(what: Callable[[], Any], seconds: float = 60) -> Any:
    """Return the first true answer of a question that is asked again and again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing after {seconds} s: {what}")


def kill_environment(folder: Path) -> None:
    """Let every child of the worker load the killer."""
    killer = str(Path(__file__).parent / "killer")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [killer, os.environ.get("PYTHONPATH", "")]))
    os.environ["KAOHE_KILL_DIR"] = str(folder)
