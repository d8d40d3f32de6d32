"""Whether last year's rectification items stand in this year's plan (kind focus; BZ-56)."""

from collections import defaultdict

from sqlmodel import col, or_, select

from config.duty_results import FocusSpec
from models.cycle import Cycle
from models.followup import FocusItem, RectificationItem
from tasks.duties.found import Flaw, Found, Table, Turn

COLUMNS = ("对象", "重点事项序号", "问题", "整改要求")


def focus(turn: Turn, spec: FocusSpec) -> Found:
    """Name each item of last year, open or closed, that no row of this slot takes up; items count by subject."""
    taken = {(row.values.get(spec.subject), row.values.get(spec.number)) for row in turn.entries}
    items = focus_of_year(turn)
    left = [
        (subject, number, item)
        for subject, own in items.items()
        for number, item in enumerate(own, start=1)
        if (subject, number) not in taken
    ]
    flaws = tuple(Flaw(spec.rule, code, f"{spec.text}:第{number}项“{item.problem}”") for code, number, item in left)
    rows = tuple((turn.name(code), number, item.problem, item.requirement) for code, number, item in left)
    figures = {"focus_items": sum(map(len, items.values())), "focus_left_out": len(left)}
    return Found(flaws=flaws, tables=(Table(spec.title, COLUMNS, rows),), figures=figures)


def focus_of_year(turn: Turn) -> dict[str, list[RectificationItem]]:
    """Return by subject the items that this year's plan takes up, in their order.

    Those of last year's cycles count before they are carried over: the plan is made while they are still followed.
    """
    cycle = turn.desk.cycle
    carried = select(FocusItem.item_id).where(FocusItem.scheme_id == cycle.scheme_id, FocusItem.year == cycle.year)
    last_year = select(Cycle.id).where(
        Cycle.scheme_id == cycle.scheme_id, Cycle.year == cycle.year - 1, Cycle.state != "withdrawn"
    )
    query = select(RectificationItem).where(
        or_(col(RectificationItem.id).in_(carried), col(RectificationItem.cycle_id).in_(last_year))
    )
    found: dict[str, list[RectificationItem]] = defaultdict(list)
    for item in turn.desk.session.exec(query.order_by(col(RectificationItem.subject), col(RectificationItem.id))):
        found[item.subject].append(item)
    return dict(found)
