"""Explanations in a cycle: kept with the proposal, shown as artifact and in the document, asked from the shell."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import cli
from config.settings import Settings
from models.grading import ProposalSheet
from models.session import writing
from tasks import wiring
from tasks.desk import Desk
from tasks.documents.grading import proposal_table
from tasks.grading.explain import NoProposal, explain_subject, explained_text
from tasks.grading.rules import current_sheet
from tasks.stages import propose
from tasks.wiring import House
from tests.flows.last_stages import desk_at_proposal, fill_evidence, run


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    """U1's principal is 差, so its team, opined 好, may only be 较好 (BZ-05)."""
    with writing(sqlite_engine) as session:
        desk = desk_at_proposal(session)
        fill_evidence(desk, {"U1": "好", "P11": "差"})
        yield desk


def sheet_of(desk: Desk) -> ProposalSheet:
    run(desk, "propose")
    sheet = current_sheet(desk)
    assert sheet is not None
    return sheet


def test_the_limited_subject_is_kept_with_its_tree_and_only_that_one(desk):
    text = explained_text(desk, sheet_of(desk))
    assert text.count("\n- ") + text.startswith("- ") == 1
    assert text.startswith("- 州水务局(领导班子):较好")
    assert "BZ-05 主要领导为“差”,班子不得为“好”:“好”→“较好”" in text
    assert "考核组初步意见 = 好(样表.xlsx preliminary 第 2 行,2011-01-04)" in text


def test_what_would_be_needed_is_the_principals_grade_and_not_the_teams_own(desk):
    sheet_of(desk)
    told, _ = explain_subject(desk, "U1")
    assert told.needed is not None
    assert (told.needed.target, told.needed.verdict) == ("好", "others")
    (lift,) = told.needed.alone
    assert lift.words.startswith("州水务局 · ")
    assert lift.words.endswith(":考核组初步意见为“一般”(现“差”)")


def test_a_subject_is_found_by_its_name(desk):
    sheet_of(desk)
    assert explain_subject(desk, "州水务局")[0].subject == "U1"


def test_artifact_and_document_hold_the_same_lines(desk):
    sheet = sheet_of(desk)
    shown = next(each for each in propose.reports(desk, propose.stage_facts(desk)) if each.key == "propose-explained")
    assert "“好”→“较好”" in shown.markdown
    (branch,) = proposal_table(desk, sheet).explained
    assert branch.text == "州水务局(领导班子):较好"
    assert f"- {branch.text}" in shown.markdown


def test_without_limited_subjects_the_artifact_says_so(sqlite_engine):
    with writing(sqlite_engine) as session:
        desk = desk_at_proposal(session)
        fill_evidence(desk)
        assert explained_text(desk, sheet_of(desk)) == "没有等次被规则改变的对象。\n"


def test_a_trial_pass_explains_nothing(desk):
    """The clock's probe asks every minute; it only wants to know whether something would change."""
    object.__setattr__(desk, "trial", True)
    assert "explained" not in sheet_of(desk).assessment


def test_before_there_is_a_proposal_nothing_can_be_explained(desk):
    with pytest.raises(NoProposal, match="还没有定等建议"):
        explain_subject(desk, "U1")


def test_the_command_prints_the_tree_and_json_and_refuses_what_does_not_exist(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(sqlite_engine) as session:
        desk = desk_at_proposal(session)
        fill_evidence(desk, {"U1": "好", "P11": "差"})
        sheet_of(desk)
    world = House(Settings(data=tmp_path, out=tmp_path / "out"), sqlite_engine, desk.calendar)
    monkeypatch.setattr(wiring, "house", lambda: world)

    def kaohe(*words: str):
        return CliRunner().invoke(cli.app, ["explain", *words], env={"COLUMNS": "200"})

    assert "再高一等“好”所需" in kaohe("bozhou-2010", "U1").stdout
    told = json.loads(kaohe("bozhou-2010", "U1", "--json").stdout)
    assert (told["grade"], told["needed"]["target"]) == ("较好", "好")
    assert [kaohe(*words).exit_code for words in (("bozhou-1999", "U1"), ("bozhou-2010", "X9"))] == [1, 1]
    case = Path(cli.__file__).parent / "config/schemes/bozhou/cases/integrated.yaml"
    assert "BZ-13" in kaohe("bozhou", "B", "--file", str(case)).stdout
