"""Services of an earlier start that nobody stopped: named with the command to stop them, and nothing else is."""

import os
import signal
import time
from pathlib import Path

import pytest

from config.settings import Settings
from flows.left_behind import PIDS, forget, note, still_running
from flows.services import ServiceFailed, _start, running, stop


def until_it_runs(logs: Path) -> None:
    """Wait until the system tells what the new process runs: just started, it tells nothing."""
    until = time.monotonic() + 10
    while not still_running(logs) and time.monotonic() < until:
        time.sleep(0.02)


def test_a_start_beside_services_left_running_names_them_and_how_to_stop_them(tmp_path: Path) -> None:
    chosen, logs = Settings(data=tmp_path), tmp_path / "logs"
    logs.mkdir()
    left = _start(chosen, logs / "server.log", "http.server", "0", "--bind", "127.0.0.1")
    try:
        until_it_runs(logs)
        with pytest.raises(ServiceFailed, match=f"进程 {left.pid}.*kill -- -{left.pid}$"), running(chosen):
            pass
        assert still_running(logs) == [left.pid]  # a refused start forgets nothing
        os.killpg(left.pid, signal.SIGKILL)  # what the message says, without its patience
        left.wait()
        assert still_running(logs) == []
    finally:
        stop(left)


def test_a_number_that_another_program_has_by_now_is_not_ours(tmp_path: Path) -> None:
    note(tmp_path, os.getpid(), ["python", "-m", "prefect", "server", "start"])
    assert still_running(tmp_path) == []


@pytest.mark.parametrize("text", [None, "", '{"12'])
def test_without_a_whole_file_nothing_is_ours(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / PIDS).write_text(text, encoding="utf-8")
    assert still_running(tmp_path) == []


def test_what_was_stopped_is_forgotten(tmp_path: Path) -> None:
    command = Path("/proc/self/cmdline").read_text(encoding="utf-8").rstrip("\0").split("\0")
    note(tmp_path, os.getpid(), command)
    assert still_running(tmp_path) == [os.getpid()]
    forget(tmp_path)
    assert still_running(tmp_path) == []
