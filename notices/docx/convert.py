"""Turns the pages of our templates into Word: the same words, laid out after GB/T 9704."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from notices.docx import measures as m
from notices.docx import xml
from notices.docx.lines import balanced, from_right, numeral
from notices.docx.pictures import picture
from notices.docx.tables import table
from notices.docx.words import joined, words

PARAGRAPHS = {"": "Text", "addressee": "Addressee", "flush": "Addressee", "subtitle": "Subtitle", "missing": "Missing"}
BLANK = 5.0  # characters to sign on
GAP = 2.0  # characters between two places to sign
ROOM = 1.5  # characters that a title's line leaves free


class UnknownElement(LookupError):
    """A template uses an element that has no counterpart in Word."""

    def __init__(self, element: Element) -> None:
        known = ", ".join(sorted(BLOCKS))
        super().__init__(
            f"element {_key(element)!r} is unknown to the Word documents; known: {known}; "
            "use one of them or add it to BLOCKS in notices/docx/convert.py"
        )


@dataclass
class Sheet:
    """What is being written: the width of its lines in points, counters of headings, blocks and pictures."""

    width: float
    chapter: int = 0
    part: int = 0
    blocks: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    @property
    def line(self) -> float:
        """Return how many characters of body size stand on a line."""
        return self.width // (m.BODY + m.CONDENSED)

    def add(self, block: str) -> None:
        """Add a paragraph or table; two tables are kept apart."""
        if block.startswith("<w:tbl>") and self.blocks and self.blocks[-1].startswith("<w:tbl>"):
            self.blocks.append(xml.paragraph("Gap", ""))
        self.blocks.append(block)

    def keep_together(self) -> None:
        """Keep the last paragraph on the page of what follows."""
        if self.blocks and self.blocks[-1].startswith("<w:p>"):
            self.blocks[-1] = xml.kept(self.blocks[-1])


def main_of(page: str) -> Element:
    """Return the `main` element of a page of our templates, which is well-formed XML."""
    start, end = page.index("<main"), page.rindex("</main>")
    return ElementTree.fromstring(xml.clean(page[start:end]) + "</main>")


def convert(main: Element, *, wide: bool) -> Sheet:
    """Return the blocks of a page; raises UnknownElement."""
    sheet = Sheet(m.sheet(wide=wide)[0])
    for element in main:
        block = BLOCKS.get(_key(element))
        if block is None:
            raise UnknownElement(element)
        block(sheet, element)
    if sheet.blocks[-1].startswith("<w:tbl>"):
        sheet.add(xml.paragraph("Gap", ""))
    return sheet


def _key(element: Element) -> str:
    kind = element.get("class", "")
    return f"{element.tag}.{kind}" if kind and element.tag != "p" else element.tag


def _red_head(sheet: Sheet, element: Element) -> None:
    organ, number = (words(part) for part in element.findall("div"))
    smallest, largest = m.ORGAN
    size = min(largest, max(smallest, sheet.width // max(m.width_of(organ), 1)))
    look = f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    lines = balanced(list(organ) or [""], sheet.width / size)
    sheet.add(xml.paragraph("Organ", xml.BREAK.join(xml.run(line, look) for line in lines)))
    sheet.add(xml.paragraph("Number", xml.run(number)))


def _title(sheet: Sheet, element: Element) -> None:
    pieces = [joined(text) for text in element.itertext()]
    lines = balanced([piece for piece in pieces if piece] or [""], sheet.width / m.TITLE - ROOM)
    sheet.add(xml.paragraph("Title", xml.BREAK.join(map(xml.run, lines))))


def _heading1(sheet: Sheet, element: Element) -> None:
    sheet.chapter, sheet.part = sheet.chapter + 1, 0
    sheet.add(xml.paragraph("Heading1", xml.run(f"{numeral(sheet.chapter)}、{words(element)}")))


def _heading2(sheet: Sheet, element: Element) -> None:
    sheet.part += 1
    sheet.add(xml.paragraph("Heading2", xml.run(f"（{numeral(sheet.part)}）{words(element)}")))


def _text(sheet: Sheet, element: Element) -> None:
    sheet.add(xml.paragraph(PARAGRAPHS[element.get("class", "")], xml.run(words(element))))


def _quote(sheet: Sheet, element: Element) -> None:
    sheet.add(xml.paragraph("Quote", xml.run(words(element))))


def _meta(sheet: Sheet, element: Element) -> None:
    """What stands left, middle and right over a record; the first alone where a line is too short for all."""
    parts = [words(span) for span in element]
    if m.width_of("".join(parts)) * m.TABLE > sheet.width * 0.9:
        sheet.add(xml.paragraph("Meta", xml.run(parts.pop(0)), '<w:spacing w:after="0"/>'))
    places = {2: (("right", 1.0),), 3: (("center", 0.5), ("right", 1.0))}.get(len(parts), ())
    stops = "".join(xml.stop(kind, sheet.width * share) for kind, share in places)
    sheet.add(xml.paragraph("Meta", xml.TAB.join(map(xml.run, parts)), f"<w:tabs>{stops}</w:tabs>" if stops else ""))


def _names(sheet: Sheet, element: Element) -> None:
    """A list of names in two columns, from left to right, so that pages part it anywhere."""
    cells = [xml.paragraph("Names", xml.run(words(item))) for item in element]
    margin, half = m.INDENT * m.BODY, sheet.width / 2
    widths = (margin, half - margin / 2, half - margin / 2)
    rows = [
        xml.row(
            [
                xml.cell("", margin, style="Names"),
                *(xml.cell(text, width) for text, width in zip(pair, widths[1:], strict=True)),
            ]
        )
        for pair in zip(cells[::2], [*cells[1::2], *([""] * (len(cells) % 2))], strict=True)
    ]
    if rows:
        sheet.add(xml.table("Bare", widths, rows))


def _sheet(sheet: Sheet, element: Element) -> None:
    for inner in element.iter("table"):
        block = table(inner, sheet.width)
        if block:
            sheet.add(xml.kept(xml.paragraph("Gap", "")))
            sheet.add(block)
            sheet.add(xml.paragraph("Gap", ""))


def _signature(sheet: Sheet, element: Element) -> None:
    sheet.keep_together()
    lines = [words(line) for line in element]
    blank = f'<w:spacing w:before="{xml.twips(m.PITCH)}"/>'
    for number, (text, indent) in enumerate(zip(lines, from_right(lines[0], lines[1], sheet.line), strict=True)):
        look = (blank if number == 0 else "") + xml.right_indent(indent, m.BODY)
        block = xml.paragraph("Signature", xml.run(text), look)
        sheet.add(xml.kept(block) if number == 0 else block)


def _attachments(sheet: Sheet, element: Element) -> None:
    """附件说明, one line under the text; later lines begin where the first name begins."""
    for number, line in enumerate(element):
        look = (
            f'<w:spacing w:before="{xml.twips(m.PITCH)}"/>'
            if number == 0
            else '<w:ind w:hangingChars="0" w:hanging="0"/>'
        )
        sheet.add(xml.paragraph("Attachments", xml.run(words(line)), look))


def _basis(sheet: Sheet, element: Element) -> None:
    sheet.add(xml.paragraph("Gap", ""))
    for line in element:
        block = xml.paragraph("Basis", xml.run(words(line)))
        sheet.add(block if line is element[-1] else xml.kept(block))


def _lines(sheet: Sheet, element: Element) -> None:
    """Places to sign, as many on a line as fit, all on one page; a tab draws each."""
    character = m.BODY + m.CONDENSED
    first = len(sheet.blocks)
    for line in element:
        inside, stops, used = "", "", 0.0
        for span in line:
            blank = BLANK if span.find("i") is not None else 0.0
            width = m.width_of(words(span)) + blank
            if inside and used + GAP + width > sheet.line:
                sheet.add(xml.paragraph("Lines", inside, f"<w:tabs>{stops}</w:tabs>"))
                inside, stops, used = "", "", 0.0
            if inside:
                used += GAP
                inside += xml.TAB
                stops += xml.stop("left", used * character)
            used += width
            inside += xml.run(words(span)) + (xml.TAB if blank else "")
            stops += xml.stop("left", used * character, "underscore") if blank else ""
        sheet.add(xml.paragraph("Lines", inside, f"<w:tabs>{stops}</w:tabs>" if stops else ""))
    sheet.blocks[first:-1] = map(xml.kept, sheet.blocks[first:-1])


def _why(sheet: Sheet, element: Element) -> None:
    for depth, text in _branches(element, 0):
        left = xml.twips(depth * 1.5 * m.NOTE)
        sheet.add(xml.paragraph("Tree", xml.run(text), f'<w:ind w:left="{left}"/>'))


def _branches(element: Element, depth: int) -> Iterator[tuple[int, str]]:
    for inner in element.findall("ul"):
        for item in inner.findall("li"):
            yield depth + 1, joined(item.text or "")
            yield from _branches(item, depth + 1)


def _imprint(sheet: Sheet, element: Element) -> None:
    """版记: copies, issuer left and date of printing right, at the foot of the last page."""
    rows = []
    for line in element:
        parts = [xml.run(words(part)) for part in line] or [xml.run(words(line))]
        stops = f"<w:tabs>{xml.stop('right', sheet.width - m.SMALL)}</w:tabs>" if len(parts) > 1 else ""
        block = xml.paragraph("Imprint", xml.TAB.join(parts), stops)
        rows.append(xml.row([xml.cell(block if line is element[-1] else xml.kept(block), sheet.width)]))
    sheet.add(xml.paragraph("Gap", ""))
    place = '<w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="left" w:tblpYSpec="bottom"/>'
    sheet.add(xml.table("ImprintTable", [sheet.width], rows, place=place))


def _figure(sheet: Sheet, element: Element) -> None:
    image, caption = element.find("img"), element.find("figcaption")
    if image is None or caption is None:
        raise UnknownElement(element)
    sheet.pictures.append(base64.b64decode(image.get("src", "").partition("base64,")[2]))
    number = len(sheet.pictures)
    sheet.add(xml.paragraph("Picture", picture(sheet.pictures[-1], number, image.get("alt", ""), sheet.width)))
    sheet.add(xml.paragraph("Caption", xml.run(words(caption))))


BLOCKS: dict[str, Callable[[Sheet, Element], None]] = {
    "header.redhead": _red_head,
    "h1": _title,
    "h2": _heading1,
    "h3": _heading2,
    "p": _text,
    "blockquote": _quote,
    "div.meta": _meta,
    "ul.names": _names,
    "div.sheet": _sheet,
    "div.signature": _signature,
    "section.attachments": _attachments,
    "section.basis": _basis,
    "div.lines": _lines,
    "div.why": _why,
    "footer.imprint": _imprint,
    "figure": _figure,
}
