"""The styles of our documents as data, and how they become the styles of a Word file."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from docx.document import Document as WordDocument
from docx.opc.part import Part
from docx.oxml import parse_xml

from notices.docx import measures as m
from notices.docx.xml import NAMESPACES, twips

RULE = '<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{color}"/>'
KEPT_STYLES = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList"}


@dataclass(frozen=True)
class Style:
    """A paragraph style: font and size, pitch (None: single), indents in characters, space in points, a ruled side."""

    id: str
    name: str
    font: m.Font = m.FANG
    size: float = m.BODY
    pitch: float | None = m.PITCH
    align: str = "both"
    first: float = 0
    left: float = 0
    hanging: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    keep: bool = False
    outline: int | None = None
    color: str = m.BLACK
    rule: str = ""
    builtin: bool = False


_RED_LINE = RULE.format(side="bottom", eighths=16, space=round(m.LINE_BELOW_NUMBER * m.MM), color=m.RED)
_THIN_LINE = RULE.format(side="top", eighths=4, space=4, color=m.BLACK)

STYLES = (
    Style("Normal", "Normal", builtin=True),
    Style("Text", "公文正文", first=m.INDENT),
    Style("Addressee", "主送机关"),
    Style(
        "Organ",
        "发文机关标志",
        m.XIAOBIAO,
        m.ORGAN[1],
        None,
        "center",
        before=m.ORGAN_BELOW_TOP * m.MM,
        keep=True,
        color=m.RED,
    ),
    Style(
        "Number",
        "发文字号",
        align="center",
        before=m.NUMBER_BELOW * m.PITCH,
        after=m.TITLE_BELOW * m.PITCH,
        keep=True,
        rule=_RED_LINE,
    ),
    Style("Title", "Title", m.XIAOBIAO, m.TITLE, 32, "center", after=m.PITCH, keep=True, builtin=True),
    Style("Subtitle", "Subtitle", align="center", after=8, keep=True, builtin=True),
    Style("Heading1", "heading 1", m.HEI, align="left", first=m.INDENT, keep=True, outline=0, builtin=True),
    Style("Heading2", "heading 2", m.KAI, align="left", first=m.INDENT, keep=True, outline=1, builtin=True),
    Style("Quote", "引文", m.KAI, first=m.INDENT),
    Style("Missing", "尚未填写", m.HEI, first=m.INDENT),
    Style("Attachments", "附件说明", left=5, hanging=3),
    Style("Signature", "署名和成文日期", align="right"),
    Style("Meta", "表头说明", size=m.TABLE, pitch=20, align="left", after=6, keep=True),
    Style("Names", "名单", align="left", left=1, hanging=1),
    Style("Head", "表格栏目", m.HEI, m.TABLE, 18, "center"),
    Style("HeadSmall", "表格栏目小字", m.HEI, m.NOTE, 15, "center"),
    Style("Cell", "表格文字", size=m.TABLE, pitch=18, align="left"),
    Style("CellMiddle", "表格文字居中", size=m.TABLE, pitch=18, align="center"),
    Style("CellSmall", "表格小字", size=m.NOTE, pitch=15, align="left"),
    Style("CellSmallMiddle", "表格小字居中", size=m.NOTE, pitch=15, align="center"),
    Style("Lines", "签字栏", pitch=36, align="left"),
    Style("Tree", "定等经过", size=m.NOTE, pitch=16, align="left"),
    Style("Basis", "依据", size=m.NOTE, pitch=16, left=m.INDENT, hanging=m.INDENT, rule=_THIN_LINE),
    Style("Imprint", "版记", size=m.SMALL, pitch=24, left=1, right=1),
    Style("Picture", "插图", pitch=None, align="center", before=8, keep=True),
    Style("Caption", "caption", m.HEI, m.TABLE, 20, "center", after=8, builtin=True),
    Style("Gap", "间隔", size=m.NOTE, pitch=8),
    Style("PageRight", "页码单页", m.SONG, m.SMALL, None, "right", right=1),
    Style("PageLeft", "页码双页", m.SONG, m.SMALL, None, "left", left=1),
)
BY_ID = {style.id: style for style in STYLES}


def fonts(font: m.Font) -> str:
    """Return the run property that sets a font for Chinese and for Latin letters alike."""
    name = escape(font.name)
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def apply_styles(document: WordDocument) -> None:
    """Replace the styles of a new Word file by ours, and name for each font the substitutes."""
    styles = document.styles.element
    for element in [e for e in styles if e.get(_w("styleId")) not in KEPT_STYLES or e.get(_w("styleId")) == "Normal"]:
        styles.remove(element)
    styles.insert(0, parse_xml(_DEFAULTS))
    for style in STYLES:
        styles.append(parse_xml(_paragraph_style(style)))
    for text in (_GRID, _BARE, _IMPRINT):
        styles.append(parse_xml(text))
    _set_fonts(document)


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _paragraph_style(style: Style) -> str:
    own = "" if style.builtin else ' w:customStyle="1"'
    default = ' w:default="1"' if style.id == "Normal" else ""
    base = "" if style.id == "Normal" else '<w:basedOn w:val="Normal"/>'
    condensed = f'<w:spacing w:val="{round(m.CONDENSED * 20)}"/>' if style.size == m.BODY else '<w:spacing w:val="0"/>'
    size = round(style.size * 2)
    return (
        f'<w:style {NAMESPACES} w:type="paragraph"{default}{own} w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f"{base}<w:qFormat/><w:pPr>{_layout(style)}</w:pPr><w:rPr>{fonts(style.font)}"
        f'<w:color w:val="{style.color}"/>{condensed}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _layout(style: Style) -> str:
    line = f'w:line="{twips(style.pitch)}" w:lineRule="exact"' if style.pitch else 'w:line="240" w:lineRule="auto"'
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    return (
        f"{'<w:keepNext/>' if style.keep else ''}<w:widowControl/>"
        f"{f'<w:pBdr>{style.rule}</w:pBdr>' if style.rule else ''}"
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:spacing w:before="{twips(style.before)}" w:after="{twips(style.after)}" {line}/>'
        f'{_indents(style)}<w:jc w:val="{style.align}"/>{outline}'
    )


def _indents(style: Style) -> str:
    given = {"left": style.left, "right": style.right, "hanging": style.hanging, "firstLine": style.first}
    words = [
        f'w:{side}Chars="{round(count * 100)}" w:{side}="{twips(count * style.size)}"'
        for side, count in given.items()
        if count
    ]
    return f"<w:ind {' '.join(words)}/>" if words else ""


def _set_fonts(document: WordDocument) -> None:
    listed = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{",".join(font.others)}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{font.family}"/><w:pitch w:val="auto"/></w:font>'
        for font in m.FONTS
    )
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    assert isinstance(table, Part)
    table._blob = f"<w:fonts {NAMESPACES}>{listed}</w:fonts>".encode()


_DEFAULTS = (
    f'<w:docDefaults {NAMESPACES}><w:rPrDefault><w:rPr>{fonts(m.FANG)}<w:sz w:val="32"/><w:szCs w:val="32"/>'
    '<w:lang w:val="zh-CN" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
)


def _table_style(key: str, name: str, borders: str, padding: float) -> str:
    sides = "".join(
        f'<w:{side} w:w="{twips(size)}" w:type="dxa"/>'
        for side, size in (("top", padding / 2), ("left", padding), ("bottom", padding / 2), ("right", padding))
    )
    return (
        f'<w:style {NAMESPACES} w:type="table" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders>'
        f"<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr></w:style>"
    )


def _rules(**eighths: int) -> str:
    return "".join(RULE.format(side=side, eighths=size, space=0, color=m.BLACK) for side, size in eighths.items())


_GRID = _table_style("Grid", "公文表格", _rules(top=5, left=5, bottom=5, right=5, insideH=5, insideV=5), m.CELL_PADDING)
_BARE = _table_style("Bare", "无线表格", "", 0)
_IMPRINT = _table_style("ImprintTable", "版记表格", _rules(top=8, bottom=8, insideH=4), 0)
