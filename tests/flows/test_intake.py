"""Sheets of a cycle in, on both databases: history kept, every fault at once, nothing half-written."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from config.scheme_loader import load_scheme
from models.audit import Audit, verify_audit
from models.cycle import StageState
from models.evidence import Entry, Event, Fact, Subject
from models.followup import PastGrade
from models.roster import Person
from models.session import reading, writing
from models.transitions import move
from tasks.intake.entries import IntakeClosed, forms_of, import_entries, read_workbook
from tasks.intake.scope import UnknownScope, find_scope
from tasks.intake.template import template_sheets
from tasks.sheets.faults import SheetFaults
from tasks.sheets.files import Reading
from tasks.sheets.spec import sheet_of
from tasks.sheets.table import typed_rows
from tasks.sheets.writing import write_workbook
from tests.support import OPENED, make_cycle, make_roster, moment

SCOPE = "bozhou-2010"
TALLY = {
    "subject": "U1", "ballots_valid": 80, "ballots_good": 50, "ballots_fairly_good": 20, "ballots_fair": 6,
    "ballots_poor": 4, "counted_on": "2010-12-20",
}  # fmt: skip
SURVEY = {
    "subject": "U1", "survey_valid": 100, "survey_satisfied": 40, "survey_basically_satisfied": 20,
    "survey_dissatisfied": 34, "survey_unknown": 6, "counted_on": "2010-12-20",
}  # fmt: skip
MIDYEAR = {
    "unit": "U1", "leader": "常委乙", "leader_role": "州纪委常委", "responsibility_result": "落实",
    "key_tasks_result": "完成", "checked_on": "2010-07-10",
}  # fmt: skip
EVENT = {
    "number": "S-1", "kind": "处分", "about": "P11", "subtype": "党纪处分", "document": "州纪〔2010〕3号",
    "occurred_on": "2010-06-01",
}  # fmt: skip
PAST = {"year": 2009, "subject": "U1", "grade": "差", "led_by": "P11", "dated": "2010-01-20"}
GRADE = {"subject": "P11", "group": "第一考核组", "grade": "较好", "nonvote_evidence": 0, "dated": "2010-12-25"}


@pytest.fixture(scope="module")
def pack():
    """Bozhou's pack."""
    return load_scheme("bozhou")


@pytest.fixture
def roster(engine):
    """A database with two units of three leaders, before a cycle is opened."""
    with writing(engine) as session:
        make_roster(session)
    return engine


@pytest.fixture
def opened(engine):
    """A database with an open cycle on two units."""
    with writing(engine) as session:
        make_cycle(session)
    return engine


def rows_of(pack, **forms) -> Reading:
    """Rows as if they stood in the sheets of these forms."""
    reading = Reading()
    for form_id, records in forms.items():
        table = typed_rows(sheet_of(forms_of(pack)[form_id]), records, "资料.xlsx")
        reading += Reading(table.rows, table.unfilled, table.faults)
    return reading


def bring(engine, pack, *, apply: bool = True, read: Reading | None = None, **forms):
    """Import rows into the scope as the command does; return what each form got."""
    read = read or rows_of(pack, **forms)
    with (writing if apply else reading)(engine) as session:
        cycle = find_scope(session, SCOPE).cycle
        result = import_entries(
            session, scope=SCOPE, cycle=cycle, pack=pack, rows=read.rows, source="资料.xlsx", today=OPENED,
            now=moment(OPENED), by="管理员甲", faults=read.faults, apply=apply,
        )  # fmt: skip
    return {form_id: (each.added, each.replaced, each.unchanged) for form_id, each in result.forms.items()}


def refusal(engine, pack, **forms) -> str:
    """What an import is refused with; nothing of it is stored."""
    with pytest.raises(SheetFaults) as refused:
        bring(engine, pack, **forms)
    assert stored(engine, Entry) == stored(engine, Fact) == stored(engine, Event) == stored(engine, PastGrade) == []
    return str(refused.value)


def stored(engine, table, **where):
    """The rows of a table in order of entry."""
    with reading(engine) as session:
        query = select(table).order_by(col(table.id))
        found = session.exec(query.filter_by(**where)).all()
        session.expunge_all()
        return list(found)


def test_a_dry_run_counts_and_writes_nothing(roster, pack):
    """Without apply the same is told and the tables stay empty."""
    assert bring(roster, pack, apply=False, ballots=[TALLY]) == {"ballots": (1, 0, 0)}
    assert stored(roster, Entry) == []


def test_a_row_becomes_an_entry_and_typed_facts(roster, pack):
    """The entry holds typed values, the facts name source, date and entry; one link in a sound chain."""
    assert bring(roster, pack, ballots=[TALLY]) == {"ballots": (1, 0, 0)}
    (entry,) = stored(roster, Entry)
    assert (entry.scope, entry.key, entry.subject, entry.dated) == (SCOPE, "U1", "U1", date(2010, 12, 20))
    assert entry.values == TALLY
    facts = stored(roster, Fact)
    assert {fact.name: fact.value for fact in facts}["ballots_fairly_good"] == "20"
    assert {(fact.entry_id, fact.source) for fact in facts} == {(entry.id, "资料.xlsx 民主测评票数登记表 第 2 行")}
    with reading(roster) as session:
        assert [link.object for link in session.exec(select(Audit))] == [f"intake/{SCOPE}"]
        assert verify_audit(session) == []


def test_importing_the_same_again_changes_nothing(roster, pack):
    """No new version, no new link."""
    bring(roster, pack, ballots=[TALLY])
    assert bring(roster, pack, ballots=[TALLY]) == {"ballots": (0, 0, 1)}
    assert len(stored(roster, Entry)) == 1
    with reading(roster) as session:
        assert len(session.exec(select(Audit)).all()) == 1


def test_a_corrected_row_replaces_the_facts_and_keeps_the_history(roster, pack):
    """The old entry and its facts stay, replaced; the new ones are current."""
    bring(roster, pack, ballots=[TALLY, TALLY | {"subject": "U2"}])
    corrected = TALLY | {"ballots_good": 49, "ballots_poor": 5}
    assert bring(roster, pack, ballots=[corrected, TALLY | {"subject": "U2"}]) == {"ballots": (0, 1, 1)}
    assert [(e.subject, e.version, e.state) for e in stored(roster, Entry)] == [
        ("U1", 1, "replaced"),
        ("U2", 1, "current"),
        ("U1", 2, "current"),
    ]
    poor = stored(roster, Fact, subject="U1", name="ballots_poor")
    assert [(fact.value, fact.state) for fact in poor] == [("4", "replaced"), ("5", "current")]


def test_an_optional_fact_that_is_taken_back_is_no_longer_current(roster, pack):
    """A rank that a correction leaves out is gone, not kept from before."""
    bring(roster, pack, preliminary=[GRADE | {"rank": 2}])
    bring(roster, pack, preliminary=[GRADE])
    (rank,) = stored(roster, Fact, name="preliminary_rank")
    assert (rank.value, rank.state) == ("2", "replaced")


def test_defaults_and_booleans_become_facts(roster, pack):
    """An empty 是否已检查 counts as yes, stored as true (BZ-31)."""
    bring(roster, pack, midyear=[MIDYEAR], special_matters=[
        {"subject": "U1", "manual_veto": "是", "reason": "研究认定", "dated": "2010-12-20"}])  # fmt: skip
    assert {fact.name: fact.value for fact in stored(roster, Fact)} == {
        "midyear_checked": "true",
        "manual_veto": "true",
        "serious_effect": "false",
    }


def test_names_are_resolved_to_codes(opened, pack):
    """A unique name is as good as a code; the entry holds the code."""
    name = stored(opened, Subject, code="P11")[0].name
    bring(opened, pack, ballots=[TALLY | {"subject": "州水务局"}, TALLY | {"subject": name}])
    assert [entry.subject for entry in stored(opened, Entry)] == ["U1", "P11"]


def test_a_name_that_two_bear_asks_for_the_code(roster, pack):
    """The message lists the codes."""
    with writing(roster) as session:
        session.add_all([Person(id="X1", name="同名"), Person(id="X2", name="同名")])
    assert "有 2 个同名;允许:X1、X2" in refusal(roster, pack, ballots=[TALLY | {"subject": "同名"}])


@pytest.mark.parametrize(
    ("form", "row", "told"),
    [
        ("ballots", TALLY | {"ballots_poor": 5}, "四项之和须等于有效票数"),
        ("survey", SURVEY | {"survey_unknown": 5}, "四项之和须等于有效票数"),
        ("ballots", TALLY | {"subject": "U9"}, "第 2 行 A 列(考核对象):发现不认识的考核对象“U9”"),
        ("ballots", TALLY | {"ballots_valid": "-80"}, "“-80”"),
        ("ballots", TALLY | {"ballots_good": "62.5%"}, "不填百分比"),
        ("ballots", TALLY | {"counted_on": "2010-02-30"}, "“2010-02-30”"),
        ("ballots", TALLY | {"counted_on": "2012-12-20"}, "核对年份"),
        ("meetings", {"unit": "水务局", "held_on": "2010-12-10", "attendees": 9}, "不认识的单位“水务局”"),
        ("midyear", MIDYEAR | {"leader_role": "其他"}, "BZ-30"),
        ("midyear", MIDYEAR | {"leader_role": "常委"}, "州纪委常委、其他"),
        ("preliminary", GRADE | {"grade": "优秀"}, "允许:好、较好、一般、差"),
        ("preliminary", GRADE | {"nonvote_evidence": 2}, "须写明是哪些"),
        ("annual_results", {"subject": "U1", "annual_grade": "优秀", "dated": "2010-12-25"}, "好、较好、一般、差"),
        ("annual_results", {"subject": "P11", "annual_grade": "好", "dated": "2010-12-25"}, "优秀、称职"),
        ("events", EVENT | {"revoked": "是"}, "须写明撤销理由"),
        ("past_grades", PAST | {"year": 2010}, "2010 年以前"),
        ("past_grades", PAST | {"led_by": "P11、P99"}, "不认识的人员“P99”"),
        (
            "speeches",
            {"unit": "U2", "subject": "P11", "speaker": "甲", "spoken_on": "2010-12-10"},
            "不在单位“U2”",
        ),
        (
            "interviews",
            {"unit": "U1", "number": 1, "kind": "班子成员", "talked_on": "2010-12-20"},
            "须填班子成员是谁",
        ),
        (
            "external_results",
            {"unit": "U1", "item": "党建", "status": "有结果", "dated": "2010-12-20"},
            "须填结果",
        ),
    ],
)
def test_each_fault_is_refused_by_place_with_what_is_allowed(sqlite_engine, pack, form, row, told):
    """Where, what was found, what is allowed, what to do; nothing is written."""
    with writing(sqlite_engine) as session:
        make_roster(session)
    found = refusal(sqlite_engine, pack, **{form: [row]})
    assert told in found
    assert "第 2 行" in found
    assert ";请" in found


def test_a_tally_that_adds_up_is_taken(roster, pack):
    """The other side of the boundary: 34 of 100 dissatisfied, all hundred counted."""
    assert bring(roster, pack, survey=[SURVEY]) == {"survey": (1, 0, 0)}


def test_a_key_twice_in_one_import_names_the_first_row(roster, pack):
    """Two tallies for one subject: which is right is not ours to guess."""
    assert "与 资料.xlsx 第 2 行重复" in refusal(roster, pack, ballots=[TALLY, TALLY | {"ballots_good": 50}])


def test_all_faults_of_all_sheets_come_at_once_and_nothing_is_written(roster, pack):
    """One good row among the bad ones is not stored either."""
    found = refusal(
        roster,
        pack,
        ballots=[TALLY, TALLY | {"subject": "U9", "counted_on": "?"}, TALLY | {"subject": "U2", "ballots_good": 51}],
        past_grades=[PAST | {"grade": "优"}],
    )
    assert found.count("\n") + 1 == 4


def test_a_sheet_after_its_stage_was_closed_is_refused(opened, pack):
    """The open stage still takes its sheets, the closed one does not, forms of any time always."""
    with writing(opened) as session:
        stage = session.exec(select(StageState).where(StageState.stage == "evaluate")).one()
        for verb, changes in (("open", {"opened_on": OPENED}), ("close", {"closed_on": OPENED})):
            move(session, stage, verb, by="系统", at=moment(OPENED), **changes)
    with pytest.raises(IntakeClosed, match="已于 2010-12-01 结束"):
        bring(opened, pack, ballots=[TALLY])
    assert stored(opened, Fact) == []
    assert bring(opened, pack, preliminary=[GRADE], events=[EVENT]) == {"preliminary": (1, 0, 0), "events": (1, 0, 0)}


@pytest.mark.parametrize(("verb", "word", "form"), [("close", "办结", "preliminary"), ("withdraw", "撤销", "events")])
def test_a_finished_cycle_takes_nothing(opened, pack, verb, word, form):
    """Neither a closed nor a withdrawn one; but a closed one's ledger goes on, as events may be revoked."""
    with writing(opened) as session:
        move(session, find_scope(session, SCOPE).cycle, verb, by="管理员甲", at=moment(OPENED))
    with pytest.raises(IntakeClosed, match=f"已{word}"):
        bring(opened, pack, **{form: [GRADE if form == "preliminary" else EVENT]})
    if verb == "close":
        assert bring(opened, pack, events=[EVENT]) == {"events": (1, 0, 0)}


def test_a_withdrawn_subject_is_refused_with_the_reason(opened, pack):
    """The row must go, and the message says why."""
    with writing(opened) as session:
        subject = session.exec(select(Subject).where(Subject.code == "P12")).one()
        move(session, subject, "withdraw", by="管理员甲", at=moment(OPENED), reason="调离")
        subject.reason = "调离"
    assert "已退出(调离)" in refusal(opened, pack, ballots=[TALLY | {"subject": "P12"}])


def test_events_enter_the_ledger_and_a_revocation_keeps_the_row(roster, pack):
    """Revoked with its reason, never deleted."""
    bring(roster, pack, events=[EVENT])
    assert bring(roster, pack, events=[EVENT | {"revoked": "是", "revoked_reason": "申诉成立"}]) == {
        "events": (0, 1, 0)
    }
    (kept,) = stored(roster, Event)
    assert (kept.kind, kept.person_id, kept.unit_id) == ("sanction", "P11", None)
    assert (kept.state, kept.revoked_reason) == ("revoked", "申诉成立")


def test_a_corrected_event_stands_beside_the_one_it_replaces(roster, pack):
    """Only the corrected one is valid, so that nothing counts twice."""
    bring(roster, pack, events=[EVENT])
    bring(roster, pack, events=[EVENT | {"occurred_on": "2010-06-02"}])
    assert [(row.occurred_on.day, row.state) for row in stored(roster, Event)] == [(1, "revoked"), (2, "valid")]


def test_an_event_revoked_by_mistake_can_come_back(roster, pack):
    """A second correction adds a valid row again."""
    for revoked in ({}, {"revoked": "是", "revoked_reason": "误"}, {}):
        bring(roster, pack, events=[EVENT | revoked])
    assert [row.state for row in stored(roster, Event)] == ["revoked", "valid"]


def test_complaints_may_concern_anyone_of_the_roster(opened, pack):
    """Also someone who is no subject of the cycle."""
    with writing(opened) as session:
        session.add(Person(id="X1", name="某干部"))
    call = {"number": "1", "content": "反映作风问题", "received_on": "2010-12-05"}
    bring(opened, pack, complaints=[call | {"about": "X1"}, call | {"number": "2", "about": "U1"}])
    assert [(e.kind, e.person_id, e.unit_id) for e in stored(opened, Event)] == [
        ("complaint", "X1", None),
        ("complaint", None, "U1"),
    ]


def test_past_grades_are_kept_with_their_leaders_and_corrected(roster, pack):
    """Names of the leaders become codes; a correction changes the one row, its entry keeps the former words."""
    bring(roster, pack, past_grades=[PAST, PAST | {"subject": "P11", "led_by": ""}])
    bring(roster, pack, past_grades=[PAST | {"grade": "一般"}])
    assert [(row.subject, row.grade, row.led_by) for row in stored(roster, PastGrade)] == [
        ("U1", "一般", ["P11"]),
        ("P11", "差", None),
    ]
    assert [entry.state for entry in stored(roster, Entry)] == ["replaced", "current", "current"]


def test_data_may_come_before_the_cycle_is_opened(engine, pack):
    """The key of a scheme and year is enough for mid-year records (BZ-30); a key of neither is refused."""
    with writing(engine) as session:
        make_roster(session)
        with pytest.raises(UnknownScope, match="bozhou-年份"):
            find_scope(session, "nirgends-2010")
    assert bring(engine, pack, midyear=[MIDYEAR]) == {"midyear": (1, 0, 0)}


def test_a_template_brings_the_subjects_and_takes_nothing_back_unfilled(opened, pack, tmp_path):
    """All forms in one workbook, codes and names filled in; handed back as it is, nothing happens."""
    forms = forms_of(pack)
    with reading(opened) as session:
        cycle = find_scope(session, SCOPE).cycle
        sheets = template_sheets(session, cycle=cycle, pack=pack, forms=list(forms.values()))
    rows = {sheet.spec.id: len(sheet.rows) for sheet in sheets}
    assert (rows["ballots"], rows["invitees"], rows["external_results"], rows["events"]) == (8, 14, 12, 0)
    assert (rows["contact_points"], rows["instruments"]) == (2, 0)  # taken at any time; the first is one a unit
    write_workbook(tmp_path / "资料.xlsx", sheets)
    read = read_workbook(tmp_path / "资料.xlsx", forms)
    assert (read.rows, read.faults, read.unfilled) == ((), (), sum(rows.values()))
    assert bring(opened, pack, read=read) == {}


def test_a_row_whose_name_does_not_fit_its_code_is_refused(opened, pack, tmp_path):
    """Sorting one column alone would give every subject another's votes."""
    forms = forms_of(pack)
    header = [*TALLY, "考核对象名称"]
    cells = [*(str(value) for value in TALLY.values()), "州林业局"]
    (tmp_path / "ballots.csv").write_text(f"{','.join(header)}\n{','.join(cells)}\n", encoding="utf-8")
    read = read_workbook(tmp_path / "ballots.csv", forms)
    with pytest.raises(SheetFaults, match="核对是否错行"):
        bring(opened, pack, read=read)


def test_many_rows_come_in_without_a_query_each(engine, pack):
    """The number of statements does not grow with the rows."""
    with writing(engine) as session:
        session.add_all([Person(id=f"Q{n}", name=f"人{n}") for n in range(2_000)])
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    read = rows_of(pack, ballots=[TALLY | {"subject": f"Q{n}"} for n in range(2_000)])
    assert bring(engine, pack, read=read) == {"ballots": (2_000, 0, 0)}
    assert len(statements) < 40
    assert len(stored(engine, Fact, name="ballots_valid")) == 2_000
