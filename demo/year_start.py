"""What comes in from summer to the self-reports: mid-year records, ledger, groups, published list, reports."""

from datetime import date, timedelta
from random import Random
from typing import Any

from demo.roster import UNITS_A_LEADER, Roster, part
from demo.year_grades import DAY, first_principal
from demo.year_past import past_events

Row = dict[str, Any]
MEDIA = "《博州示范日报》"
PUBLISHED = date(2010, 12, 3)
GROUPS = ("第一", "第二", "第三", "第四", "第五", "第六", "第七", "第八", "第九")
LATE, LATEST = (3, 21, 38), 12  # ordinals of the units whose last reports come a day later, and later still


def group_of(position: int) -> str:
    """Return the assessment group of the unit at a place in the list."""
    number = position // UNITS_A_LEADER
    return f"{GROUPS[number] if number < len(GROUPS) else f'第{number + 1}'}考核组"


def midyear_rows(rng: Random, roster: Roster) -> list[Row]:
    """Return one mid-year record a unit, June to August, led by a member of the standing committee (BZ-30)."""
    leaders = roster.holders["discipline_standing_committee"]
    first = date(2010, 6, 7)
    return [
        {
            "unit": unit.id,
            "leader": leaders[place % 2],
            "leader_role": "standing_committee_member",
            "responsibility_result": rng.choice(("责任分解到人,台账齐全", "责任制基本落实,个别台账不全")),
            "key_tasks_result": rng.choice(("重点任务按进度完成", "重点任务完成过半,其余按计划推进")),
            "midyear_checked": True,
            "checked_on": (first + timedelta(days=7 * (place // 4))).isoformat(),
        }
        for place, unit in enumerate(roster.units)
    ]


def event_rows(roster: Roster) -> list[Row]:
    """Return the ledger: past years, C's circular (BZ-14) and the party sanction of D's principal (BZ-48)."""
    common = {"revoked": False, "revoked_reason": ""}
    circular = {
        "number": "2010-1",
        "kind": "criticism",
        "about": part("C"),
        "subtype": "efficiency_supervision",
        "document": "示范效能〔2010〕7号",
        "occurred_on": "2010-05-18",
        "detail": "服务窗口无人值守,效能监察中被通报批评",
    }
    sanction = {
        "number": "2010-2",
        "kind": "sanction",
        "about": first_principal(roster, part("D")).id,
        "subtype": "party_discipline",
        "document": "示范纪〔2010〕11号",
        "occurred_on": "2010-07-22",
        "detail": "违规发放津贴补贴,受到党内警告处分",
    }
    return [*past_events(roster), circular | common, sanction | common]


def group_rows(roster: Roster) -> list[Row]:
    """Return the nine groups, each led by a prefecture leader (BZ-32)."""
    titles = ("州委副书记", "副州长")
    return [
        {
            "group": group_of(place),
            "unit": unit.id,
            "leader": roster.leaders[place // UNITS_A_LEADER],
            "leader_role": "party_government_leader",
            "leader_title": titles[place // UNITS_A_LEADER % 2],
            "contact": f"0900-55501{place // UNITS_A_LEADER + 40}",
            "dated": "2010-11-30",
        }
        for place, unit in enumerate(roster.units)
    ]


def published_rows(roster: Roster) -> list[Row]:
    """Return the list as the newspaper printed it (BZ-33)."""
    return [{"unit_name": unit.name, "media": MEDIA, "published_on": PUBLISHED.isoformat()} for unit in roster.units]


def report_rows(roster: Roster) -> dict[date, list[Row]]:
    """Return the self-reports by the day they come in: most at once, a few later, those of one unit last (BZ-35)."""
    usual, late, latest = PUBLISHED, date(2010, 12, 6), date(2010, 12, 7)
    days: dict[date, list[Row]] = {usual: [], late: [], latest: []}
    for number, unit in enumerate(roster.units, start=1):
        members = roster.members(unit.id, DAY)
        own_day = latest if number == LATEST else usual
        days[own_day].append(_report(unit.id, unit.name, "领导班子", own_day))
        for rank, person in enumerate(members):
            day = late if number in LATE and rank == len(members) - 1 else own_day
            days[day].append(_report(person.id, unit.name, person.name, day))
    return days


def _report(subject: str, unit: str, who: str, day: date) -> Row:
    return {
        "subject": subject,
        "title": f"{unit}{who}2010年度述廉报告",
        "circulated_on": day.isoformat(),
        "file": f"述廉〔2010〕{subject}",
    }
