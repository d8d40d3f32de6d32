"""Consequences that a closed period proposes, for a person to impose, replace or waive."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlmodel import select

from config.duties import DutySpec
from models.duty import Period
from models.grading import Consequence
from tasks.desk import Desk
from tasks.duties.found import Proposed
from tasks.grading.ladders import Climb
from tasks.grading.settlement import ask_routine

GONE, AGAIN = "资料更正后不再成立", "资料更正后再次成立"
Key = tuple[str, str, str]  # subject, rule, action


def propose(desk: Desk, duty: DutySpec, period: Period, proposed: Iterable[Proposed]) -> int:
    """Propose each consequence once per subject, rule, action and period, and ask for it; return how many are new.

    A period that is closed anew brings what is still proposed up to date; what was settled stands. A measure out of
    reach on its ladder gives way to the next step.
    """
    wanted = _within_reach(desk, proposed)
    slot = f"{duty.id} {period.slot}"
    query = select(Consequence).where(Consequence.cycle_id == desk.cycle_id, Consequence.slot == slot)
    known = {(row.subject, row.rule, row.action): row for row in desk.session.exec(query)}
    fresh = [
        Consequence(
            cycle_id=desk.cycle_id,
            subject=row.subject,
            rule=row.rule,
            action=row.action,
            slot=slot,
            options=_choices(row),
            detail=_detail(desk, duty, period, row),
        )
        for key, row in wanted.items()
        if key not in known
    ]
    for key, found in known.items():
        _bring_up_to_date(desk, found, wanted.get(key), duty, period)
    desk.session.add_all(fresh)
    desk.session.flush()
    if fresh:
        desk.audit("consequence.propose", {"period": period.label, "count": len(fresh)})
        ask_routine(desk)
    return len(fresh)


def _within_reach(desk: Desk, proposed: Iterable[Proposed]) -> dict[Key, Proposed]:
    rows = list(proposed)
    climb = Climb(desk, {row.subject for row in rows})
    wanted = {(row.subject, row.rule, row.action): row for row in rows}
    for key, row in list(wanted.items()):
        actions, remark = climb.fitted(row.subject, row.rule, row.action)
        if remark:
            del wanted[key]
            detail = {**row.detail, "remark": remark, "beyond": row.action}
            fitted = replace(row, action=actions[0], options=actions, detail=detail)
            wanted.setdefault((row.subject, row.rule, actions[0]), fitted)
    return wanted


def _bring_up_to_date(desk: Desk, found: Consequence, row: Proposed | None, duty: DutySpec, period: Period) -> None:
    if found.state == "proposed" and row is None:
        found.reason = GONE
        desk.move(found, "waive", reason=GONE)
    elif found.state == "waived" and found.reason == GONE and row is not None:
        desk.move(found, "propose", reason=AGAIN)
        found.reason = ""
    if found.state == "proposed" and row is not None:
        found.detail, found.options = _detail(desk, duty, period, row), _choices(row)
        desk.session.add(found)


def _choices(row: Proposed) -> list[str]:
    """What a person may choose: the action itself first, as in proposals of the core."""
    return list(dict.fromkeys((row.action, *row.options)))


def _detail(desk: Desk, duty: DutySpec, period: Period, row: Proposed) -> dict[str, Any]:
    cited = desk.pack.scheme.citations().get(row.rule) or duty.cite
    clause = cited.clause if cited else ""
    return {"clause": clause, "duty": duty.id, "slot": period.slot, "period": period.label, **row.detail}
