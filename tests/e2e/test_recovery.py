"""Killed -9 at every stage's entry, before its closing commit and after it, the year ends as if nothing had been."""

import os
import time
from pathlib import Path

import pytest

from config.scheme_loader import load_scheme
from config.stages import load_stages
from tasks.running.wake_cycle import open_cycles, wake_cycle
from tests.e2e.baseline import HURRIED, play_hurried
from tests.e2e.conftest import Theatre, kill_environment, open_theatre, start_worker, wait_for
from tests.soak import length

pytestmark = [pytest.mark.e2e, pytest.mark.soak]
STAGES = [spec.code for spec in load_stages(load_scheme("bozhou"))]
WHERE = ("entry", "before", "after")
ALL_POINTS = [f"{stage}:{where}" for stage in STAGES for where in WHERE]
# One kill a stage, each kind in turn; all thirty in a soak.
POINTS = length([f"{stage}:{WHERE[number % 3]}" for number, stage in enumerate(STAGES)], ALL_POINTS)
LEASE = 2


class Mortal:
    """Watches for a kill, brings a new worker, and lets the cycle clock relaunch the cycle."""

    def __init__(self, theatre: Theatre, folder: Path) -> None:
        self.theatre, self.folder, self.struck = theatre, folder, list[str]()
        self.note_worker()
        busy = theatre.driver.busy_runs
        theatre.driver.busy_runs = lambda: self.revive() or busy()  # type: ignore[method-assign,func-returns-value]

    def note_worker(self) -> None:
        (self.folder / "worker.pid").write_text(str(self.theatre.worker.pid))

    def revive(self) -> None:
        """After a kill: both are dead; a new worker comes, the lease runs out, the clock relaunches."""
        killed = self.folder / "killed"
        if not killed.exists():
            return
        point, flow_run = killed.read_text().split()
        killed.unlink()
        self.struck.append(point)
        self.theatre.driver.dead.add(flow_run)
        assert self.theatre.worker.wait(10) == -9
        self.theatre.worker = start_worker(self.theatre.settings, self.theatre.logs)
        self.note_worker()
        time.sleep(LEASE)  # until the dead run's lease has ended, while the worker starts
        for cycle_id in open_cycles(self.theatre.world):
            wait_for(lambda id=cycle_id: self.wake(id) == "已重新发起", 30)

    def wake(self, cycle_id: int) -> str:
        return wake_cycle(self.theatre.world, self.theatre.client, cycle_id)


@pytest.fixture(scope="module")
def unkilled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The export of the same year played in one process."""
    return play_hurried(tmp_path_factory.mktemp("unkilled"))


def test_kill_at_every_point(tmp_path: Path, unkilled: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Kills of flow child and worker; the export equals the unkilled run's, ids and times aside."""
    folder = tmp_path / "kill"
    folder.mkdir()
    (folder / "points").write_text("\n".join(POINTS))
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv("KAOHE_KILL_DIR", "")
    kill_environment(folder)
    with open_theatre(tmp_path, lease_seconds=LEASE) as theatre:
        theatre.script.launch_on = HURRIED
        mortal = Mortal(theatre, folder)
        theatre.driver.run()
        assert mortal.struck == POINTS
        assert theatre.export() == unkilled
