"""The jobs of the reminder clock and how they end: a file that `kaohe doctor` reads says when each last ended well."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from config.clock import wall_now

LOG = logging.getLogger("kaohe.clock")
FILE = "clock.json"
GRACE = timedelta(minutes=1)  # a busy machine is no stopped clock


@dataclass(frozen=True)
class Job:
    """Something done at the start and then every so many seconds; what it returns is told unless it is empty."""

    name: str
    seconds: int
    work: Callable[[], Any]


@dataclass
class Heartbeat:
    """How each job last ended, kept in a file of the data folder."""

    folder: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, job: Job) -> None:
        """Do a job and note how it ended; whatever breaks it is logged and stops no other."""
        try:
            done = job.work()
        except Exception as error:
            LOG.exception("%s失败", job.name)
            self._note(job, str(error).partition("\n")[0] or type(error).__name__)
        else:
            if done != type(done)():
                LOG.info("%s:%s", job.name, done)
            self._note(job, "")

    def _note(self, job: Job, error: str) -> None:
        with self.lock:
            self.told[job.name] = {
                "ended": wall_now().isoformat(timespec="seconds"),
                "every": job.seconds,
                "error": error,
            }
            part = self.folder / f".{FILE}.part"
            part.write_text(json.dumps(self.told, ensure_ascii=False), encoding="utf-8")
            part.replace(self.folder / FILE)


def faults(folder: Path) -> list[str]:
    """Return what is wrong with the clock of a data folder, in words; empty when it runs and every job ended well."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ["没有运行过"]
    return [fault for name, job in told.items() if (fault := _fault(name, job))]


def _fault(name: str, job: dict[str, Any]) -> str:
    silent = wall_now() - datetime.fromisoformat(job["ended"])
    if silent > timedelta(seconds=3 * job["every"]) + GRACE:
        return f"“{name}”已 {int(silent.total_seconds()) // 60} 分钟没有动静"
    return f"“{name}”失败:{job['error']}" if job["error"] else ""
