"""Percentages and numbers that fall below or rise above a limit: flaws, and on request rectification items."""

from collections.abc import Mapping
from fractions import Fraction

from config.duty_results import ItemSpec, Threshold
from tasks.duties.found import Flaw, ItemOut, Turn
from tasks.duties.rows import whole


def breached(
    turn: Turn,
    rule: str,
    threshold: Threshold | None,
    values: Mapping[str, str],
    exact: Mapping[str, Fraction] | None = None,
) -> tuple[tuple[Flaw, ...], tuple[ItemOut, ...]]:
    """Return a flaw, and an item if wanted, for each code whose value breaks the limit; exactly the limit does not.

    What was rounded to be told is compared as it was before, in `exact`.
    """
    if threshold is None:
        return (), ()
    word, limit = ("低于", threshold.below) if threshold.below is not None else ("高于", threshold.above)
    assert limit is not None
    bound = whole(turn.desk, limit)
    compared = exact or {code: Fraction(value) for code, value in values.items()}
    wrong = {
        code: value
        for code, value in values.items()
        if (compared[code] < bound if threshold.below is not None else compared[code] > bound)
    }
    flaws = tuple(
        Flaw(rule, code, f"{turn.name(code)}:{threshold.text}({value},{word} {bound})") for code, value in wrong.items()
    )
    items = tuple(_item(turn, rule, threshold.item, code) for code in wrong) if threshold.item else ()
    return flaws, items


def _item(turn: Turn, rule: str, item: ItemSpec, code: str) -> ItemOut:
    due = turn.desk.calendar.add(turn.desk.today, whole(turn.desk, item.workdays))
    return ItemOut(code, f"{item.problem}({turn.period.label})", item.requirement, due, rule)
