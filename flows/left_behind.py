"""Which child processes were started here, on file: a start after a crash names those that still run."""

import json
from pathlib import Path

PIDS = "services.json"


def note(logs: Path, pid: int, command: list[str]) -> None:
    """Add a process to the file."""
    file = logs / PIDS
    file.write_text(json.dumps({**_noted(file), str(pid): command}), encoding="utf-8")


def forget(logs: Path) -> None:
    """Remove the file: everything was stopped."""
    (logs / PIDS).unlink(missing_ok=True)


def still_running(logs: Path) -> list[int]:
    """Return the noted processes that still run what they were started with; a number in other hands is not ours."""
    return [int(pid) for pid, command in _noted(logs / PIDS).items() if _command(int(pid)) == command]


def _noted(file: Path) -> dict[str, list[str]]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):  # none, or half-written when the machine went down
        return {}


def _command(pid: int) -> list[str]:
    """What a process runs; empty for one that has ended, and where the system does not tell."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").rstrip("\0").split("\0")
    except (OSError, ValueError):
        return []
