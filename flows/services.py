"""Server and worker as child processes: started together, waited for, and stopped with everything they started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from config.prefect_env import prefect_environment
from config.settings import Settings
from flows.deployments import POOL

READY_SECONDS = 120


class ServiceFailed(Exception):
    """A process that did not come up; names its log."""


@dataclass(frozen=True)
class Services:
    """The running pair and where to reach it."""

    ui: str
    server: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]
    logs: Path


@contextmanager
def running(chosen: Settings) -> Iterator[Services]:
    """Start server and worker, give them, and stop both at the end, also after an error."""
    logs = chosen.data.resolve() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    refuse_taken_port(chosen.port)
    server = start_server(chosen, logs)
    try:
        wait_ready(prefect_environment(chosen)["PREFECT_API_URL"], server, logs)
        worker = start_worker(chosen, logs)
        try:
            yield Services(f"http://127.0.0.1:{chosen.port}", server, worker, logs)
        finally:
            stop(worker)
    finally:
        stop(server)


def refuse_taken_port(port: int) -> None:
    """Raise ServiceFailed when somebody listens on the port already: its answer would be taken for ours."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise ServiceFailed(f"端口 {port} 已被占用。请停掉占用它的程序,或换一个端口:kaohe up --port 4300")


def start_server(chosen: Settings, logs: Path) -> subprocess.Popen[bytes]:
    """Start Prefect's server on this machine only."""
    return _start(chosen, logs / "server.log", "server", "start", "--host", "127.0.0.1", "--port", str(chosen.port))


def start_worker(chosen: Settings, logs: Path) -> subprocess.Popen[bytes]:
    """Start a process worker of our pool."""
    return _start(chosen, logs / "worker.log", "worker", "start", "--pool", POOL, "--type", "process")


def wait_ready(api: str, server: subprocess.Popen[bytes], logs: Path) -> None:
    """Wait until the API answers; ServiceFailed when the server ends or stays silent."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServiceFailed(f"Prefect 服务没有启动成功(可能端口被占用)。详见 {logs / 'server.log'}")
        try:
            if httpx.get(f"{api}/ready", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise ServiceFailed(f"Prefect 服务 {READY_SECONDS} 秒内没有就绪。详见 {logs / 'server.log'}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process and its children: politely, then for good."""
    for sign, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, sign)
            process.wait(patience)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _start(chosen: Settings, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **prefect_environment(chosen)}
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
