"""The demo data: one seed one year, the pattern of 18.2 and of the past cases, sheets that any import would take."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from config.scheme_case import load_case
from config.scheme_loader import Pack, load_scheme
from demo.roster import DEMO, part
from demo.year import SEED, DemoYear, build_demo
from demo.year_grades import DAY, FAIR, FAIRLY_GOOD, GOOD, POOR, first_principal
from scoring.assess import assess
from tasks.intake.checks import Checker
from tasks.intake.directory import Directory, Register
from tasks.intake.entries import forms_of
from tasks.sheets.spec import sheet_of
from tasks.sheets.table import typed_rows

DIGEST = Path(__file__).parent / "data" / "demo_digest.json"
SEEDS = (SEED, 7, 19490101)


@cache
def year_of(seed: int) -> DemoYear:
    return build_demo(seed)


@cache
def pack() -> Pack:
    return load_scheme("bozhou")


def rows(year: DemoYear, form: str) -> list[dict[str, Any]]:
    """All rows of a form over all days."""
    return [row for day in year.days for row in day.sheets.get(form, [])]


def row_of(year: DemoYear, form: str, subject: str) -> dict[str, Any]:
    """The one row of a form about a subject."""
    (found,) = [row for row in rows(year, form) if row["subject"] == subject]
    return found


def digest(year: DemoYear) -> dict[str, Any]:
    """Counts and a hash over everything that the year says."""
    content = {
        "launch": dict(year.launch),
        "roster": year.roster,
        "days": [(day.on, day.sheets) for day in year.days],
        "answers": {kind: [asdict(answer) for answer in answers] for kind, answers in year.answers.items()},
    }
    counts = Counter(form for day in year.days for form, found in day.sheets.items() for _ in found)
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return {
        "seed": year.seed,
        "roster": {sheet: len(items) for sheet, items in year.roster.items()},
        "forms": dict(sorted(counts.items())),
        "days": [day.on.isoformat() for day in year.days],
        "sha256": hashlib.sha256(canonical.encode()).hexdigest(),
    }


def test_the_default_year_is_the_committed_one() -> None:
    """After a deliberate change write `json.dumps(digest(build_demo()), indent=1, ensure_ascii=False)` to the file."""
    assert digest(build_demo()) == json.loads(DIGEST.read_text(encoding="utf-8"))


def test_one_seed_gives_one_year() -> None:
    assert build_demo(7) == build_demo(7)


def test_another_seed_gives_other_names_and_the_same_pattern() -> None:
    one, other = year_of(SEED), year_of(7)
    assert {row["name"] for row in one.roster["persons"]} != {row["name"] for row in other.roster["persons"]}
    assert [(day.on, list(day.sheets)) for day in one.days] == [(day.on, list(day.sheets)) for day in other.days]
    assert Counter(one.grades.final.values()) == Counter(other.grades.final.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_prefecture_has_its_size_and_unique_names(seed: int) -> None:
    year = year_of(seed)
    leading = [one for unit in year.people.units for one in year.people.members(unit.id, DAY)]
    assert (len(year.people.units), len(leading)) == (DEMO.units, DEMO.cadres) == (43, 280)
    led = Counter(one.unit for one in leading if one.tier == "principal")
    assert sorted(led.values()) == [1] * 41 + [2, 2]
    names = [row["name"] for sheet in ("units", "persons", "roles") for row in year.roster[sheet]]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_quotas_are_nearly_full(seed: int) -> None:
    year = year_of(seed)
    teams = Counter(year.grades.final[unit.id] for unit in year.people.units)
    cadres = Counter(year.grades.final.values()) - teams
    assert dict(teams) == {GOOD: 14, FAIRLY_GOOD: 24, FAIR: 3, POOR: 2}
    assert dict(cadres) == {GOOD: 41, FAIRLY_GOOD: 226, FAIR: 12, POOR: 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_six_units_of_the_scenario_are_inside(seed: int) -> None:
    year = year_of(seed)
    counts = {name: row_of(year, "survey", part(name)) for name in "ABE"}
    shares = {name: (row["survey_dissatisfied"], row["survey_valid"]) for name, row in counts.items()}
    assert shares == {"A": (10, 90), "B": (31, 90), "E": (30, 90)}
    ballots = row_of(year, "ballots", part("F"))
    assert (ballots["ballots_fair"], ballots["ballots_poor"], ballots["ballots_valid"]) == (12, 20, 90)
    events = {(row["kind"], row["about"]) for row in rows(year, "events") if row["occurred_on"] >= "2010-01-01"}
    sanctioned = first_principal(year.people, part("D")).id
    assert events == {("criticism", part("C")), ("sanction", sanctioned)}
    results = {row["subject"]: row["result"] for row in rows(year, "investigation_results")}
    assert results == {part("B"): "substantiated", part("F"): "unsubstantiated", part("hotline"): "unsubstantiated"}
    teams = [year.grades.preliminary[part(name)] for name in "ABCDEF"]
    leaders = [year.grades.preliminary[first_principal(year.people, part(name)).id] for name in "ABCDEF"]
    assert teams == [GOOD, GOOD, GOOD, FAIRLY_GOOD, GOOD, POOR]
    assert leaders == [GOOD, FAIRLY_GOOD, GOOD, POOR, FAIRLY_GOOD, FAIR]


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_else_comes_near_an_investigation(seed: int) -> None:
    year = year_of(seed)
    against = {row["subject"] for row in rows(year, "survey") if row["survey_dissatisfied"] * 3 > row["survey_valid"]}
    low = {
        row["subject"]
        for row in rows(year, "ballots")
        if (row["ballots_fair"] + row["ballots_poor"]) * 3 > row["ballots_valid"]
    }
    called = Counter(row["about"] for row in rows(year, "complaints"))
    assert (against, low) == ({part("B")}, {part("F")})
    assert [unit for unit, count in called.items() if count >= 3] == [part("hotline")]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sheet_passes_the_checks_of_its_form(seed: int) -> None:
    year, forms = year_of(seed), forms_of(pack())
    for day in year.days:
        for form_id, items in day.sheets.items():
            form = forms[form_id]
            table = typed_rows(sheet_of(form), items, form.label)
            checker = Checker(form=form, directory=directory(year), scheme=pack().scheme, today=day.on, year=2010)
            ready, faults = checker.check(table.rows)
            assert [*table.faults, *faults] == []
            assert len(ready) == len(items)


def directory(year: DemoYear) -> Directory:
    """What the import knows of the demo's roster."""
    units, persons = year.people.unit_names, year.people.person_names
    names = {"unit": units, "person": persons, "subject": {**units, **persons}}
    registers = {kind: Register(kind, found) for kind, found in names.items()}
    tiers = dict.fromkeys(units, "team") | {one.id: one.tier for one in year.people.persons}
    belonging = {unit: frozenset({unit}) for unit in units}
    return Directory(registers, tiers, belonging | {one.id: frozenset({one.unit}) for one in year.people.persons})


@pytest.mark.parametrize("seed", SEEDS)
def test_reports_come_from_exactly_those_who_owe_and_every_quarter(seed: int) -> None:
    year = year_of(seed)
    owing = set(year.grades.owing())
    assert {code for code, grade in year.grades.final.items() if grade in (FAIR, POOR)} == owing
    owing.add(part("B"))  # what its investigation found
    for quarter in ("2011Q1", "2011Q2", "2011Q3", "2011Q4"):
        assert {row["subject"] for row in rows(year, "rectification_reports") if row["quarter"] == quarter} == owing
    responsible = {(row["subject"], row["item"]): row["responsible"] for row in rows(year, "rectification_reports")}
    verified = {(row["subject"], row["item"]): row["verified_by"] for row in rows(year, "verifications")}
    assert [key for key, name in verified.items() if responsible[key] == name] == []
    assert responsible.keys() - verified.keys() == {(part("F"), 3)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("year", [2008, 2009])
def test_the_core_finds_no_fault_in_the_past_years(seed: int, year: int, tmp_path: Path) -> None:
    answer = checked(year_of(seed), year, tmp_path)
    assert (answer["violations"], answer["blocks"]) == ([], [])


def test_c01_and_c02_follow_from_the_sanctions_of_2008(tmp_path: Path) -> None:
    year = year_of(SEED)
    answer = checked(year, 2008, tmp_path)
    for case in ("C-01", "C-02"):
        (leader,) = year.people.principals(part(case), date(2008, 12, 31))
        assert (answer["grades"][part(case)], answer["grades"][leader.id]) == (POOR, POOR)
        for code, cap in ((part(case), "BZ-15"), (leader.id, "BZ-16")):
            assert follows(answer, code) == {
                ("BZ-17", "ADMONITION_TALK"),
                ("BZ-17", "RECTIFICATION_ORDER"),
                (cap, "ANNUAL_GRADE_CAP"),
            }


def test_a_better_grade_for_c01_would_break_bz48(tmp_path: Path) -> None:
    year = year_of(SEED)
    case = year.past_cases()[2008]
    for row in case["proposals"]:
        if row["subject"] == part("C-01"):
            row["grade"] = FAIRLY_GOOD
    answer = check_case(case, tmp_path)
    assert [(row["subject"], row["rule"]) for row in answer["violations"]] == [(part("C-01"), "BZ-48")]


def test_c03_is_a_manual_veto_and_its_members_are_not_good(tmp_path: Path) -> None:
    year = year_of(SEED)
    answer = checked(year, 2009, tmp_path)
    assert answer["grades"][part("C-03")] == POOR
    assert ("BZ-17", "ADMONITION_TALK") in follows(answer, part("C-03"))
    members = year.people.members(part("C-03"), date(2009, 12, 31))
    assert GOOD not in {answer["grades"][one.id] for one in members}


@pytest.mark.parametrize("seed", SEEDS)
def test_both_years_together_have_four_teams_and_three_cadres_poor(seed: int) -> None:
    year = year_of(seed)
    poor = [code for past in year.past.values() for code, grade in past.grades.items() if grade == POOR]
    teams = [code for code in poor if code in year.people.unit_names]
    assert (len(teams), len(poor) - len(teams)) == (4, 3)  # C-04


def checked(year: DemoYear, past: int, folder: Path) -> dict[str, Any]:
    """What the core says of a past year's grades."""
    return check_case(year.past_cases()[past], folder)


def check_case(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the core says of a case file."""
    path = folder / f"{case['year']}.yaml"
    path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    return assess(pack().scheme, load_case(path, pack().scheme), "check").to_json()


def follows(answer: dict[str, Any], subject: str) -> set[tuple[str, str]]:
    """Rule and action of each consequence for a subject."""
    return {(row["rule"], row["action"]) for row in answer["consequences"] if row["subject"] == subject}
