"""Server, worker and reminder clock as child processes: started together, stopped with everything they started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from config.prefect_env import prefect_environment
from config.settings import Settings
from flows.deployment import POOL
from flows.left_behind import forget, note, still_running

READY_SECONDS = 120
MEND_SECONDS = 60
CLOCK = "提醒时钟"
SERVER_LOG, WORKER_LOG, CLOCK_LOG = "server.log", "worker.log", "clock.log"


class ServiceFailed(Exception):
    """A process that did not come up; names its log."""


@dataclass
class Services:
    """What runs, and where to reach it; without a clock where a rehearsal moves the time."""

    ui: str
    server: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes]
    logs: Path
    clock: "Clock | None" = None

    def ended(self) -> str | None:
        """Return what has ended though nobody stopped it, with its log; None while server and worker run."""
        named = (("Prefect 服务", self.server, SERVER_LOG), ("执行进程", self.worker, WORKER_LOG))
        return next((_ended(name, self.logs / log) for name, child, log in named if child.poll() is not None), None)


@dataclass
class Clock:
    """The reminder clock as a child process: what else runs goes on without it, so it is started again when it ends."""

    chosen: Settings
    logs: Path
    process: subprocess.Popen[bytes]
    started: float

    def mend(self) -> str | None:
        """Start the clock again when it has ended, at most once a minute; return what happened, None when it runs."""
        if self.process.poll() is None or time.monotonic() < self.started + MEND_SECONDS:
            return None
        self.process, self.started = start_clock(self.chosen, self.logs), time.monotonic()
        return f"{_ended(CLOCK, self.logs / CLOCK_LOG)};已重新启动"


def _ended(name: str, log: Path) -> str:
    return f"{name}意外退出,详见 {log}"


@contextmanager
def running(chosen: Settings, *, with_clock: bool = False) -> Iterator[Services]:
    """Start server, worker and, if asked for, the reminder clock; stop all at the end, also after an error."""
    logs = chosen.data.resolve() / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    refuse_left_behind(logs)
    refuse_taken_port(chosen.port)
    forget(logs)
    with ExitStack() as stack:
        stack.callback(forget, logs)
        server = start_server(chosen, logs)
        stack.callback(stop, server)
        wait_ready(prefect_environment(chosen)["PREFECT_API_URL"], server, logs)
        worker = start_worker(chosen, logs)
        stack.callback(stop, worker)
        clock = Clock(chosen, logs, start_clock(chosen, logs), time.monotonic()) if with_clock else None
        if clock:
            stack.callback(lambda: stop(clock.process))
        yield Services(f"http://127.0.0.1:{chosen.port}", server, worker, logs, clock)


def refuse_left_behind(logs: Path) -> None:
    """Raise ServiceFailed when processes of an earlier start on this data still run, with the command to stop them."""
    if pids := still_running(logs):
        groups = " ".join(f"-{pid}" for pid in pids)
        raise ServiceFailed(
            f"此前在这个数据目录上启动的服务还在运行(进程 {'、'.join(map(str, pids))})。"
            f"另一个窗口开着 kaohe up 的,在那里按 Ctrl-C;上次没有正常停止的,先运行:kill -- {groups}"
        )


def refuse_taken_port(port: int) -> None:
    """Raise ServiceFailed when somebody listens on the port already: its answer would be taken for ours."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise ServiceFailed(f"端口 {port} 已被占用。请停掉占用它的程序,或换一个端口:kaohe up --port 4300")


def start_server(chosen: Settings, logs: Path) -> subprocess.Popen[bytes]:
    """Start Prefect's server on this machine only."""
    return _prefect(chosen, logs / SERVER_LOG, "server", "start", "--host", "127.0.0.1", "--port", str(chosen.port))


def start_worker(chosen: Settings, logs: Path) -> subprocess.Popen[bytes]:
    """Start a process worker of our pool."""
    return _prefect(chosen, logs / WORKER_LOG, "worker", "start", "--pool", POOL, "--type", "process")


def start_clock(chosen: Settings, logs: Path) -> subprocess.Popen[bytes]:
    """Start the reminder clock."""
    return _start(chosen, logs / CLOCK_LOG, "cli", "clock")


def wait_ready(api: str, server: subprocess.Popen[bytes], logs: Path) -> None:
    """Wait until the API answers; ServiceFailed when the server ends or stays silent."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServiceFailed(f"Prefect 服务没有启动成功(可能端口被占用)。详见 {logs / SERVER_LOG}")
        try:
            if httpx.get(f"{api}/ready", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise ServiceFailed(f"Prefect 服务 {READY_SECONDS} 秒内没有就绪。详见 {logs / SERVER_LOG}")


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


def _prefect(chosen: Settings, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return _start(chosen, log, "prefect", *arguments)


def _start(chosen: Settings, log: Path, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **prefect_environment(chosen)}
    command = [sys.executable, "-m", module, *arguments]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    note(log.parent, process.pid, command)
    return process
