"""Tables of our pages in Word: columns as wide as what stands in them, heads repeated, small lines below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from notices.docx import measures as m
from notices.docx import xml
from notices.docx.words import own_words, words

WIDEST = 24.0  # characters that one column may ask for; more text breaks into lines
NARROWEST = {"who": 7.5, "text": 9.0}  # characters by the class of a cell, much as in style.css
NARROW = 4.0
CROWDED = 0.9  # of the width: from here on columns that may not break get no more than the figures say
_NARROW = re.compile("[0-9A-Za-z]")


@dataclass(frozen=True)
class Cell:
    """A cell of a page: its lines with their styles, its widths in characters, over how many columns it goes.

    `spare` is what an unbroken line may need more: substitute digits, and room that some programs put between scripts.
    """

    lines: tuple[tuple[str, str], ...]
    least: float
    spare: float
    wanted: float
    span: int


def table(element: Element, width: float) -> str:
    """Return a table of a page, `width` points wide."""
    rows = [[_cell(each) for each in line] for line in element.iter("tr")]
    if not rows:
        return ""
    widths = column_widths(rows, width)
    heads = len(element.findall("thead/tr"))
    return xml.table("Grid", widths, [_row(row, widths, head=index < heads) for index, row in enumerate(rows)])


def column_widths(rows: Sequence[Sequence[Cell]], width: float) -> list[float]:
    """Return the widths in points: each column its least, and the rest in proportion to what more it asks for."""
    columns = max(sum(cell.span for cell in row) for row in rows)
    whole = [row for row in rows if len(row) == columns]
    if not whole:
        return [width / columns] * columns
    padding = 2 * m.CELL_PADDING + 1
    chosen = list(zip(*whole, strict=True))
    strict = [max(cell.least for cell in cells) * m.TABLE + padding for cells in chosen]
    roomy = [max(cell.least + cell.spare for cell in cells) * m.TABLE + padding for cells in chosen]
    wanted = [min(max(cell.wanted for cell in cells), WIDEST) * m.TABLE + padding for cells in chosen]
    least = roomy if sum(roomy) < width * CROWDED else strict
    more = [max(0.0, wish - need) for wish, need in zip(wanted, least, strict=True)]
    if sum(least) > width or not any(more):
        return [each * width / sum(least) for each in least]
    rest = width - sum(least)
    return [each + rest * extra / sum(more) for each, extra in zip(least, more, strict=True)]


def _cell(element: Element) -> Cell:
    kinds = set(element.get("class", "").split())
    head, middle = element.tag == "th", bool(kinds & {"c", "n"})
    large, small = ("Head", "Head") if head else ("CellMiddle", "CellSmallMiddle") if middle else ("Cell", "CellSmall")
    lines = [(large, own_words(element))] + [(small, words(child)) for child in element.findall("small")]
    told = tuple((style, text) for style, text in lines if text)
    wanted = max((m.width_of(text) * _scale(style) for style, text in told), default=0)
    unbroken = head or middle
    spare = max((len(_NARROW.findall(text)) / 4 for _, text in told), default=0)
    least = wanted if unbroken else max(NARROWEST.get(kind, NARROW) for kind in kinds or {""})
    return Cell(told, least, spare if unbroken else 0, wanted + spare, int(element.get("colspan", "1")))


def _scale(style: str) -> float:
    return m.NOTE / m.TABLE if "Small" in style else 1


def _row(cells: Sequence[Cell], widths: Sequence[float], *, head: bool) -> str:
    made, column = [], 0
    for cell in cells:
        inside = "".join(xml.paragraph(style, xml.run(text)) for style, text in cell.lines)
        made.append(xml.cell(inside, sum(widths[column : column + cell.span]), span=cell.span))
        column += cell.span
    return xml.row(made, head=head)
