"""A period in words, as Markdown: for the artifact of a run and for the command line."""

from collections.abc import Iterator, Sequence

from tasks.duties.found import Table
from tasks.duties.view import PeriodView

STATES = {"open": "办理中", "closed": "已结期"}
SHOWN = 50  # rows of a table; the workbook has all


def period_text(view: PeriodView) -> str:
    """Return days, numbers, who is missing, flaws with their clauses, tables, the draw, and where the workbook lies."""
    return "\n".join(_lines(view))


def _lines(view: PeriodView) -> Iterator[str]:
    closed = f",{view.closed_on} 结期" if view.closed_on else f",{view.closes_on} 结期"
    yield f"## {view.label}:{STATES[view.state]}\n"
    yield f"{view.opened_on} 开期,{view.due_on} 截止{closed}\n"
    if view.figures:
        yield from _table("", ("项目", "数值"), list(view.figures.items()))
    if view.missing:
        yield f"**未报({len(view.missing)}):** {'、'.join(view.missing[:SHOWN])}{_more(len(view.missing))}\n"
    yield from _flaws(view)
    for table in view.tables:
        yield from _told(table)
    if view.draw:
        yield (
            f"**抽取:** 从 {len(view.draw['pool'])} 个中抽 {view.draw['percent']}%,种子 {view.seed},"
            f"抽中 {'、'.join(view.draw['drawn'])}\n"
        )
    yield from (f"- 依据 {rule}:「{clause}」" for rule, clause in view.clauses.items())
    if view.closed_on:
        yield f"\nExcel:`{view.workbook}`(文书目录下)"


def _flaws(view: PeriodView) -> Iterator[str]:
    for rule in dict.fromkeys(rule for rule, _ in view.flaws):
        clause = view.clauses.get(rule, "")
        yield f"**发现的问题({rule})**{':「' + clause + '」' if clause else ''}\n"
        mine = [text for found, text in view.flaws if found == rule]
        yield from (f"- {line}" for line in mine[:SHOWN])
        yield f"{_more(len(mine))}\n"


def _told(table: Table) -> Iterator[str]:
    yield from _table(table.title, table.columns, table.rows[:SHOWN])
    if more := _more(len(table.rows)):
        yield f"{more}\n"


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Iterator[str]:
    yield f"**{title}**\n" if title else ""
    if not rows:
        yield "(无)\n"
        return
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    yield from (f"| {' | '.join(_cell(value) for value in row)} |" for row in rows)
    yield ""


def _cell(value: str | int) -> str:
    return str(value).replace("|", "|").replace("\n", " ")


def _more(count: int) -> str:
    return f"……共 {count} 条,全部见 Excel" if count > SHOWN else ""
