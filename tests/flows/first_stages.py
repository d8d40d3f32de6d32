"""Builders for the first five stages: one line a sheet, two units with three members each."""

from datetime import date
from typing import Any

from sqlmodel import select

from models.evidence import Investigation
from tasks.desk import Desk
from tests.support import fill_form

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


def report(subject: str) -> dict[str, Any]:
    return {"subject": subject, "circulated_on": "2010-12-20"}


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


def listed(desk: Desk) -> dict[str, Investigation]:
    return {row.subject: row for row in desk.session.exec(select(Investigation))}


def result(subject: str, outcome: str) -> dict[str, Any]:
    return {"subject": subject, "result": outcome, "concluded_on": "2010-12-20", "summary": "见报告"}


def complain(desk: Desk, *about: str) -> None:
    calls = enumerate(about, start=1)
    rows = [{"number": str(n), "about": code, "content": "反映", "received_on": "2010-12-10"} for n, code in calls]
    fill_form(desk, "complaints", *rows)
