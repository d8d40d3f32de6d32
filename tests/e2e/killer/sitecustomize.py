"""Loaded by every child of a test's worker: kills flow child and worker (-9) at a named point of a stage, once.

`KAOHE_KILL_DIR` holds `points` (one `stage:where` a line, in order) and `worker.pid`, and gets `killed`.
Points: `entry` = first write of the stage, `before` / `after` = around the commit that closes it.
"""

import os
import signal
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("KAOHE_KILL_DIR")


def _strike(point: str) -> None:
    folder = Path(str(FOLDER))
    points = (folder / "points").read_text().split()
    if not points or points[0] != point:
        return
    (folder / "points").write_text("\n".join(points[1:]))
    (folder / "killed").write_text(f"{point} {os.environ['PREFECT__FLOW_RUN_ID']}")
    os.kill(int((folder / "worker.pid").read_text()), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _arm() -> None:
    from sqlalchemy import event
    from sqlalchemy.orm import Session

    def on_execute(state: Any) -> None:
        info = state.session.info
        if not state.is_update or "stage" not in info:
            return
        _strike(f"{info['stage']}:entry")
        if state.statement.table.name == "stage_state" and state.statement.compile().params.get("state") == "closed":
            info["closes"] = info["stage"]

    def after_flush(session: Any, _context: Any) -> None:
        """A stage's row that had other changes is closed by the flush."""
        rows = [row for row in session.dirty if type(row).__name__ == "StageState" and row.state == "closed"]
        if rows and "stage" in session.info:
            session.info["closes"] = rows[0].stage

    def before_commit(session: Any) -> None:
        _strike(f"{session.info.get('closes')}:before")

    def after_commit(session: Any) -> None:
        _strike(f"{session.info.get('closes')}:after")

    event.listen(Session, "do_orm_execute", on_execute)
    event.listen(Session, "after_flush", after_flush)
    event.listen(Session, "before_commit", before_commit)
    event.listen(Session, "after_commit", after_commit)


if FOLDER and "PREFECT__FLOW_RUN_ID" in os.environ:
    _arm()
