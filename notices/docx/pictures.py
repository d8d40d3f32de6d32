"""A picture in a line of Word."""

import struct
from xml.sax.saxutils import quoteattr

from notices.docx.xml import clean

EMU = 12700  # of a point
DOTS = 200  # of an inch, in our pictures
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PICTURES = "http://schemas.openxmlformats.org/drawingml/2006/picture"


def picture(png: bytes, number: int, alt: str, width: float) -> str:
    """Return the run of a PNG, as wide as the text at most; `alt` says what it shows."""
    across, down = struct.unpack(">II", png[16:24])
    shown = min(width, across * 72 / DOTS)
    size = f'cx="{round(shown * EMU)}" cy="{round(shown * down / across * EMU)}"'
    described = f'id="{number}" name="图{number}" descr={quoteattr(clean(alt))}'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr {described}/><a:graphic><a:graphicData uri="{PICTURES}"><pic:pic>'
        f"<pic:nvPicPr><pic:cNvPr {described}/><pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="{_key(number)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def relation(number: int) -> str:
    """Return the relation by which the text finds a picture."""
    return f'<Relationship Id="{_key(number)}" Type="{RELATIONS}/image" Target="{part(number)}"/>'


def part(number: int) -> str:
    """Return the place of a picture, seen from the folder of the text."""
    return f"media/picture{number}.png"


def _key(number: int) -> str:
    return f"picture{number}"
