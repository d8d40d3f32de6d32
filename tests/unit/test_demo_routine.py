"""The recurring part of the demo year: sheets that any import would take, runs for what opens and closes."""

from datetime import date
from functools import cache

import pytest

from config.duties import load_duties
from config.scheme_loader import load_scheme
from demo.routine import CHOSEN, OVER, SINCE, RoutineDay, routine_days
from demo.year import SEED, build_demo
from tasks.intake.entries import forms_of
from tasks.sheets.spec import sheet_of
from tasks.sheets.table import typed_rows

SEEDS = (SEED, 7)


@cache
def days_of(seed: int) -> list[RoutineDay]:
    return routine_days(build_demo(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_such_as_its_form_takes(seed: int) -> None:
    for scheme in CHOSEN:
        forms = forms_of(load_scheme(scheme))
        for day in days_of(seed):
            for form, rows in day.sheets.get(scheme, {}).items():
                assert typed_rows(sheet_of(forms[form]), rows, str(day.on)).faults == ()


def test_a_seed_gives_one_year_and_another_seed_another() -> None:
    assert routine_days(build_demo(SEED)) == days_of(SEED)
    assert days_of(SEED) != days_of(7)


@pytest.mark.parametrize("scheme", CHOSEN)
def test_every_chosen_duty_runs_from_the_first_day_to_the_last(scheme: str) -> None:
    known = {duty.id for duty in load_duties(load_scheme(scheme))}
    run = {duty for day in days_of(SEED) for found, duty in day.runs if found == scheme}
    assert run == (known if CHOSEN[scheme] is None else set(CHOSEN[scheme] or ()))
    assert all(SINCE <= day.on < OVER for day in days_of(SEED))


def test_every_month_is_reviewed_and_some_come_late() -> None:
    months = {
        row["month"] for day in days_of(SEED) for row in day.sheets.get("tongxiang", {}).get("monthly_reviews", [])
    }
    assert months == {f"2010-{month:02}" for month in range(1, 13)}
    late = [day.on for day in days_of(SEED) if day.on.day == 12 and "tongxiang" in day.sheets]
    assert late == [date(2010, 4, 12), date(2010, 7, 12), date(2010, 10, 12)]
