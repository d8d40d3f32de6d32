"""The workbooks of the recurring part: one a day and scheme."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from config.scheme_loader import load_scheme
from demo.roster import Roster
from demo.routine import RoutineDay
from tasks.intake.entries import forms_of
from tasks.sheets.spec import sheet_of
from tasks.sheets.writing import SheetOut, write_workbook


def routine_path(folder: Path, day: date, scheme: str) -> Path:
    """Return where a scheme's workbook of a day lies."""
    return folder / f"{day.isoformat()}-{scheme}.xlsx"


def write_routine(days: Sequence[RoutineDay], people: Roster, folder: Path) -> None:
    """Write one workbook for each day and scheme that brings sheets."""
    names = {**people.unit_names, **people.person_names}
    forms = {scheme: forms_of(load_scheme(scheme)) for day in days for scheme in day.sheets}
    for day in days:
        for scheme, sheets in day.sheets.items():
            specs = [SheetOut(sheet_of(forms[scheme][form]), rows, names) for form, rows in sheets.items()]
            write_workbook(routine_path(folder, day.on, scheme), specs)
