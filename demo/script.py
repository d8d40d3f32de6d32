"""The demo year as a script for the driver: workbooks on disk, days, answers."""

from pathlib import Path

from config import clock
from config.scheme_loader import load_scheme
from demo.driver import Day, Script
from demo.year import DemoYear, day_path, write_demo
from models.session import writing
from tasks.cycle.open_cycle import CycleParams
from tasks.intake.entries import forms_of
from tasks.roster.import_roster import import_roster, read_roster
from tasks.wiring import House

ROSTER = "名册.xlsx"


def make_script(year: DemoYear, folder: Path) -> Script:
    """Write the workbooks of a year into a folder, and return what the driver plays."""
    params = CycleParams.model_validate(year.launch)
    folder.mkdir(parents=True, exist_ok=True)
    write_demo(year, forms_of(load_scheme(params.scheme)), folder)
    return Script(
        key=f"{params.scheme}-{params.year}",
        launch=params,
        launch_on=year.launch_on,
        days=_days(year, folder),
        answers=year.answers,
    )


def read_in(world: House, folder: Path) -> None:
    """Import the roster as an administrator would, on the rehearsal's date."""
    read = read_roster([folder / ROSTER])
    with writing(world.engine) as session:
        import_roster(
            session,
            rows=read.rows,
            faults=read.faults,
            source=ROSTER,
            today=clock.today(session),
            now=clock.now(session),
            by="考核办",
        )


def _days(year: DemoYear, folder: Path) -> list[Day]:
    return [Day(day.on, (day_path(folder, day),) if day.sheets else ()) for day in year.days]
