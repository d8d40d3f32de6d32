"""Consequences that a closed period proposes, for a person to impose, replace or waive."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select

from config.duties import DutySpec
from models.duty import Period
from models.grading import Consequence
from tasks.desk import Desk
from tasks.duties.found import Proposed

AGAIN = "新的期次再次出现"


def propose(desk: Desk, duty: DutySpec, period: Period, proposed: Iterable[Proposed]) -> int:
    """Propose each consequence once per subject, rule and action of the cycle; return how many are proposed by this.

    One that is still proposed tells of the latest period. One that was waived is proposed again by a later period; one
    that was imposed or replaced stands, and the next step of its ladder is another action.
    """
    wanted = {(row.subject, row.rule, row.action): row for row in proposed}
    known = _known(desk, {rule for _, rule, _ in wanted})
    told = 0
    fresh: list[Consequence] = []
    for key, row in wanted.items():
        detail = _detail(desk, duty, period, row)
        found = known.get(key)
        if found is None:
            fresh.append(
                Consequence(
                    cycle_id=desk.cycle_id,
                    subject=row.subject,
                    rule=row.rule,
                    action=row.action,
                    options=_choices(row),
                    detail=detail,
                )
            )
        elif found.state == "proposed" and str(found.detail.get("slot", "")) <= period.slot:
            found.detail, found.options = detail, _choices(row)
            desk.session.add(found)
        elif found.state == "waived" and str(found.detail.get("slot", "")) < period.slot:
            desk.move(found, "propose", reason=AGAIN, detail=detail, due_on=None)
            told += 1
    desk.session.add_all(fresh)
    desk.session.flush()
    if fresh:
        desk.audit("consequence.propose", {"period": period.label, "count": len(fresh)})
    return told + len(fresh)


def _choices(row: Proposed) -> list[str]:
    """What a person may choose: the action itself first, as in proposals of the core."""
    return list(dict.fromkeys((row.action, *row.options)))


def _known(desk: Desk, rules: set[str]) -> dict[tuple[str, str, str], Consequence]:
    query = select(Consequence).where(Consequence.cycle_id == desk.cycle_id, col(Consequence.rule).in_(rules))
    rows = desk.session.exec(query) if rules else ()
    return {(row.subject, row.rule, row.action): row for row in rows}


def _detail(desk: Desk, duty: DutySpec, period: Period, row: Proposed) -> dict[str, Any]:
    cited = desk.pack.scheme.citations().get(row.rule) or duty.cite
    clause = cited.clause if cited else ""
    return {"clause": clause, "duty": duty.id, "slot": period.slot, "period": period.label, **row.detail}
