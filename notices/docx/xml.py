"""The few elements of WordprocessingML that our documents use, as text: measures in points and characters."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
BREAK = "<w:r><w:br/></w:r>"
TAB = "<w:r><w:tab/></w:r>"


def twips(points: float) -> int:
    """Return points as twentieths."""
    return round(points * 20)


def clean(text: str) -> str:
    """Leave out what no XML may hold: control characters, halves of surrogates; none of them is printable."""
    return text if text.isprintable() else FORBIDDEN.sub("", text)


def run(text: str, look: str = "") -> str:
    """Return a run of text; `look` is the inside of its rPr."""
    if not text:
        return ""
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>'


def paragraph(style: str, inside: str, look: str = "") -> str:
    """Return a paragraph of runs; `look` is what its pPr adds to the style, in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{look}</w:pPr>{inside}</w:p>'


def kept(block: str) -> str:
    """Return a paragraph that stays on the page of the next one."""
    return block.replace("/>", "/><w:keepNext/>", 1)


def stop(kind: str, position: float, leader: str = "none") -> str:
    """Return a tab stop, left, center or right, at points from the margin."""
    return f'<w:tab w:val="{kind}" w:leader="{leader}" w:pos="{twips(position)}"/>'


def right_indent(characters: float, size: float) -> str:
    """Return an indent from the right in characters of a size in points."""
    return f'<w:ind w:rightChars="{round(characters * 100)}" w:right="{twips(characters * size)}"/>'


def cell(inside: str, width: float, *, span: int = 1, style: str = "Cell") -> str:
    """Return a cell; a cell without paragraphs gets an empty one, as the schema asks."""
    merged = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{merged}<w:vAlign w:val="center"/></w:tcPr>'
        f"{inside or paragraph(style, '')}</w:tc>"
    )


def row(cells: Sequence[str], *, head: bool = False) -> str:
    """Return a row that no page parts; a head stands again on each page."""
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(cells)}</w:tr>"


def table(style: str, widths: Sequence[float], rows: Sequence[str], *, place: str = "") -> str:
    """Return a table of fixed widths in points; `place` puts it elsewhere than into the text (tblpPr)."""
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>{place}<w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )
