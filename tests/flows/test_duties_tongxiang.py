"""Tongxiang's monthly review and the year's synthesis through the engine."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.grading import FactFrame
from models.outbox import Message
from models.session import reading
from tasks.wiring import House
from tests.duty_house import flaws, obligations, period_of, table, year_world
from tests.flows.tongxiang_house import (
    MAYOR,
    NEW_YEAR,
    SCHEME,
    SCOPE,
    facts,
    grade,
    hand_in,
    in_charge,
    proposals,
    turn,
)


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    return year_world(sqlite_engine, tmp_path, SCHEME, NEW_YEAR)


# TX-08, TX-09, TX-12: the monthly review


def review(world: House, month: str, *rows: dict[str, Any], scope: str = SCOPE) -> Any:
    """Hand in a month's grades and close the month."""
    year, number = int(month[:4]), int(month[5:])
    hand_in(world, "monthly_reviews", date(year, number, 28), *rows, scope=scope)
    following = date(year + number // 12, number % 12 + 1, 6)
    turn(world, "monthly_review", following)
    return period_of(world, month, "monthly_review")


def test_a_rater_who_is_not_in_charge_is_named_and_not_counted(world: House) -> None:
    """TX-08: the register says who is in charge of whom; 较差 is one of the five grades."""
    in_charge(world, (MAYOR, "P11"), (MAYOR, "P12"))
    found = review(world, "2010-01", grade("P11", "2010-01", "较差"), grade("P12", "2010-01", "好", "另一位领导"))
    assert [row[1] for row in table(found, "月度评议结果")] == ["较差"]
    assert [text[:4] for text in flaws(found, "TX-08")] == ["P12:", "P12:"]
    assert "不分管" in flaws(found, "TX-08")[0]
    assert facts(world, "monthly_grade") == {"P11": "较差"}


@pytest.mark.parametrize(("until", "counted"), [("2010-01-31", 0), ("2010-02-01", 1)])
def test_who_was_in_charge_in_the_month_may_grade(world: House, until: str, counted: int) -> None:
    """A rater whose charge ended with January grades no February."""
    in_charge(world, (MAYOR, "P11"), until=until)
    found = review(world, "2010-02", grade("P11", "2010-02", "好"))
    assert (found.outcome["figures"]["graded"], len(flaws(found, "TX-08"))) == (counted, 2 * (1 - counted))


@pytest.mark.parametrize(
    ("given", "counted", "worst"),
    [
        (["好", "较差", "一般"], "一般", "较差"),
        (["好", "较好", "一般", "差"], "一般", "差"),
        (["较好", "一般"], "一般", "一般"),
        (["好", "好"], "好", "好"),
    ],
)
def test_of_several_raters_the_median_counts_and_the_worst_is_shown(
    world: House, given: list[str], counted: str, worst: str
) -> None:
    """TX-08: of two middle grades the worse one counts."""
    raters = [f"市领导{number}" for number in range(len(given))]
    in_charge(world, *((rater, "P11") for rater in raters))
    rows = (grade("P11", "2010-01", each, rater) for each, rater in zip(given, raters, strict=True))
    found = review(world, "2010-01", *rows)
    assert [row[1:4] for row in table(found, "月度评议结果")] == [(counted, worst, len(given))]


def test_low_months_are_counted_over_a_year(world: House) -> None:
    """TX-09: March 一般 and September 差 are two, March alone is one, 较好 is none; the score is the mean."""
    in_charge(world, (MAYOR, "P11"), (MAYOR, "P12"))
    review(world, "2010-03", grade("P11", "2010-03", "一般"), grade("P12", "2010-03", "一般"))
    review(world, "2010-09", grade("P11", "2010-09", "差"), grade("P12", "2010-09", "较好"))
    assert facts(world, "low_months") == {"P11": "2", "P12": "1"}
    assert facts(world, "monthly_score") == {"P11": "40.000000", "P12": "70.000000"}


def test_december_and_january_are_of_two_years(sqlite_engine: Engine, tmp_path: Path) -> None:
    """TX-09: 一般 in December and in the next January counts once in each year."""
    world = year_world(sqlite_engine, tmp_path, SCHEME, date(2010, 12, 1), units=1)
    in_charge(world, (MAYOR, "P11"))
    review(world, "2010-12", grade("P11", "2010-12", "一般"))
    in_charge(world, (MAYOR, "P11"), scope="tongxiang-2011")
    review(world, "2011-01", grade("P11", "2011-01", "一般"), scope="tongxiang-2011")
    assert facts(world, "low_months") == {"P11": "1"}
    assert facts(world, "low_months", "tongxiang-2011") == {"P11": "1"}


def test_a_corrected_grade_changes_its_month_and_the_year(world: House) -> None:
    """A month that was closed is closed anew, and the last one with it, whose facts speak of the year."""
    in_charge(world, (MAYOR, "P11"))
    review(world, "2010-01", grade("P11", "2010-01", "一般"))
    review(world, "2010-02", grade("P11", "2010-02", "差"))
    assert facts(world, "low_months") == {"P11": "2"}
    hand_in(world, "monthly_reviews", date(2010, 3, 10), grade("P11", "2010-01", "较好"))
    turn(world, "monthly_review", date(2010, 3, 10))
    assert [row[1] for row in table(period_of(world, "2010-01", "monthly_review"), "月度评议结果")] == ["较好"]
    assert facts(world, "low_months") == {"P11": "1"}


def test_a_problem_that_is_told_late_still_leads_to_a_talk(world: House) -> None:
    """TX-10: what was found in a month that is closed already is proposed when it becomes known."""
    review(world, "2010-01")
    late = {"number": "W1", "cadre": "P12", "problem": "推诿", "found_on": "2010-01-20"}
    hand_in(world, "duty_problems", date(2010, 2, 10), late)
    turn(world, "monthly_review", date(2010, 2, 10))
    assert [row[:2] for row in proposals(world, "TX-10")] == [("P12", "REMINDER_EDUCATION")]
    assert turn(world, "monthly_review", date(2010, 2, 10)).closed == ()


def test_35_of_528_are_low(sqlite_engine: Engine, tmp_path: Path) -> None:
    """TX-12: the list and its share; every cadre in post owes a grade."""
    world = year_world(sqlite_engine, tmp_path, SCHEME, NEW_YEAR, units=176, deputies=2)
    turn(world, "monthly_review", NEW_YEAR)
    cadres = [owed.owner for owed in obligations(world, "monthly_review", "2010-01")]
    assert len(cadres) == 528
    in_charge(world, *((MAYOR, cadre) for cadre in cadres))
    low = {cadre: ("一般", "较差", "差")[at % 3] for at, cadre in enumerate(cadres[:35])}
    found = review(world, "2010-01", *(grade(cadre, "2010-01", low.get(cadre, "较好")) for cadre in cadres))
    figures = found.outcome["figures"]
    assert (figures["graded"], figures["low"], figures["low_percent"]) == (528, 35, "6.63")
    assert len(table(found, "“一般”及以下名单(TX-12)")) == 35
    assert figures["percent"] == "100.00"


# TX-10, TX-11: from the talk to the disposal


def test_a_recorded_problem_proposes_a_talk_of_which_a_person_chooses(world: House) -> None:
    """TX-10: two problems of one cadre are one talk; who has none is not spoken to."""
    rows = [{"number": f"W{n}", "cadre": "P12", "problem": f"问题{n}", "found_on": "2010-01-12"} for n in (1, 2)]
    hand_in(world, "duty_problems", date(2010, 1, 12), *rows)
    found = review(world, "2010-01")
    assert found.outcome["figures"]["proposed"] == 1
    assert proposals(world, "TX-10") == [("P12", "REMINDER_EDUCATION", ["REMINDER_EDUCATION", "ADMONITION_TALK"])]


@pytest.mark.parametrize(
    ("improved", "proposed"), [(False, [("P12", "SPECIAL_REVIEW", ["SPECIAL_REVIEW"])]), (True, [])]
)
def test_no_improvement_after_a_talk_leads_to_a_special_review(
    world: House, improved: bool, proposed: list[Any]
) -> None:
    """TX-11: clear improvement ends it."""
    row = {
        "cadre": "P12",
        "talked_on": "2010-01-05",
        "improved": improved,
        "basis": "回访",
        "assessed_on": "2010-01-25",
    }
    hand_in(world, "talk_outcomes", date(2010, 1, 25), row)
    review(world, "2010-01")
    assert proposals(world, "TX-11") == proposed


@pytest.mark.parametrize(("conclusion", "proposed"), [("unfit", [("P12", "DISPOSAL", ["DISPOSAL"])]), ("fit", [])])
def test_a_review_that_confirms_unfitness_leads_to_disposal(world: House, conclusion: str, proposed: list[Any]) -> None:
    """TX-11: whoever is found fit stays."""
    row = {"cadre": "P12", "conclusion": conclusion, "reviewed_on": "2010-01-26"}
    hand_in(world, "special_reviews", date(2010, 1, 26), row)
    review(world, "2010-01")
    assert proposals(world, "TX-11") == proposed


@pytest.mark.parametrize(("talked", "gaps"), [(False, 1), (True, 0)])
def test_a_review_without_a_talk_before_it_is_named(world: House, talked: bool, gaps: int) -> None:
    """TX-11: the review follows on a talk after which nothing improved."""
    if talked:
        told = {
            "cadre": "P12",
            "talked_on": "2010-01-05",
            "improved": False,
            "basis": "回访",
            "assessed_on": "2010-01-15",
        }
        hand_in(world, "talk_outcomes", date(2010, 1, 15), told)
    row = {"cadre": "P12", "conclusion": "fit", "reviewed_on": "2010-01-26"}
    hand_in(world, "special_reviews", date(2010, 1, 26), row)
    found = review(world, "2010-01")
    assert len(flaws(found, "TX-11")) == gaps


# TX-18: the year


def appraise(world: House, **scores: int) -> None:
    rows = (
        {"cadre": code, "year": 2010, "score": score, "appraised_on": "2010-12-29"} for code, score in scores.items()
    )
    hand_in(world, "annual_appraisals", date(2010, 12, 29), *rows)


def test_the_year_is_put_through_the_rules(world: House) -> None:
    """TX-18, TX-09: score with its making, who is barred by which clause, what is missing."""
    in_charge(world, (MAYOR, "P11"), (MAYOR, "P12"))
    hand_in(
        world, "monthly_reviews", date(2010, 2, 28), grade("P11", "2010-02", "较好"), grade("P12", "2010-02", "一般")
    )
    hand_in(world, "monthly_reviews", date(2010, 3, 28), grade("P12", "2010-03", "差"))
    turn(world, "monthly_review", date(2010, 4, 6))
    log = {"cadre": "P11", "day": "2010-01-04", "content": "下村走访", "written_on": "2010-01-04"}
    hand_in(world, "work_logs", date(2010, 1, 4), log)
    turn(world, "work_log", date(2010, 1, 8))
    appraise(world, P11=90, P12=90)
    turn(world, "annual_synthesis", date(2011, 1, 31))
    assert period_of(world, "2010", "annual_synthesis").state == "open"
    turn(world, "annual_synthesis", date(2011, 2, 1))
    found = period_of(world, "2010", "annual_synthesis")
    scores = {how: score for _, score, how in table(found, "年度综合得分")}
    assert scores == {
        "年度评议得分=90×50%,月度评议平均分=80×37.5%,工作日志完成率=100×12.5%": "87.50",
        "年度评议得分=90×50%,月度评议平均分=40×37.5%,工作日志完成率=0×12.5%": "60.00",
    }
    ((_, *bound),) = table(found, "受限的等次")
    assert bound[:2] == ["称职", "TX-09"]
    assert "取消当年度评优资格" in bound[2]
    assert [text[:3] for text in flaws(found, "TX-18")] == ["P21", "P22"]
    with reading(world.engine) as session:
        assert session.get(FactFrame, found.outcome["figures"]["frame"]) is not None


def test_who_grades_is_told_and_not_who_is_graded(world: House) -> None:
    """Cadres in nobody's charge are the office's to settle; a charge that ended counts no more."""
    in_charge(world, (MAYOR, "P11"))
    in_charge(world, (MAYOR, "P12"), until="2010-01-31")
    turn(world, "monthly_review", date(2010, 2, 1))
    told = {owed.owner: owed.recipient for owed in obligations(world, "monthly_review", "2010-02")}
    assert told == {"P11": MAYOR, "P12": "administrator", "P21": "administrator", "P22": "administrator"}
    with reading(world.engine) as session:
        texts = {
            row.recipient: row.body
            for row in session.exec(select(Message).where(col(Message.dedupe).contains("2010-02")))
        }
    assert sorted(texts) == ["administrator", MAYOR]
    assert "对象：" in texts["administrator"]


@pytest.mark.parametrize(("charged", "named", "more"), [(["P11"], 3, ""), ([], 3, "等4名")])
def test_a_title_names_three_and_the_notice_all(world: House, charged: list[str], named: int, more: str) -> None:
    in_charge(world, *((MAYOR, cadre) for cadre in charged))
    turn(world, "monthly_review", date(2010, 2, 1))
    with reading(world.engine) as session:
        query = select(Message).where(Message.recipient == "administrator", col(Message.dedupe).contains("2010-02"))
        told = session.exec(query).one()
        title, body = told.title, told.body
    assert title.count("、") == named - 1
    assert title.endswith(f"{more})")
    (listed,) = [line for line in body.splitlines() if line.startswith("对象：")]
    assert listed.count("、") == 4 - len(charged) - 1
    assert "等" not in listed
