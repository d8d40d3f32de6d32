"""The sheet a document is written on: page, page numbers, styles, mark. Made once, then copied for each document."""

import io
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import quoteattr

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import parse_xml
from docx.section import Section, _Footer, _Header
from docx.shared import Mm, Pt

from notices.docx import measures as m
from notices.docx.styles import apply_styles
from notices.docx.xml import NAMESPACES, clean, paragraph, run

BODY, RELATIONS, PROPERTIES = "word/document.xml", "word/_rels/document.xml.rels", "docProps/core.xml"
NEEDED = {RELATION.STYLES, RELATION.SETTINGS, RELATION.FONT_TABLE}
WORTH_PACKING = 2000  # bytes: packing a short part takes longer than it saves
PICTURES = '<Default Extension="png" ContentType="image/png"/>'


@dataclass(frozen=True)
class Paper:
    """A package without its text: the parts that never change, the section, and the relations of the text."""

    package: bytes
    section: str
    relations: str

    def written(self, parts: dict[str, bytes]) -> bytes:
        """Return the package with these parts added; equal parts give equal bytes."""
        stream = io.BytesIO()
        stream.write(self.package)
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
            for name, content in parts.items():
                packed = zipfile.ZIP_DEFLATED if len(content) > WORTH_PACKING else zipfile.ZIP_STORED
                package.writestr(_undated(name), content, packed)
        return stream.getvalue()


@cache
def paper(*, wide: bool, mark: str) -> Paper:
    """Return the sheet for a letter (portrait) or a wide record (landscape), marked or not."""
    document = docx.Document()
    _leave_out_what_is_not_needed(document)
    apply_styles(document)
    section = document.sections[0]
    _set_page(section, wide=wide)
    _set_page_numbers(document, section, wide=wide)
    if mark:
        for header in (section.header, section.even_page_header):
            _stamp(header, mark)
    stream = io.BytesIO()
    document.save(stream)
    return _taken_apart(stream)


def _leave_out_what_is_not_needed(document: WordDocument) -> None:
    part = document.part
    assert part.package is not None
    for rels, needed in (
        (part.rels, NEEDED),
        (part.package.rels, {RELATION.OFFICE_DOCUMENT, RELATION.CORE_PROPERTIES}),
    ):
        for key in [key for key, rel in rels.items() if rel.reltype not in needed]:
            del rels[key]
    settings = document.settings.element
    for name, attribute, value in (("compatSetting", "val", "15"), ("themeFontLang", "eastAsia", "zh-CN")):
        settings.xpath(f".//w:{name}")[0].set(_w(attribute), value)


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _set_page(section: Section, *, wide: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(side) for side in (reversed(m.PAPER) if wide else m.PAPER))
    top, right, bottom, left = m.WIDE_MARGINS if wide else m.MARGINS
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (
        Mm(side) for side in (top, right, bottom, left)
    )
    section.header_distance = Mm(15)


def _set_page_numbers(document: WordDocument, section: Section, *, wide: bool) -> None:
    """Odd pages right, even pages left, upper edge 7 mm below the type area."""
    document.settings.odd_and_even_pages_header_footer = True
    bottom = (m.WIDE_MARGINS if wide else m.MARGINS)[2]
    section.footer_distance = Pt((bottom - m.PAGE_NUMBER_BELOW) * m.MM - m.SMALL * 1.2)
    for footer, style in ((section.footer, "PageRight"), (section.even_page_footer, "PageLeft")):
        _fill(footer, paragraph(style, f'{run("— ")}<w:fldSimple w:instr="PAGE">{run("1")}</w:fldSimple>{run(" —")}'))


def _stamp(header: _Header, mark: str) -> None:
    """Lay a mark such as 演练 across the page, behind the text."""
    height = 110
    shape = (
        '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="mark" o:spid="_x0000_s2049" type="#_x0000_t136" alt={quoteattr(clean(mark))} '
        f'style="position:absolute;width:{round(m.width_of(mark) * height)}pt;height:{height}pt;rotation:330;'
        "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" '
        'fillcolor="#ebebeb" stroked="f"><v:fill opacity=".6"/>'
        f'<v:textpath style="font-family:&quot;{m.HEI.name}&quot;;font-size:1pt" string={quoteattr(clean(mark))}/>'
        "</v:shape></w:pict></w:r>"
    )
    _fill(header, paragraph("Gap", shape))


def _fill(part: _Footer | _Header, text: str) -> None:
    part.is_linked_to_previous = False
    element = part.paragraphs[0]._p
    element.addprevious(parse_xml(text.replace("<w:p>", f"<w:p {NAMESPACES}>", 1)))
    element.getparent().remove(element)


def _taken_apart(stream: io.BytesIO) -> Paper:
    kept = io.BytesIO()
    with zipfile.ZipFile(stream) as made, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        for name in made.namelist():
            if name not in (BODY, RELATIONS, PROPERTIES):
                content = made.read(name)
                if name == "[Content_Types].xml":
                    content = content.replace(b"<Override", f"{PICTURES}<Override".encode(), 1)
                package.writestr(_undated(name), content)
        section = re.search(r"<w:sectPr.*</w:sectPr>", made.read(BODY).decode(), re.S)
        relations = made.read(RELATIONS).decode()
    assert section is not None
    return Paper(kept.getvalue(), section[0], relations)


def _undated(name: str) -> zipfile.ZipInfo:
    """Return an entry without the time of writing, so that equal documents are equal files."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
