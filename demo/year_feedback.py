"""After the decision: objections, appraisals, acts of feedback, quarterly reports on rectification, verifications."""

from datetime import date
from random import Random
from typing import Any

from demo.roster import Roster, part
from demo.year_grades import BELOW, DAY, GOOD, POOR, Grades

Row = dict[str, Any]
QUARTERS = {
    "2011Q1": date(2011, 3, 31),
    "2011Q2": date(2011, 6, 30),
    "2011Q3": date(2011, 9, 30),
    "2011Q4": date(2011, 12, 30),
}
PROGRESS = ("已制定措施,明确责任人", "按措施推进,过半完成", "主要措施完成,接受抽查", "全部完成,申请验收")
OBJECTIONS = ("Y01", "Y02")  # rejected, upheld
MERITS = ("班子团结,作风务实", "重点工作按期完成", "服务群众态度好", "制度执行较严")
GAPS = ("责任分解还不够细", "对下属监督不够经常", "深入基层偏少", "学习抓得不紧")
FAULTS = ("“一岗双责”落实不到位", "窗口单位管理松懈,群众有意见", "财务审批把关不严")
DEMANDS = ("三个月内修订岗位责任清单并公开", "每月抽查一次窗口服务并通报", "完善财务审批制度并集中清理")


def objection_rows(grades: Grades) -> list[Row]:
    """Return two objections of the first notice: one against a 好, one against a 一般."""
    return [
        {
            "number": OBJECTIONS[0],
            "subject": grades.raised_team,
            "content": "认为该单位评为“好”依据不足",
            "received_on": "2011-01-20",
        },
        {
            "number": OBJECTIONS[1],
            "subject": grades.raised_person,
            "content": "所据的一件问题不在本人分管范围,请予复核",
            "received_on": "2011-01-24",
        },
    ]


def appraisal_rows(rng: Random, roster: Roster, grades: Grades) -> list[Row]:
    """Return a complete appraisal of every subject, with requirements for subjects of a talk (BZ-53, BZ-54)."""
    return [_appraisal(rng, code, grade) for code, grade in _in_order(roster, grades)]


def _in_order(roster: Roster, grades: Grades) -> list[tuple[str, str]]:
    codes = [unit.id for unit in roster.units]
    codes += [one.id for unit in roster.units for one in roster.members(unit.id, DAY)]
    return [(code, grades.final[code]) for code in codes]


def _appraisal(rng: Random, code: str, grade: str) -> Row:
    owes = grade in BELOW
    count = problems_of(grade)
    return {
        "subject": code,
        "good_practices": "推行办事公开,明确专人负责" if grade == GOOD else "建立责任制台账",
        "staff_opinions": rng.choice(("希望多听基层意见", "希望加强干部交流", "希望改进会风")),
        "group_opinion": f"评定为“{grade}”,意见一致",
        "merits": rng.choice(MERITS),
        "shortcomings": "\n".join(FAULTS[:count]) if owes else rng.choice(GAPS),
        "requirements": "\n".join(DEMANDS[:count]) if owes else "",
        "dated": "2011-02-14",
    }


def problems_of(grade: str) -> int:
    """Return how many problems an appraisal names: three for 差, two for 一般."""
    return {POOR: 3}.get(grade, 2)


def act_rows(roster: Roster, grades: Grades) -> tuple[list[Row], list[Row]]:
    """Return the acts of feedback of two days: teams and all subjects of a talk face to face, then the others."""
    first, then = date(2011, 2, 18).isoformat(), date(2011, 2, 25).isoformat()
    teams = {unit.id for unit in roster.units}
    leader = roster.leaders[0]
    early, late = [], []
    for code, grade in _in_order(roster, grades):
        if code in teams or grade in BELOW:
            early.append({"subject": code, "given_on": first, "channel": "face_to_face", "given_by": leader})
        else:
            late.append({"subject": code, "given_on": then, "channel": "letter", "given_by": leader})
    return early, late


def rectification_rows(roster: Roster, grades: Grades) -> dict[str, tuple[list[Row], list[Row]]]:
    """Return, by quarter, the reports on every item still open and the verifications that close items (BZ-55).

    All items but the last of a subject are closed in the second quarter, the last ones in the fourth; the very last
    item of F's team stays open and is carried over (BZ-56).
    """
    return {
        quarter: (
            [row for code in rectifying(grades) for row in _reports(roster, grades, code, quarter)],
            [row for code in rectifying(grades) for row in _verified(roster, grades, code, quarter)],
        )
        for quarter in QUARTERS
    }


def rectifying(grades: Grades) -> list[str]:
    """Return who has items: the subjects of talks, and B's team, whose investigation found two problems."""
    return [*grades.owing(), part("B")]


def _open_numbers(grades: Grades, code: str, quarter: str) -> range:
    last = problems_of(grades.final[code])
    return range(1 if quarter <= "2011Q2" else last, last + 1)


def _reports(roster: Roster, grades: Grades, code: str, quarter: str) -> list[Row]:
    last = problems_of(grades.final[code])
    return [
        {
            "subject": code,
            "item": number,
            "quarter": quarter,
            "measures": DEMANDS[number - 1],
            "responsible": responsible(roster, code),
            "progress": _progress(quarter, is_last=number == last),
            "evidence": f"整改台账{quarter}-{number}",
            "done": quarter == ("2011Q4" if number == last else "2011Q2") and not _stays_open(code, number, last),
            "reported_on": QUARTERS[quarter].isoformat(),
        }
        for number in _open_numbers(grades, code, quarter)
    ]


def _progress(quarter: str, *, is_last: bool) -> str:
    """Say how far an item is: the last one of a subject takes four quarters, the others two."""
    place = list(QUARTERS).index(quarter)
    return PROGRESS[place if is_last else min(place * 3, 3)]


def responsible(roster: Roster, code: str) -> str:
    """Return who answers for a subject's rectification: the cadre, or the team's first principal."""
    return roster.person_names.get(code) or roster.principals(code, DAY)[0].name


def _stays_open(code: str, number: int, last: int) -> bool:
    return code == part("F") and number == last


def _verified(roster: Roster, grades: Grades, code: str, quarter: str) -> list[Row]:
    last = problems_of(grades.final[code])
    due = {"2011Q2": list(range(1, last)), "2011Q4": [last]}.get(quarter, [])
    return [
        {
            "subject": code,
            "item": number,
            "verified_by": roster.holders["discipline_standing_committee"][1],
            "accepted": True,
            "opinion": "现场核对台账,整改到位",
            "verified_on": QUARTERS[quarter].isoformat(),
        }
        for number in due
        if not _stays_open(code, number, last)
    ]
