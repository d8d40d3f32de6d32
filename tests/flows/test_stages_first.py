"""The first five stages at their boundaries: what holds them, what lets them close, what gates refuse."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from config.settings import settings
from models.audit import verify_audit
from models.cycle import Gate
from models.duty import Message, Obligation, Submission
from models.evidence import Finding, Investigation
from models.session import reading, writing
from tasks.collect_facts import collect_facts
from tasks.desk import Desk
from tasks.stage import AnswerRefused
from tasks.stages import announce, evaluate, investigate, report_meeting, self_report
from tasks.tallies import HIDDEN, ballot_shares, shown_shares
from tests.support import ask_gate, fill_form, make_cycle, make_desk, open_stage, unmet

TODAY = date(2010, 12, 20)  # a Monday
PUBLISHED = date(2010, 12, 6)  # a Monday
CATEGORIES = (
    "party_delegate",
    "deputy",
    "cppcc_member",
    "discipline_member",
    "special_supervisor",
    "conduct_supervisor",
    "service_recipient",
)


@pytest.fixture
def desk(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(settings(), "out", tmp_path / "out")
    with writing(sqlite_engine) as session:
        yield make_desk(session, make_cycle(session), TODAY)


def group(unit: str, role: str = "party_government_leader") -> dict[str, Any]:
    row = {"group": "第一考核组", "unit": unit, "leader": "韩立群", "leader_role": role}
    return row | {"leader_title": "州委副书记", "dated": "2010-12-01"}


def publish(desk: Desk, *names: str) -> None:
    rows = [{"unit_name": name, "media": "《云川日报》", "published_on": PUBLISHED.isoformat()} for name in names]
    fill_form(desk, "published_list", *rows)


def announce_in_order(desk: Desk) -> None:
    fill_form(desk, "groups", group("U1"), group("U2"))
    publish(desk, "州水务局", "州林业局")


ANSWER = {"hotline": "0900-5550112", "media": "《云川日报》", "published_on": "2010-12-06", "confirmed": True}


class TestAnnounce:
    """BZ-32, BZ-33, BZ-34."""

    def test_a_unit_without_a_group_holds_the_stage(self, desk: Desk) -> None:
        open_stage(desk, announce)
        fill_form(desk, "groups", group("U1"))
        assert announce.stage_facts(desk)["groups_missing"] == 1
        fill_form(desk, "groups", group("U1"), group("U2"))
        assert "BZ-32" not in unmet(desk, announce)

    def test_a_group_led_by_another_holds_the_stage(self, desk: Desk) -> None:
        open_stage(desk, announce)
        fill_form(desk, "groups", group("U1"), group("U2", "other"))
        assert announce.stage_facts(desk)["groups_badly_led"] == 1
        assert "BZ-32" in unmet(desk, announce)

    @pytest.mark.parametrize(
        ("names", "count"),
        [
            (("州水务局", "州林业局"), 0),
            (("州水务局",), 1),
            (("州水务局", "州林业局", "州档案局"), 1),
            (("州水务局", "州档案局"), 2),
        ],
    )
    def test_the_published_list_is_compared_both_ways(self, desk: Desk, names: tuple[str, ...], count: int) -> None:
        open_stage(desk, announce)
        publish(desk, *names)
        assert announce.stage_facts(desk)["list_mismatches"] == count
        assert ("BZ-33" in unmet(desk, announce)) is (count > 0)

    def test_nothing_is_asked_before_groups_and_list_are_in_order(self, desk: Desk) -> None:
        open_stage(desk, announce)
        fill_form(desk, "groups", group("U1"), group("U2"))
        assert announce.ask(desk, announce.stage_facts(desk)) is None
        publish(desk, "州水务局", "州林业局")
        question = announce.ask(desk, announce.stage_facts(desk))
        assert question is not None
        assert {field.name: field.default for field in question.fields} == ANSWER | {"confirmed": None}

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"hotline": " "}, "BZ-34"),
            ({"media": ""}, "媒体"),
            ({"published_on": "2010-12-21"}, "不晚于今天"),
            ({"published_on": "2010-02-30"}, "2010-02-30"),
            ({"confirmed": False}, "勾选"),
        ],
    )
    def test_an_incomplete_confirmation_is_refused(self, desk: Desk, change: dict[str, Any], reason: str) -> None:
        open_stage(desk, announce)
        announce_in_order(desk)
        gate = ask_gate(desk, announce)
        with pytest.raises(AnswerRefused, match=reason):
            announce.take_answer(desk, gate, ANSWER | change)
        assert "BZ-34" in unmet(desk, announce)

    def test_closing_writes_the_announcement_and_notifies_every_unit_once(self, desk: Desk) -> None:
        open_stage(desk, announce)
        announce_in_order(desk)
        announce.take_answer(desk, ask_gate(desk, announce), ANSWER | {"hotline": "0900-5559999"})
        assert unmet(desk, announce) == []
        announce.close_stage(desk)
        announce.close_stage(desk)
        folder = settings().out / "bozhou-2010"
        text = (folder / "考核公告.html").read_text(encoding="utf-8")
        assert all(word in text for word in ("州水务局", "州林业局", "韩立群", "0900-5559999", "云川日报"))
        assert {path.name for path in (folder / "考核通知").iterdir()} == {"州水务局.html", "州林业局.html"}
        sent = desk.session.exec(select(Message).where(Message.kind == "unit_notice")).all()
        assert sorted(row.recipient for row in sent) == ["U1", "U2"]
        assert all("0900-5559999" in row.body for row in sent)
        assert verify_audit(desk.session) == []


def report(subject: str) -> dict[str, Any]:
    return {"subject": subject, "circulated_on": "2010-12-20"}


class TestSelfReport:
    """BZ-35: a team of three owes four reports."""

    def test_one_missing_report_holds_the_stage_and_is_named(self, desk: Desk) -> None:
        open_stage(desk, self_report)
        everyone = [row.code for row in desk.subjects()]
        fill_form(desk, "self_reports", *[report(code) for code in everyone if code != "P13"])
        facts = self_report.stage_facts(desk)
        name = next(row.name for row in desk.subjects() if row.code == "P13")
        assert facts == {"reports_expected": 8, "reports_missing": 1}
        assert self_report.reports(desk, facts)[0].table == ({"单位": "州水务局", "事项": "述廉报告", "缺少": name},)
        assert unmet(desk, self_report) == ["BZ-35"]
        fill_form(desk, "self_reports", report("P13"))
        assert unmet(desk, self_report) == []

    def test_every_subject_owes_a_report_before_the_stage_ends(self, desk: Desk) -> None:
        open_stage(desk, self_report)
        owed = desk.session.exec(select(Obligation)).all()
        due = desk.stage("self_report").due_on
        assert {row.owner for row in owed} == {row.code for row in desk.subjects()}
        assert due is not None
        assert {desk.calendar.between(row.due_on, due) for row in owed} == {3}

    def test_a_registered_report_is_submitted_and_accepted_once(self, desk: Desk) -> None:
        open_stage(desk, self_report)
        fill_form(desk, "self_reports", report("U1"))
        self_report.settle(desk)
        self_report.settle(desk)
        owed = desk.session.exec(select(Obligation).where(Obligation.owner == "U1")).one()
        handed_in = desk.session.exec(select(Submission)).one()
        assert (owed.state, handed_in.state, handed_in.attempt) == ("accepted", "accepted", 1)

    def test_a_report_that_came_early_is_taken_when_the_stage_opens(self, desk: Desk) -> None:
        fill_form(desk, "self_reports", *[report(row.code) for row in desk.subjects()])
        open_stage(desk, self_report)
        assert unmet(desk, self_report) == []

    def test_each_unit_is_told_once(self, desk: Desk) -> None:
        open_stage(desk, self_report)
        self_report.open_stage(desk)
        sent = desk.session.exec(select(Message)).all()
        assert sorted(row.recipient for row in sent) == ["U1", "U2"]
        assert "班子成员3份" in sent[0].body


def invite(unit: str, category: str, invited: int = 10, frontline: int = 6, returned: int = 5) -> dict[str, Any]:
    row = {"unit": unit, "category": category, "invited": invited, "frontline": frontline}
    return row | {"attended": returned, "survey_returned": returned, "dated": "2010-12-20"}


def invite_all(desk: Desk, **changes: dict[str, Any]) -> None:
    fill_form(desk, "invitees", *[invite(u, c) | changes.get(c, {}) for u in ("U1", "U2") for c in CATEGORIES])


def hold_meetings(desk: Desk, day: str = "2010-12-20") -> None:
    fill_form(desk, "meetings", *[{"unit": u, "held_on": day, "attendees": 70} for u in ("U1", "U2")])


def speak(desk: Desk, *subjects: str) -> None:
    rows = [{"unit": f"U{s[1]}", "subject": s, "speaker": "发言人", "spoken_on": "2010-12-20"} for s in subjects]
    fill_form(desk, "speeches", *rows)


class TestReportMeeting:
    """BZ-33 lead time, BZ-36, BZ-38, BZ-39."""

    def test_a_complete_round_of_meetings_closes_the_stage(self, desk: Desk) -> None:
        publish(desk, "州水务局", "州林业局")
        open_stage(desk, report_meeting)
        hold_meetings(desk)
        invite_all(desk)
        speak(desk, "U1", "P11", "U2", "P21")
        assert unmet(desk, report_meeting) == []

    def test_a_meeting_without_the_principals_speech_is_not_complete(self, desk: Desk) -> None:
        open_stage(desk, report_meeting)
        hold_meetings(desk)
        speak(desk, "U1", "U2", "P21")
        assert report_meeting.stage_facts(desk)["speeches_missing"] == 1
        speak(desk, "P11")
        assert report_meeting.stage_facts(desk)["speeches_missing"] == 0

    def test_a_unit_without_a_meeting_holds_the_stage(self, desk: Desk) -> None:
        open_stage(desk, report_meeting)
        fill_form(desk, "meetings", {"unit": "U1", "held_on": "2010-12-20", "attendees": 70})
        assert report_meeting.stage_facts(desk)["meetings_missing"] == 1
        assert "BZ-36" in unmet(desk, report_meeting)

    @pytest.mark.parametrize(("day", "early"), [("2010-12-10", 2), ("2010-12-13", 0), ("2010-12-03", 2)])
    def test_five_working_days_lie_between_publication_and_meeting(self, desk: Desk, day: str, early: int) -> None:
        publish(desk, "州水务局", "州林业局")
        open_stage(desk, report_meeting)
        hold_meetings(desk, day)
        assert report_meeting.stage_facts(desk)["meetings_too_early"] == early

    def test_an_absent_category_is_named(self, desk: Desk) -> None:
        open_stage(desk, report_meeting)
        invite_all(desk, conduct_supervisor={"invited": 0, "frontline": 0, "attended": 0, "survey_returned": 0})
        assert report_meeting.category_gaps(desk) == {"U1": ["行风监督员"], "U2": ["行风监督员"]}
        invite_all(desk)
        assert report_meeting.category_gaps(desk) == {}

    @pytest.mark.parametrize(("frontline", "invited", "short"), [(25, 50, 0), (24, 49, 1), (0, 0, 1), (12, 25, 1)])
    def test_half_of_the_invitees_are_from_the_front_line(
        self, desk: Desk, frontline: int, invited: int, short: int
    ) -> None:
        open_stage(desk, report_meeting)
        rows = (invite("U1", "deputy", invited, frontline, 0), invite("U2", "deputy", 2, 1, 0))
        fill_form(desk, "invitees", *rows)
        assert report_meeting.stage_facts(desk)["frontline_short"] == short

    def test_units_without_an_invitation_list_are_short(self, desk: Desk) -> None:
        open_stage(desk, report_meeting)
        assert report_meeting.stage_facts(desk)["frontline_short"] == 2
        assert "BZ-39" in unmet(desk, report_meeting)


def ballots(subject: str, good: int, fairly: int, fair: int, poor: int) -> dict[str, Any]:
    counts = {"ballots_good": good, "ballots_fairly_good": fairly, "ballots_fair": fair, "ballots_poor": poor}
    return counts | {"subject": subject, "ballots_valid": sum(counts.values()), "counted_on": "2010-12-20"}


def survey(subject: str, dissatisfied: int, valid: int) -> dict[str, Any]:
    row = {"subject": subject, "survey_valid": valid, "survey_satisfied": valid - dissatisfied}
    row |= {"survey_basically_satisfied": 0, "survey_dissatisfied": dissatisfied, "survey_unknown": 0}
    return row | {"counted_on": "2010-12-20"}


def talks(desk: Desk, unit: str, members: int, others: int) -> None:
    rows = [{"kind": "member", "member": f"P{unit[1]}{n}"} for n in range(1, members + 1)]
    rows += [{"kind": "other"}] * others
    common = {"unit": unit, "talked_on": "2010-12-20"}
    fill_form(desk, "interviews", *[common | row | {"number": n} for n, row in enumerate(rows, start=1)])


class TestEvaluate:
    """BZ-12, BZ-37."""

    def test_everything_counted_and_talked_over_closes_the_stage(self, desk: Desk) -> None:
        open_stage(desk, evaluate)
        fill_form(desk, "ballots", *[ballots(row.code, 50, 20, 6, 4) for row in desk.subjects()])
        fill_form(desk, "survey", *[survey(row.code, 0, 40) for row in desk.subjects()])
        invite_all(desk)
        talks(desk, "U1", 3, 10)
        talks(desk, "U2", 3, 10)
        assert unmet(desk, evaluate) == []

    def test_each_subject_has_its_own_ballots_and_survey(self, desk: Desk) -> None:
        open_stage(desk, evaluate)
        others = [row.code for row in desk.subjects() if row.code != "P12"]
        fill_form(desk, "ballots", *[ballots(code, 50, 20, 6, 4) for code in others])
        fill_form(desk, "survey", *[survey(code, 0, 40) for code in others])
        facts = evaluate.stage_facts(desk)
        assert (facts["ballots_missing"], facts["survey_missing"]) == (1, 1)

    @pytest.mark.parametrize(
        ("members", "others", "missing"), [(3, 10, 0), (3, 9, 1), (2, 10, 1), (3, 12, 0), (0, 0, 13)]
    )
    def test_every_member_and_ten_others_are_interviewed(
        self, desk: Desk, members: int, others: int, missing: int
    ) -> None:
        open_stage(desk, evaluate)
        talks(desk, "U2", 3, 10)
        talks(desk, "U1", members, others)
        assert evaluate.stage_facts(desk)["interviews_missing"] == missing

    def test_returned_forms_from_all_but_service_recipients_leave_a_gap(self, desk: Desk) -> None:
        open_stage(desk, evaluate)
        invite_all(desk, service_recipient={"attended": 5, "survey_returned": 0})
        assert evaluate.coverage_gaps(desk) == {"U1": ["服务对象"], "U2": ["服务对象"]}
        assert "BZ-12" in unmet(desk, evaluate)

    def test_conduct_supervisors_need_not_return_a_form(self, desk: Desk) -> None:
        open_stage(desk, evaluate)
        invite_all(desk, conduct_supervisor={"attended": 5, "survey_returned": 0})
        assert evaluate.coverage_gaps(desk) == {}

    def test_shares_of_eighty_ballots(self) -> None:
        assert [str(share) for share in ballot_shares(ballots("U1", 50, 20, 6, 4))] == ["62.5", "25.0", "7.5", "5.0"]

    def test_reports_never_show_few_ballots_nor_let_them_be_computed(self, desk: Desk) -> None:
        open_stage(desk, evaluate)
        fill_form(desk, "ballots", ballots("U1", 50, 20, 6, 4), ballots("U2", 50, 20, 5, 5))
        table = evaluate.reports(desk, evaluate.stage_facts(desk))[-1].table
        assert table[0] == {"单位": "州水务局", "好": "62.5", "较好": "25.0", "一般": HIDDEN, "差": HIDDEN}
        assert table[1] == {"单位": "州林业局", "好": "62.5", "较好": "25.0", "一般": "6.3", "差": "6.3"}
        assert shown_shares(ballots("U1", 0, 0, 0, 0)) == ("0.0",) * 4


def listed(desk: Desk) -> dict[str, Investigation]:
    return {row.subject: row for row in desk.session.exec(select(Investigation))}


def result(subject: str, outcome: str) -> dict[str, Any]:
    return {"subject": subject, "result": outcome, "concluded_on": "2010-12-20", "summary": "见报告"}


def complain(desk: Desk, *about: str) -> None:
    calls = enumerate(about, start=1)
    rows = [{"number": str(n), "about": code, "content": "反映", "received_on": "2010-12-10"} for n, code in calls]
    fill_form(desk, "complaints", *rows)


class TestInvestigate:
    """BZ-13, BZ-40."""

    @pytest.mark.parametrize(("dissatisfied", "valid", "triggered"), [(34, 100, 1), (33, 99, 0), (33, 100, 0)])
    def test_more_than_a_third_dissatisfied_is_proposed_as_mandatory(
        self, desk: Desk, dissatisfied: int, valid: int, triggered: int
    ) -> None:
        fill_form(desk, "survey", survey("P12", dissatisfied, valid))
        open_stage(desk, investigate)
        assert investigate.stage_facts(desk)["triggered"] == triggered
        assert [row.mandatory for row in listed(desk).values()] == [True] * triggered

    @pytest.mark.parametrize(("tally", "triggered"), [((40, 20, 20, 11), 1), ((30, 30, 20, 10), 0)])
    def test_more_than_a_third_of_poor_ballots_is_proposed(
        self, desk: Desk, tally: tuple[int, int, int, int], triggered: int
    ) -> None:
        fill_form(desk, "ballots", ballots("U1", *tally))
        open_stage(desk, investigate)
        assert investigate.stage_facts(desk)["triggered"] == triggered
        assert [row.mandatory for row in listed(desk).values()] == [False] * triggered

    @pytest.mark.parametrize(("calls", "triggered"), [(3, 1), (2, 0)])
    def test_three_complaints_are_proposed(self, desk: Desk, calls: int, triggered: int) -> None:
        complain(desk, *["U1"] * calls)
        open_stage(desk, investigate)
        assert investigate.stage_facts(desk)["triggered"] == triggered

    def test_nothing_triggered_closes_at_once(self, desk: Desk) -> None:
        open_stage(desk, investigate)
        facts = investigate.stage_facts(desk)
        assert unmet(desk, investigate) == []
        assert investigate.ask(desk, facts) is None
        assert "未触发" in investigate.reports(desk, facts)[0].markdown

    def test_a_confirmed_list_is_ordered_with_deadline_and_told_to_the_commission(self, desk: Desk) -> None:
        fill_form(desk, "survey", survey("P12", 34, 100))
        open_stage(desk, investigate)
        gate = ask_gate(desk, investigate)
        investigate.take_answer(desk, gate, {"dropped": [], "added": [{"subject": "U2", "reason": "巡察移交"}]})
        rows = listed(desk)
        assert {row.state for row in rows.values()} == {"open"}
        assert rows["P12"].due_on == desk.calendar.add(TODAY, 20)
        assert rows["U2"].rules == []
        assert unmet(desk, investigate) == ["BZ-13"]
        sent = desk.session.exec(select(Message).where(Message.kind == "investigation")).all()
        assert [row.recipient for row in sent] == ["discipline_standing_committee"] * 2
        assert all("不满意" not in row.body for row in sent)

    def test_a_mandatory_investigation_may_not_be_dropped(self, desk: Desk) -> None:
        fill_form(desk, "survey", survey("P12", 34, 100))
        open_stage(desk, investigate)
        with pytest.raises(AnswerRefused, match="BZ-13"):
            investigate.take_answer(
                desk, ask_gate(desk, investigate), {"dropped": [{"subject": "P12", "reason": "轻微"}]}
            )
        assert listed(desk)["P12"].state == "proposed"

    def test_another_may_be_dropped_with_a_reason_only(self, desk: Desk) -> None:
        fill_form(desk, "ballots", ballots("U1", 40, 20, 20, 11))
        open_stage(desk, investigate)
        gate = ask_gate(desk, investigate)
        with pytest.raises(AnswerRefused, match="理由"):
            investigate.take_answer(desk, gate, {"dropped": [{"subject": "U1", "reason": " "}]})
        investigate.take_answer(desk, gate, {"dropped": [{"subject": "U1", "reason": "上年已查"}]})
        assert listed(desk)["U1"].state == "dropped"
        assert unmet(desk, investigate) == []

    @pytest.mark.parametrize("row", [{"subject": "U1", "reason": "x"}, {"subject": "P99", "reason": "x"}])
    def test_only_subjects_off_the_list_may_be_added(self, desk: Desk, row: dict[str, str]) -> None:
        fill_form(desk, "ballots", ballots("U1", 40, 20, 20, 11))
        open_stage(desk, investigate)
        with pytest.raises(AnswerRefused, match="不能增加"):
            investigate.take_answer(desk, ask_gate(desk, investigate), {"added": [row]})

    @pytest.mark.parametrize("outcome", ["substantiated", "unsubstantiated"])
    def test_a_result_concludes_and_becomes_a_fact(self, desk: Desk, outcome: str) -> None:
        fill_form(desk, "survey", survey("P12", 34, 100))
        open_stage(desk, investigate)
        investigate.take_answer(desk, ask_gate(desk, investigate), {})
        fill_form(desk, "investigation_results", result("P12", outcome))
        finding = {"number": 1, "text": "报销不实", "substantiated": True, "dated": "2010-12-20"}
        fill_form(desk, "findings", finding | {"subject": "P12"})
        assert unmet(desk, investigate) == []
        facts = collect_facts(desk.session, desk.cycle, TODAY).facts
        assert ("P12", "investigation", outcome) in facts.select("subject", "name", "value").rows()
        assert desk.session.exec(select(Finding)).one().text == "报销不实"
        assert desk.session.exec(select(Obligation)).one().state == "accepted"

    def test_a_corrected_complaint_takes_a_draft_off_the_list_and_its_question_away(self, desk: Desk) -> None:
        open_stage(desk, investigate)
        complain(desk, "U1", "U1", "U1")
        gate = ask_gate(desk, investigate)
        complain(desk, "U1", "U1", "U2")
        assert unmet(desk, investigate) == []
        assert gate.state == "dropped"
        assert listed(desk) == {}

    def test_an_answer_to_an_older_list_is_refused(self, desk: Desk) -> None:
        fill_form(desk, "survey", survey("P12", 34, 100))
        open_stage(desk, investigate)
        gate = ask_gate(desk, investigate)
        desk.move(gate, "answer", answer={})
        complain(desk, "P13", "P13", "P13")
        investigate.settle(desk)
        with pytest.raises(AnswerRefused, match="名单已重新生成"):
            investigate.take_answer(desk, gate, {})

    def test_a_late_complaint_adds_to_a_confirmed_list(self, desk: Desk) -> None:
        fill_form(desk, "survey", survey("P12", 34, 100))
        open_stage(desk, investigate)
        investigate.take_answer(desk, ask_gate(desk, investigate), {})
        complain(desk, "U2", "U2", "U2")
        assert unmet(desk, investigate) == ["BZ-40", "BZ-13"]
        investigate.take_answer(desk, ask_gate(desk, investigate), {})
        assert {code: row.state for code, row in listed(desk).items()} == {"P12": "open", "U2": "open"}

    def test_a_dropped_subject_comes_back_when_the_survey_demands_it(self, desk: Desk) -> None:
        fill_form(desk, "ballots", ballots("U1", 40, 20, 20, 11))
        open_stage(desk, investigate)
        gate = ask_gate(desk, investigate)
        investigate.take_answer(desk, gate, {"dropped": [{"subject": "U1", "reason": "上年已查"}]})
        desk.move(desk.stage("evaluate"), "reopen", reason="重新计票")
        fill_form(desk, "survey", survey("U1", 34, 100))
        assert unmet(desk, investigate) == ["BZ-40"]
        assert (listed(desk)["U1"].state, listed(desk)["U1"].mandatory) == ("proposed", True)


def test_the_five_stages_follow_each_other_on_both_databases(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sheet handed in, every gate answered: each stage closes, and the audit chain holds."""
    monkeypatch.setattr(settings(), "out", tmp_path / "out")
    with writing(engine) as session:
        desk = make_desk(session, make_cycle(session), TODAY)
        everyone = [row.code for row in desk.subjects()]
        open_stage(desk, announce)
        announce_in_order(desk)
        announce.take_answer(desk, ask_gate(desk, announce), ANSWER)
        fill_form(desk, "self_reports", *map(report, everyone))
        hold_meetings(desk)
        invite_all(desk)
        speak(desk, "U1", "P11", "U2", "P21")
        fill_form(desk, "ballots", *[ballots(code, 50, 20, 6, 4) for code in everyone])
        fill_form(desk, "survey", *[survey(code, 34 if code == "U1" else 33, 100) for code in everyone])
        talks(desk, "U1", 3, 10)
        talks(desk, "U2", 3, 10)
        assert unmet(desk, announce) == []
        announce.close_stage(desk)
        for stage in (self_report, report_meeting, evaluate):
            open_stage(desk, stage)
            assert unmet(desk, stage) == []
            stage.close_stage(desk)
        open_stage(desk, investigate)
        desk.session.exec(select(Gate)).one().state = "accepted"
        investigate.take_answer(desk, ask_gate(desk, investigate), {})
        fill_form(desk, "investigation_results", result("U1", "substantiated"))
        assert unmet(desk, investigate) == []
        investigate.close_stage(desk)
    with reading(engine) as session:
        assert verify_audit(session) == []
        assert session.exec(select(Investigation.result)).one() == "substantiated"
