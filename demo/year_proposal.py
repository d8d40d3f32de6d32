"""What leads to the proposal: investigations concluded, opinions of groups and leaders, other assessments."""

from random import Random
from typing import Any

from demo.roster import Roster, part
from demo.year_grades import DAY, FAIR, FAIRLY_GOOD, GOOD, Grades
from demo.year_start import group_of

Row = dict[str, Any]
ITEMS = {
    "conduct_appraisal": ("满意", "比较满意"),
    "law_enforcement_supervision": ("合格", "合格,有整改建议"),
    "party_building": ("先进", "达标"),
    "spiritual_civilisation": ("文明单位", "达标"),
    "public_order": ("优秀", "达标"),
    "work_safety": ("达标", "无事故"),
}
NOT_FOR_TOWNSHIPS = "conduct_appraisal"
REASONS = {GOOD: "责任落实有力,群众认可", FAIRLY_GOOD: "责任制总体落实", FAIR: "责任落实不够,问题较多"}
TOP_TEAMS, TOP_CADRES, PLAIN_CADRES = 8, 20, 30


def result_rows() -> list[Row]:
    """Return how the three investigations ended: B substantiated, F and the hotline's unit not (18.2)."""
    ends = {
        part("B"): ("substantiated", "2011-01-12", "群众反映的办事拖延、收费未公示属实"),
        part("F"): ("unsubstantiated", "2011-01-11", "反映的问题查无实据,测评票较低另有原因"),
        part("hotline"): ("unsubstantiated", "2011-01-10", "反映的问题已于年内整改"),
    }
    return [
        {"subject": code, "result": result, "concluded_on": day, "summary": text}
        for code, (result, day, text) in ends.items()
    ]


def finding_rows() -> list[Row]:
    """Return what the investigation of B found."""
    texts = ("办事窗口超期办结 14 件", "两项收费未按规定公示")
    return [
        {"subject": part("B"), "number": number, "text": text, "substantiated": True, "dated": "2011-01-12"}
        for number, text in enumerate(texts, start=1)
    ]


def preliminary_rows(rng: Random, roster: Roster, grades: Grades) -> list[Row]:
    """Return every group's opinion with ranks inside the group, teams and cadres apart, and evidence beside votes."""
    rows = []
    places: dict[tuple[str, bool], int] = {}
    codes = [(unit.id, unit.id) for unit in roster.units]
    codes += [(one.unit, one.id) for unit in roster.units for one in roster.members(unit.id, DAY)]
    position = {unit.id: place for place, unit in enumerate(roster.units)}
    for unit, code in sorted(codes, key=lambda pair: _order(grades, pair[1])):
        group = group_of(position[unit])
        slot = (group, code == unit)
        places[slot] = places.get(slot, 0) + 1
        rows.append(_opinion(rng, code, group, places[slot], grades.preliminary[code]))
    return rows


def _order(grades: Grades, code: str) -> tuple[int, str]:
    return (GOOD, FAIRLY_GOOD, FAIR, "差").index(grades.preliminary[code]), code


def _opinion(rng: Random, code: str, group: str, rank: int, grade: str) -> Row:
    evidence = ["年中检查记录", *rng.sample(("专项工作台账", "个别谈话情况", "财务抽查结果"), 1)]
    return {
        "subject": code,
        "group": group,
        "grade": grade,
        "rank": rank,
        "nonvote_evidence": len(evidence),
        "evidence": "、".join(evidence),
        "reason": REASONS.get(grade, "年内发生严重问题或长期落实不力"),
        "dated": "2011-01-17",
    }


def opinion_rows(roster: Roster) -> list[Row]:
    """Return what the leader in charge and the organisation department said of each unit (BZ-42)."""
    return [
        {"unit": unit.id, "party": party, "name": name, "opinion": "同意考核组的评价", "given_on": "2011-01-14"}
        for unit in roster.units
        for party, name in (("leader_in_charge", unit.leader_in_charge), ("organisation_department", "州委组织部"))
    ]


def external_rows(rng: Random, roster: Roster) -> list[Row]:
    """Return the six external results of each unit; townships have no appraisal of conduct (BZ-43)."""
    rows = []
    for unit in roster.units:
        for item, results in ITEMS.items():
            absent = unit.type == "township" and item == NOT_FOR_TOWNSHIPS
            result = "" if absent else rng.choice(results)
            status = "not_applicable" if absent else "present"
            rows.append({"unit": unit.id, "item": item, "status": status, "result": result, "dated": "2011-01-13"})
    return rows


def annual_rows(rng: Random, roster: Roster, grades: Grades) -> list[Row]:
    """Return annual grades that BZ-15 and BZ-16 allow; one 好 beside 基本称职 is for a person to look at (BZ-44)."""
    teams = [unit.id for unit in roster.units]
    best = [code for code in teams if grades.proposed[code] == GOOD]
    rest = [code for code in teams if grades.proposed[code] == FAIRLY_GOOD]
    cadres = [one.id for unit in roster.units for one in roster.members(unit.id, DAY)]
    praised = [code for code in cadres if grades.proposed[code] == GOOD and code != grades.praised_person]
    plain = [code for code in cadres if grades.proposed[code] in (FAIRLY_GOOD, FAIR)]
    annual = dict.fromkeys(rng.sample(best, TOP_TEAMS), "好") | dict.fromkeys(rng.sample(rest, TOP_TEAMS), "较好")
    annual |= dict.fromkeys(rng.sample(praised, TOP_CADRES), "优秀")
    annual |= dict.fromkeys(rng.sample(plain, PLAIN_CADRES), "称职") | {grades.praised_person: "基本称职"}
    return [{"subject": code, "annual_grade": grade, "dated": "2011-01-12"} for code, grade in annual.items()]
