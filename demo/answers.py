"""What is answered at the demo's gates, attempt by attempt: one refusal, one decision reopened, one milder talk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo.roster import Roster, part
from demo.year_feedback import OBJECTIONS
from demo.year_grades import FAIR, FAIRLY_GOOD, GOOD, Grades, first_principal
from demo.year_start import MEDIA, PUBLISHED

HOTLINE = "0900-5550112"


@dataclass(frozen=True)
class Answer:
    """One answer to one attempt of a gate: values as they are stored, and who gives it."""

    values: Mapping[str, Any]
    answered_by: str


@dataclass(frozen=True)
class Dates:
    """The days that follow from working days: decisions, end of notices, circular."""

    decided: date
    redecided: date
    circular: date


def gate_answers(roster: Roster, grades: Grades, dates: Dates) -> dict[str, tuple[Answer, ...]]:
    """Return the answers to each kind of gate in the order in which they are asked for."""
    said: dict[str, tuple[str, list[dict[str, Any]]]] = {
        "announce_confirm": ("administrator", [_announced()]),
        "investigation_list": ("discipline_standing_committee", [{"dropped": [], "added": []}]),
        "proposal_confirm": (
            "discipline_standing_committee",
            [{"meeting": "州纪委常委会2011年第1次会议", "changes": []}],
        ),
        "committee_decision": ("party_committee", _decisions(grades, dates)),
        "notice_result": ("administrator", _notice_results(dates)),
        "consequences": ("discipline_standing_committee", [_consequences(roster, grades)]),
    }
    return {
        kind: tuple(Answer(values, roster.holders[role][0]) for values in rows) for kind, (role, rows) in said.items()
    }


def _announced() -> dict[str, Any]:
    return {"hotline": HOTLINE, "media": MEDIA, "published_on": PUBLISHED.isoformat(), "confirmed": True}


def _decisions(grades: Grades, dates: Dates) -> list[dict[str, Any]]:
    """First C's team to 好 in spite of its circular (BZ-14), then without it, then again after the objection."""
    raised = _override(grades.raised_team, GOOD, "承办全州重点任务成绩突出,名额尚有一个")
    forbidden = _override(part("C"), GOOD, "平时工作扎实")
    relieved = _override(grades.raised_person, FAIRLY_GOOD, "异议成立:所据问题不在其分管范围")
    first, again = dates.decided, dates.redecided
    return [
        _decision(1, first, [raised, forbidden]),
        _decision(1, first, [raised]),
        _decision(2, again, [raised, relieved]),
    ]


def _decision(meeting: int, day: date, overrides: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "meeting": f"州委常委会2011年第{meeting}次会议",
        "decided_on": day.isoformat(),
        "chair": "州委书记",
        "present": 11,
        "overrides": overrides,
        "exceptions": [],
    }


def _override(subject: str, grade: str, reason: str) -> dict[str, str]:
    return {"subject": subject, "grade": grade, "reason": reason}


def _notice_results(dates: Dates) -> list[dict[str, Any]]:
    replies = ("经复核,该单位评定依据充分,异议不成立", "经复核,所反映情况属实,提请重新研究")
    rows = [
        {"number": number, "upheld": upheld, "reply": reply}
        for number, upheld, reply in zip(OBJECTIONS, (False, True), replies, strict=True)
    ]
    issued = {"circular_number": "示范党办发〔2011〕3号", "circular_on": dates.circular.isoformat()}
    return [{"objections": rows, "circular_number": "", "circular_on": None}, issued]


def _consequences(roster: Roster, grades: Grades) -> dict[str, Any]:
    """Impose everything, but a reminder talk for one principal (BZ-50), and name BZ-18's measure for F's."""
    leader = first_principal(roster, part("F")).id
    leaders = (one.id for one in roster.persons if one.tier == "principal" and one.id != leader)
    milder = next(code for code in leaders if grades.final.get(code) == FAIR)
    return {
        "default_all": "impose_all",
        "changes": [
            {
                "consequence": f"{milder}|BZ-17|ADMONITION_TALK",
                "decision": "replace",
                "action": "REMINDER_TALK",
                "reason": "任职以来主动整改,情节较轻,改为提醒谈话",
            },
            {
                "consequence": f"{leader}|BZ-18|ORGANISATIONAL_ADJUSTMENT",
                "decision": "impose",
                "action": "ORGANISATIONAL_ADJUSTMENT",
                "reason": "所在班子连续两年为“差”",
            },
        ],
    }
