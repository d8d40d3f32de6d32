"""The benchmarks run, on next to nothing, and say what they found in the promised shape."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS, main, measure, write_figures
from bench.databases import Shelf, shelves
from bench.figure import TINY, Figure, compare
from bench.sample import subject_facts, subjects_of

FIGURES = {
    "shell": {"assess_shell"},
    "core": {"core_million", "core_ratio", "core_growth", "core_memory"},
    "whatif": {"whatif"},
    "opening": {"open_cycle_sqlite"},
    "opening_large": {"open_large_cycle_sqlite"},
    "period": {"open_period_sqlite"},
    "intake": {"intake_ballots_sqlite"},
    "self_report": {"open_self_report_sqlite"},
    "proposing": {"propose_sqlite"},
    "fence": {"fenced_write_sqlite", "claim_sqlite"},
    "dispatch": {"enqueue_sqlite", "dispatch_sqlite", "dispatch_reminders_sqlite"},
    "reminding": {"remind_sweep_sqlite", "remind_at_once_sqlite"},
    "year": {"rehearsed_year"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def sqlite_only(folder: Path) -> Iterator[list[Shelf]]:
    with shelves(folder, sqlite_only=True) as found:
        yield found


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_runs_and_names_its_figures(name: str, sqlite_only: list[Shelf], folder: Path) -> None:
    figures = list(measure([name], TINY, sqlite_only, folder))
    assert {figure.name for figure in figures} == FIGURES[name]
    assert all(figure.value > 0 and figure.ratio > 0 and figure.goal > 0 for figure in figures)


def test_the_file_has_a_value_a_ratio_and_a_goal_for_each_name(tmp_path: Path) -> None:
    path = tmp_path / "out" / "bench.json"
    assert main(["opening", "--tiny", "--sqlite-only", "--out", str(path)]) == 0
    told = json.loads(path.read_text(encoding="utf-8"))
    assert list(told) == ["open_cycle_sqlite"]
    assert set(told["open_cycle_sqlite"]) == {"value", "unit", "ratio", "goal", "ok"}
    assert (told["open_cycle_sqlite"]["unit"], told["open_cycle_sqlite"]["ok"]) == ("s", True)


def test_a_missed_goal_is_told_and_ends_with_code_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BENCHMARKS["opening"], "GOAL", 0.0)
    path = tmp_path / "bench.json"
    assert main(["opening", "--tiny", "--sqlite-only", "--out", str(path)]) == 1
    assert json.loads(path.read_text(encoding="utf-8"))["open_cycle_sqlite"]["ok"] is False


def test_an_unknown_benchmark_is_refused_naming_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["speed"])
    assert ended.value.code == 2
    assert "no benchmark speed; there are shell, core" in capsys.readouterr().err


@pytest.mark.parametrize(("value", "ok"), [(1.0, True), (1.0001, False)])
def test_a_goal_is_met_up_to_and_including_it(value: float, ok: bool, tmp_path: Path) -> None:
    write_figures(tmp_path / "bench.json", [Figure("some", value, "s", 2.0, 1.0)])
    assert json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["some"]["ok"] is ok


def test_a_figure_is_the_median_and_its_ratio_that_of_medians() -> None:
    pairs = iter([(9.0, 1.0), (2.0, 4.0), (4.0, 2.0)])
    figure = compare("some", lambda: next(pairs), repeats=3, goal=5000, unit="ms")
    assert (figure.value, figure.unit, figure.ratio) == (4000.0, "ms", 2.0)


def test_the_sample_is_the_same_every_time_and_its_tallies_add_up() -> None:
    facts = list(subject_facts(3))
    assert facts == list(subject_facts(3))
    by_subject: dict[str, dict[str, str]] = {}
    for code, name, value in facts:
        by_subject.setdefault(code, {})[name] = value
    assert set(by_subject) == {code for code, _, _ in subjects_of(3)}
    for known in by_subject.values():
        parts = ("ballots_good", "ballots_fairly_good", "ballots_fair", "ballots_poor")
        assert sum(int(known[part]) for part in parts) == int(known["ballots_valid"])
