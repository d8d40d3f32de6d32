"""What follows from decided grades: proposed by rule, imposed, replaced or waived by a person (BZ-15…20, BZ-50)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from config.scheme_loader import Pack
from models.grading import Consequence, Decision
from tasks.cycle.deadline import add_months
from tasks.desk import Desk
from tasks.grading.ladders import Climb
from tasks.grading.rules import check_grades, confirmed_sheet, decided_grades, frames_of

TALKS = ("ADMONITION_TALK", "REMINDER_TALK")
ORDER = "RECTIFICATION_ORDER"
MUST_CHOOSE = ("ORDERED_RESIGNATION", "HUMAN_REVIEW")  # BZ-19: which measure is a person's choice; reviews likewise
REDECIDED = "决定重议"
DEADLINE = "rectification.deadline"
GRADE_REVIEW = "GRADE_REVIEW"  # no pack proposes it: a decided grade rests on an event that was revoked
SYSTEM_ACTIONS = {GRADE_REVIEW: "复核已决定的等次"}

Key = tuple[str, ...]


def consequences(desk: Desk, *states: str) -> list[Consequence]:
    """Return the cycle's consequences in these states (all when none are given), in their order."""
    query = select(Consequence).where(Consequence.cycle_id == desk.cycle_id)
    if states:
        query = query.where(col(Consequence.state).in_(states))
    return list(desk.session.exec(query.order_by(col(Consequence.id))))


def settled(desk: Desk, *actions: str) -> list[Consequence]:
    """Return the imposed and replaced consequences that ended in one of these actions."""
    return [row for row in consequences(desk, "imposed", "replaced") if row.settled_action in actions]


def talk_subjects(desk: Desk) -> dict[str, str]:
    """Return the subjects of an admonition or reminder talk, with the kind of talk (BZ-54)."""
    return {row.subject: row.settled_action for row in settled(desk, *TALKS)}


def propose_consequences(desk: Desk, decision: Decision) -> int:
    """Propose what the core derives from the decided grades, once for each subject, rule and action.

    What an earlier decision had proposed and the new one proposes again stands proposed again.
    """
    grades = {code: row.grade for code, row in decided_grades(desk, decision).items()}
    answer = check_grades(desk, frames_of(desk, confirmed_sheet(desk)), grades)
    known = {key_of(row): row for row in consequences(desk)}
    rows: dict[Key, Mapping[str, Any]] = {
        (row["subject"], row["rule"], row["action"]): row for row in _within_reach(desk, answer["consequences"])
    }
    again = [known[key] for key in rows if key in known and known[key].reason == REDECIDED]
    for row in again:
        row.detail, row.reason, row.due_on = _detail(rows[key_of(row)], decision, grades), "", None
    desk.move(again, "propose", reason="重新决定后再次建议")
    fresh = [_consequence(desk, row, decision, grades) for key, row in rows.items() if key not in known]
    desk.session.add_all(fresh)
    desk.session.flush()
    desk.audit("consequence.propose", {"decision": decision.round, "count": len(fresh) + len(again)})
    return len(fresh) + len(again)


def _within_reach(desk: Desk, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What the core proposes, with the next step of its ladder in the stead of a measure out of reach."""
    told = list(rows)
    climb = Climb(desk, {str(row["subject"]) for row in told})
    found = []
    for row in told:
        actions, remark = climb.fitted(row["subject"], row["rule"], row["action"])
        fitted = {"action": actions[0], "options": list(actions), "remark": remark, "beyond": row["action"]}
        found.append({**row, **fitted} if remark else row)
    return found


def key_of(row: Consequence) -> Key:
    """Return what a consequence is known by: subject, rule, action, and the period where one gave rise to it."""
    return row.subject, row.rule, row.action, *filter(None, [row.slot])


def _consequence(desk: Desk, row: Mapping[str, Any], decision: Decision, grades: Mapping[str, str]) -> Consequence:
    return Consequence(
        cycle_id=desk.cycle_id,
        subject=row["subject"],
        rule=row["rule"],
        action=row["action"],
        options=row["options"],
        detail=_detail(row, decision, grades),
    )


def _detail(row: Mapping[str, Any], decision: Decision, grades: Mapping[str, str]) -> dict[str, Any]:
    told = {
        name: row[name]
        for name in ("remark", "beyond", "review", "max_grade", "deadline_months", "value", "starts", "ends")
        if row.get(name)
    }
    return {**told, "clause": row["clause"], "grade": grades.get(row["subject"], ""), "round": decision.round}


def withdraw_proposed(desk: Desk) -> None:
    """Waive what a decision had proposed that is to be made anew; nothing is deleted."""
    rows = consequences(desk, "proposed")
    for row in rows:
        row.reason = REDECIDED
    desk.move(rows, "waive", reason=REDECIDED)


def set_deadlines(desk: Desk, notified_on: date) -> None:
    """Date the orders: so many months after the results were notified (BZ-17)."""
    for row in consequences(desk, "proposed"):
        if row.detail.get("deadline_months"):
            row.due_on = add_months(notified_on, int(row.detail["deadline_months"]))
    desk.session.flush()


def settled_dates(desk: Desk, rows: Iterable[Consequence]) -> None:
    """Date what was settled today: the deadline of talks and orders, and from when to when a block stands."""
    months = desk.pack.scheme.settings(desk.cycle.config).get(DEADLINE)
    talks = talk_actions(desk.pack)
    for row in rows:
        asked = row.detail.get("deadline_months") or (
            months if row.settled_action in talks or row.settled_action == ORDER else None
        )
        if row.due_on is None and asked:
            row.due_on = add_months(desk.today, int(asked))
        is_imposed = row.settled_action == row.action
        if is_imposed and row.detail.get("duration_months") and not row.detail.get("starts"):
            ends = add_months(desk.today, int(row.detail["duration_months"])) - timedelta(days=1)
            row.detail = {**row.detail, "starts": desk.today.isoformat(), "ends": ends.isoformat()}
    desk.session.flush()


def talk_actions(pack: Pack) -> set[str]:
    """Return the measures that are talks, as consequences.yaml counts them (BZ-58)."""
    listed = pack.maps["consequences.yaml"]["actions"]
    return {str(action["code"]) for action in listed if action.get("counts") == "talk"}


def grounds_of(row: Consequence) -> str:
    """Return in words what the rows of a closed period said; empty where grades are the ground."""
    told = (",".join(f"{label}:{value}" for label, value in ground.items()) for ground in row.detail.get("grounds", ()))
    return ";".join(told)


def action_label(desk: Desk, action: str) -> str:
    """Return an action as people call it."""
    return desk.pack.action_labels.get(action) or SYSTEM_ACTIONS.get(action, action)


def say(desk: Desk, rows: Iterable[Consequence]) -> list[str]:
    """Return what was settled, in words, with the days of a block, without what was waived or is open."""
    return [
        action_label(desk, row.settled_action) + _period(row) for row in rows if row.state in ("imposed", "replaced")
    ]


def is_block(row: Consequence) -> bool:
    """Tell whether what was imposed has a beginning and an end, such as no promotion for a year (GS-22)."""
    return bool(row.detail.get("starts")) and row.settled_action == row.action


def _period(row: Consequence) -> str:
    return f"({row.detail['starts']} 至 {row.detail['ends']})" if is_block(row) else ""
