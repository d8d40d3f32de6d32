"""Tables of our pages in Word: columns as wide as what stands in them, heads repeated, small lines below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from notices.docx import measures as m
from notices.docx import xml
from notices.docx.styles import BY_ID
from notices.docx.words import own_words, words

WIDEST = 24.0  # characters that one column may ask for; more text breaks into lines
LEAST = {"who": 10.0, "text": 9.0}  # characters by the class of a cell: a name with its unit stays on one line
OTHERS = 4.0
CROWDED = 0.95  # of the width: columns that need more make the whole table smaller
SMALLER = {"Head": "HeadSmall", "Cell": "CellSmall", "CellMiddle": "CellSmallMiddle"}
_NARROW = re.compile("[0-9A-Za-z]")


@dataclass(frozen=True)
class Cell:
    """A cell of a page: its lines with their styles, the class that sets its least width, its span of columns."""

    lines: tuple[tuple[str, str], ...]
    least: float | None
    span: int

    def wanted(self, size: float) -> float:
        """Return the width in points of its widest line."""
        return max((_points(text, min(size, BY_ID[style].size)) for style, text in self.lines), default=0)

    def needed(self, size: float) -> float:
        """Return the least width in points; a cell without a least does not break at all."""
        return self.wanted(size) if self.least is None else min(self.wanted(size), self.least * size)


def _points(text: str, size: float) -> float:
    """Substitute digits are wider than half a character, and some programs put room between the scripts."""
    return (m.width_of(text) + len(_NARROW.findall(text)) / 4) * size


def table(element: Element, width: float) -> str:
    """Return a table of a page, `width` points wide; one that would be crowded is set smaller."""
    rows = [[_cell(each) for each in line] for line in element.iter("tr")]
    if not rows:
        return ""
    widths, crowded = column_widths(rows, width, m.TABLE)
    if crowded:
        widths, _ = column_widths(rows, width, m.NOTE)
    heads = len(element.findall("thead/tr"))
    made = [_row(row, widths, head=index < heads, smaller=crowded) for index, row in enumerate(rows)]
    return xml.table("Grid", widths, made)


def column_widths(rows: Sequence[Sequence[Cell]], width: float, size: float) -> tuple[list[float], bool]:
    """Return the widths in points at a size of letters, and whether it is crowded.

    Each column gets its least, and of the rest a share in proportion to what more it asks for.
    """
    columns = max(sum(cell.span for cell in row) for row in rows)
    whole = list(zip(*(row for row in rows if len(row) == columns), strict=True))
    if not whole:
        return [width / columns] * columns, False
    padding = 2 * m.CELL_PADDING + 1
    least = [max(max(cell.needed(size) for cell in cells), size * 2) + padding for cells in whole]
    wanted = [min(max(cell.wanted(size) for cell in cells), WIDEST * size) + padding for cells in whole]
    crowded = sum(least) > width * CROWDED
    more = [max(0.0, wish - need) for wish, need in zip(wanted, least, strict=True)]
    rest = width - sum(least)
    if rest < 0 or not any(more):
        return [each * width / sum(least) for each in least], crowded
    return [each + rest * extra / sum(more) for each, extra in zip(least, more, strict=True)], crowded


def _cell(element: Element) -> Cell:
    kinds = set(element.get("class", "").split())
    head, middle = element.tag == "th", bool(kinds & {"c", "n"})
    large = "Head" if head else "CellMiddle" if middle else "Cell"
    lines = [(large, own_words(element))] + [(SMALLER[large], words(child)) for child in element.findall("small")]
    told = tuple((style, text) for style, text in lines if text)
    least = None if head or middle else max(LEAST.get(kind, OTHERS) for kind in kinds or {""})
    return Cell(told, least, int(element.get("colspan", "1")))


def _row(cells: Sequence[Cell], widths: Sequence[float], *, head: bool, smaller: bool) -> str:
    made, column = [], 0
    for cell in cells:
        styles = ((SMALLER.get(style, style) if smaller else style, text) for style, text in cell.lines)
        inside = "".join(xml.paragraph(style, xml.run(text)) for style, text in styles)
        made.append(xml.cell(inside, sum(widths[column : column + cell.span]), span=cell.span))
        column += cell.span
    return xml.row(made, head=head)
