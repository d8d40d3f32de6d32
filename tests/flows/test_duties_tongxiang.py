"""Tongxiang's year of duties through the engine: logs, notes, slips, monthly grades, meetings, the year's synthesis."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from models.evidence import Fact
from models.grading import Consequence
from models.session import reading
from tasks.duties.turn import Turned
from tasks.wiring import House
from tests.flows import duty_house
from tests.flows.duty_house import flaws, obligations, period, table, year_world

SCHEME, SCOPE = "tongxiang", "tongxiang-2010"
NEW_YEAR = date(2010, 1, 1)
MAYOR = "分管副市长"


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> House:
    return year_world(sqlite_engine, tmp_path, SCHEME, NEW_YEAR)


def hand_in(world: House, form: str, on: date, *rows: dict[str, Any], scope: str = SCOPE) -> None:
    duty_house.hand_in(world, scope, form, on, *rows)


def turn(world: House, duty: str, on: date) -> Turned:
    return duty_house.turn(world, SCHEME, duty, on)


def facts(world: House, name: str, scope: str = SCOPE) -> dict[str, str]:
    with reading(world.engine) as session:
        query = select(Fact).where(Fact.name == name, Fact.state == "current", Fact.scope == scope)
        return {fact.subject: fact.value for fact in session.exec(query)}


def proposals(world: House, rule: str) -> list[tuple[str, str, list[str]]]:
    with reading(world.engine) as session:
        rows = session.exec(select(Consequence).where(Consequence.rule == rule).order_by(Consequence.subject))
        return [(row.subject, row.action, row.options) for row in rows]


# TX-08, TX-09, TX-12: the monthly review


def in_charge(world: House, *pairs: tuple[str, str], scope: str = SCOPE, **changes: Any) -> None:
    rows = ({"rater": rater, "cadre": cadre, "since": NEW_YEAR, **changes} for rater, cadre in pairs)
    hand_in(world, "charges", NEW_YEAR, *rows, scope=scope)


def grade(cadre: str, month: str, given: str, rater: str = MAYOR) -> dict[str, Any]:
    return {"cadre": cadre, "month": month, "rater": rater, "grade": given, "rated_on": f"{month}-28"}


def review(world: House, month: str, *rows: dict[str, Any], scope: str = SCOPE) -> Any:
    """Hand in a month's grades and close the month."""
    year, number = int(month[:4]), int(month[5:])
    hand_in(world, "monthly_reviews", date(year, number, 28), *rows, scope=scope)
    following = date(year + number // 12, number % 12 + 1, 6)
    turn(world, "monthly_review", following)
    return period(world, "monthly_review", month)


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


def test_december_and_january_are_of_two_years(world: House) -> None:
    """TX-09: 一般 in December and in the next January counts once in each year."""
    in_charge(world, (MAYOR, "P11"))
    review(world, "2010-12", grade("P11", "2010-12", "一般"))
    in_charge(world, (MAYOR, "P11"), scope="tongxiang-2011")
    review(world, "2011-01", grade("P11", "2011-01", "一般"), scope="tongxiang-2011")
    assert facts(world, "low_months") == {"P11": "1"}
    assert facts(world, "low_months", "tongxiang-2011") == {"P11": "1"}


def test_a_corrected_grade_counts_from_the_next_month_on(world: House) -> None:
    """The year is counted anew from all its rows at each closing."""
    in_charge(world, (MAYOR, "P11"))
    review(world, "2010-01", grade("P11", "2010-01", "一般"))
    hand_in(world, "monthly_reviews", date(2010, 2, 20), grade("P11", "2010-01", "较好"))
    review(world, "2010-02", grade("P11", "2010-02", "差"))
    assert facts(world, "low_months") == {"P11": "1"}


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
