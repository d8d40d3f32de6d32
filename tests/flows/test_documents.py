"""Documents built from the tables: what an official would look for stands in them, with the clause."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.session import writing
from tasks.desk import Desk
from tasks.documents.files import citations, contact, document_path, shown_path, write_document
from tasks.documents.grading import proposal_table
from tasks.evidence.collect_facts import collect_facts
from tasks.grading.draft_proposal import draft_sheet
from tasks.grading.result_uses import archive_extract
from tests.flows.last_stages import circulate, decide_all, desk_at_proposal, fill_evidence, run


@pytest.fixture
def desk(sqlite_engine: Engine) -> Iterator[Desk]:
    with writing(sqlite_engine) as session:
        yield desk_at_proposal(session)


def text(out: Path, desk: Desk, name: str) -> str:
    return (out / desk.cycle.key / f"{name}.html").read_text(encoding="utf-8")


def test_the_proposal_table_shows_ceilings_with_their_clauses_and_the_quota(desk):
    fill_evidence(desk, {"U1": "好", "P11": "差"})
    run(desk, "propose")
    context = proposal_table(desk, draft_sheet(desk, collect_facts(desk.session, desk.cycle, desk.today)))
    team, cadre = context.pools
    assert (team.total, team.limit, team.used) == (3, 1, 0)
    assert (cadre.total, cadre.limit, cadre.used) == (9, 1, 0)
    row = next(row for row in team.rows if row.subject.name == "州水务局")
    assert (row.preliminary, row.proposed, row.ceiling) == ("好", "较好", "较好")
    assert row.ceiling_basis is not None
    assert row.ceiling_basis.rule == "BZ-05"
    path = write_document(desk, context, "定等建议表")
    assert "其所在领导班子不得评定为" in path.read_text(encoding="utf-8")


def test_a_trial_desk_writes_no_document(desk):
    from dataclasses import replace

    fill_evidence(desk)
    trial = replace(desk, trial=True)
    path = write_document(
        trial, proposal_table(desk, draft_sheet(desk, collect_facts(desk.session, desk.cycle, desk.today))), "试算"
    )
    assert not path.exists()


def test_decision_notice_and_circular_tell_the_same_grades(desk, out):
    fill_evidence(desk, {"U1": "好", "P12": "一般"})
    override = {"subject": "P21", "grade": "好", "reason": "防汛工作突出"}
    assert decide_all(desk, overrides=[override], chair="州委书记", present=11).state == "closed"
    circulate(desk, date(2011, 1, 12))
    record = text(out, desk, "决定记录")
    assert "防汛工作突出" in record
    assert "州委书记" in record
    for name in ("公示(第1次)", "通报"):
        assert "评定为“好”等次的（1个）" in text(out, desk, name)
        assert "防汛工作突出" not in text(out, desk, name)
    assert "2011年1月5日至2011年1月11日，共5个工作日" in text(out, desk, "公示(第1次)")
    assert "州纪发〔2011〕3号" in text(out, desk, "通报")


def test_an_archive_extract_lists_the_entries_of_one_person(desk):
    fill_evidence(desk, {"P12": "一般"})
    decide_all(desk)
    later = circulate(desk, date(2011, 1, 12))
    context = archive_extract(later, "P12", "选拔任用")
    assert [(line.kind, line.grade, line.period) for line in context.lines] == [("记入", "一般", "2010年度")]


def test_names_of_files_are_safe_on_every_system(desk, out):
    path = document_path(desk, "a/b:c", 'd*"e')
    assert path == out / "bozhou-2010" / "a_b_c" / "d_e.html"
    assert shown_path(desk, "通报") == "out/bozhou-2010/通报.html"


def test_clauses_come_from_the_pack_and_a_rule_without_one_is_left_out(desk):
    cited = citations(desk, "BZ-17", "BZ-55", "BZ-999")
    assert [item.rule for item in cited] == ["BZ-17", "BZ-55"]
    assert cited[1].clause == "实行季度报告,跟踪掌握了解整改落实情况"


def test_the_contact_of_the_launch_is_split_into_name_and_telephone(desk):
    assert (contact(desk).person, contact(desk).phone) == ("邵明远", "0900-5550131")
