"""The demo's workbooks are what an office would hand in: written, read back, nothing lost."""

from pathlib import Path

import pytest

from config.scheme_loader import load_scheme
from demo.year import DemoYear, build_demo, day_path, write_demo
from tasks.intake.entries import forms_of, read_workbook
from tasks.roster.import_roster import read_roster
from tasks.roster.sheets import ROSTER_SHEETS
from tasks.sheets.spec import sheet_of
from tasks.sheets.table import typed_rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the default year's workbooks."""
    path = tmp_path_factory.mktemp("demo")
    write_demo(build_demo(), forms_of(load_scheme("bozhou")), path)
    return path


@pytest.fixture(scope="module")
def year() -> DemoYear:
    """The default year."""
    return build_demo()


def test_there_is_one_workbook_for_each_day_that_brings_sheets(folder: Path, year: DemoYear) -> None:
    expected = {"名册.xlsx", *(day_path(folder, day).name for day in year.days if day.sheets)}
    assert {path.name for path in folder.iterdir()} == expected


def test_the_roster_reads_back_as_it_was(folder: Path, year: DemoYear) -> None:
    reading = read_roster([folder / "名册.xlsx"])
    assert reading.faults == ()
    typed = [row.values for spec in ROSTER_SHEETS for row in typed_rows(spec, year.roster[spec.id], "").rows]
    assert [row.values for row in reading.rows] == typed


@pytest.mark.parametrize("day", ["2010-08-31", "2010-12-24", "2011-02-18"])
def test_a_day_reads_back_as_it_was(folder: Path, year: DemoYear, day: str) -> None:
    forms = forms_of(load_scheme("bozhou"))
    reading = read_workbook(folder / f"{day}.xlsx", forms)
    assert (reading.faults, reading.unfilled) == ((), 0)
    sheets = next(one.sheets for one in year.days if one.on.isoformat() == day)
    typed = [row.values for form, rows in sheets.items() for row in typed_rows(sheet_of(forms[form]), rows, "").rows]
    assert [row.values for row in reading.rows] == typed
