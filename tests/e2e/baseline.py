"""The demo year played in one process, without Prefect: what a run through server and worker must equal."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.calendar import WorkCalendar
from config.scheme_loader import load_scheme
from config.settings import Settings
from demo.play import KEY, Play, desk_on
from demo.year import DemoDay, DemoYear, build_demo, day_path, write_demo
from models.cycle import Rehearsal
from models.migrate import make_rehearsal
from models.session import writing
from tasks.documents import files as documents
from tasks.export.cycle import export_cycle
from tasks.intake.entries import forms_of
from tasks.intake.import_files import import_files
from tasks.wiring import House
from tests.support import fresh_engine, moment

HURRIED = date(2011, 1, 18)  # launched when the sheets of six stages are in, so that they need fewer passes


def with_quarters(year: DemoYear) -> DemoYear:
    """Add the days on which a quarter's duty opens, where the cycle clock wakes the cycle."""
    opened = [DemoDay(date(2011, month, 1), {}) for month in (4, 7, 10)]
    return replace(year, days=tuple(sorted((*year.days, *opened), key=lambda day: day.on)))


@dataclass
class FilePlay(Play):
    """Plays the workbooks on disk: frames keep where each fact came from, so the sources must be the same."""

    folder: Path = Path()

    def _import(self, day: DemoDay) -> None:
        if not day.sheets:
            return
        with writing(self.engine) as session:
            session.get_one(Rehearsal, 1).now = moment(day.on)
        world = House(Settings(out=self.folder), self.engine, WorkCalendar())
        import_files(world, KEY, [day_path(self.folder, day)], apply=True, by="考核办")


def play_hurried(folder: Path) -> dict[str, Any]:
    """Play the demo year, launched late, to its end in one process; return the cycle's export."""
    engine, year = fresh_engine(folder), with_quarters(replace(build_demo(), launch_on=HURRIED))
    make_rehearsal(engine, moment(year.days[0].on))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "settings", lambda: Settings(out=folder))
        write_demo(year, forms_of(load_scheme("bozhou")), folder)
        FilePlay(engine, year, folder=folder).run()
    with writing(engine) as session:
        desk = desk_on(session, year.days[-1].on)
        desk.move(desk.cycle, "close", closed_at=desk.now)
        return export_cycle(session, desk.cycle)
