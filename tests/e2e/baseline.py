"""The demo year played in one process, without Prefect: what a run through server and worker must equal."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from config.settings import Settings
from demo.year import build_demo
from models.cycle import Cycle
from models.migrate import make_rehearsal
from models.session import reading
from tasks.documents import files as documents
from tasks.export.cycle import export_cycle
from tests.flows.test_demo_year import Play
from tests.support import fresh_engine, moment


def play_whole(folder: Path) -> dict[str, Any]:
    """Play the demo year to its end in one process; return the cycle's export."""
    engine, year = fresh_engine(folder), build_demo()
    make_rehearsal(engine, moment(year.days[0].on))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "settings", lambda: Settings(out=folder))
        Play(engine, year).run()
    with reading(engine) as session:
        return export_cycle(session, session.exec(select(Cycle)).one())
