"""Tables of our pages in Word: columns as wide as what stands in them, heads repeated, small lines below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
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
    """A cell of a page: lines (style, text, width in characters), what sets its least width, its span of columns."""

    lines: tuple[tuple[str, str, float], ...]
    least: float | None
    span: int

    def wanted(self, size: float) -> float:
        """Return the width in points of its widest line."""
        return max([characters * min(size, BY_ID[style].size) for style, _, characters in self.lines], default=0)

    def needed(self, size: float, wanted: float) -> float:
        """Return the least width in points of what is wanted; a cell without a least does not break at all."""
        return wanted if self.least is None else min(wanted, self.least * size)


def _characters(text: str) -> float:
    """Substitute digits are wider than half a character, and some programs put room between the scripts."""
    return m.width_of(text) + len(_NARROW.findall(text)) / 4


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
    least, wanted = [], []
    for cells in whole:
        wishes = [cell.wanted(size) for cell in cells]
        needs = [cell.needed(size, wish) for cell, wish in zip(cells, wishes, strict=True)]
        least.append(max(*needs, size * 2) + padding)
        wanted.append(min(max(wishes), WIDEST * size) + padding)
    crowded = sum(least) > width * CROWDED
    more = [max(0.0, wish - need) for wish, need in zip(wanted, least, strict=True)]
    rest = width - sum(least)
    if rest < 0 or not any(more):
        return [each * width / sum(least) for each in least], crowded
    return [each + rest * extra / sum(more) for each, extra in zip(least, more, strict=True)], crowded


def _cell(element: Element) -> Cell:
    large, least = _kind(element.tag, element.get("class", ""))
    lines = [(large, own_words(element))]
    lines += [(SMALLER[large], words(child)) for child in element if child.tag == "small"]
    told = tuple([(style, text, _characters(text)) for style, text in lines if text])
    return Cell(told, least, int(element.get("colspan", "1")))


@cache
def _kind(tag: str, classes: str) -> tuple[str, float | None]:
    """Return style and least width of a cell; a table has thousands of cells, of a few kinds."""
    kinds = set(classes.split())
    if tag == "th" or kinds & {"c", "n"}:
        return "Head" if tag == "th" else "CellMiddle", None
    return "Cell", max(LEAST.get(kind, OTHERS) for kind in kinds or {""})


def _row(cells: Sequence[Cell], widths: Sequence[float], *, head: bool, smaller: bool) -> str:
    made, column = [], 0
    for cell in cells:
        styles = [(SMALLER.get(style, style) if smaller else style, text) for style, text, _ in cell.lines]
        inside = "".join([xml.paragraph(style, xml.run(text)) for style, text in styles])
        made.append(xml.cell(inside, sum(widths[column : column + cell.span]), span=cell.span))
        column += cell.span
    return xml.row(made, head=head)
