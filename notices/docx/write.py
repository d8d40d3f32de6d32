"""A document as a Word file."""

from xml.sax.saxutils import escape

from notices.contexts import Document
from notices.docx import pictures
from notices.docx.convert import convert, main_of
from notices.docx.paper import BODY, PROPERTIES, RELATIONS, paper
from notices.docx.words import words
from notices.docx.xml import NAMESPACES, clean


def docx_of(context: Document, page: str) -> bytes:
    """Return the Word file that says what a document's page says; equal pages give equal bytes."""
    main = main_of(page)
    wide = main.get("class") == "wide"
    sheet = convert(main, wide=wide)
    empty = paper(wide=wide, mark=context.head.mark)
    text = f"<w:document {NAMESPACES}><w:body>{''.join(sheet.blocks)}{empty.section}</w:body></w:document>"
    added = "".join(pictures.relation(number) for number in range(1, len(sheet.pictures) + 1))
    parts = {
        BODY: text.encode(),
        RELATIONS: empty.relations.replace("</Relationships>", f"{added}</Relationships>").encode(),
        PROPERTIES: _properties(context, "".join(words(title) for title in main.findall("h1"))),
    }
    parts |= {f"word/{pictures.part(number)}": image for number, image in enumerate(sheet.pictures, start=1)}
    return empty.written(parts)


def _properties(context: Document, title: str) -> bytes:
    day = f"{context.head.issued_on.isoformat()}T00:00:00Z"
    dated = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{day}</dcterms:{name}>' for name in ("created", "modified")
    )
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(clean(title))}</dc:title><dc:creator>{escape(clean(context.head.issuer))}</dc:creator>"
        f"<dc:language>zh-CN</dc:language>{dated}</cp:coreProperties>"
    ).encode()
