"""Whether what last year left to mend stands in this year's plan (kind focus; BZ-56)."""

from collections import defaultdict

from config.duty_results import FocusSpec
from tasks.duties.found import Flaw, Found, Table, Turn
from tasks.followup.focus import focus_items

COLUMNS = ("对象", "重点事项序号", "重点事项")


def focus(turn: Turn, spec: FocusSpec) -> Found:
    """Name each focus item of the year that no row of this slot takes up; a subject's items count from one."""
    taken = {(row.values.get(spec.subject), row.values.get(spec.number)) for row in turn.entries}
    items: dict[str, list[str]] = defaultdict(list)
    for item in focus_items(turn.desk, turn.desk.cycle.year):
        items[item.subject].append(item.text)
    left = [
        (code, number, text)
        for code, texts in sorted(items.items())
        for number, text in enumerate(texts, start=1)
        if (code, number) not in taken
    ]
    flaws = tuple(Flaw(spec.rule, code, f"{spec.text}:第{number}项“{text}”") for code, number, text in left)
    rows = tuple((turn.name(code), number, text) for code, number, text in left)
    figures = {"focus_items": sum(map(len, items.values())), "focus_left_out": len(left)}
    return Found(flaws=flaws, tables=(Table(spec.title, COLUMNS, rows),), figures=figures)
