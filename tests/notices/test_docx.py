"""Word files say what the pages say, in the layout of official documents."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from notices.contexts import DOCUMENTS, Document
from notices.docx.convert import UnknownElement, convert, main_of
from notices.docx.write import docx_of
from notices.render import render
from notices.trend import trend_picture
from tests.notices import builders as b
from tests.notices.test_documents import poison

WIDE = {"proposal_table", "rectification_report", "rectification_summary", "archive_extract"}
NUMBERS = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")


def word_bytes(context: Document) -> bytes:
    return docx_of(context, render(context))


def word(context: Document) -> WordDocument:
    return docx.Document(io.BytesIO(word_bytes(context)))


def paragraphs(part: WordDocument | Table) -> Iterator[Paragraph]:
    """Every paragraph in the order of reading, tables row by row."""
    if isinstance(part, Table):
        for row in part.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    else:
        for inner in part.iter_inner_content():
            yield from paragraphs(inner) if isinstance(inner, Table) else (inner,)


def styled(document: WordDocument, style: str) -> list[Paragraph]:
    return [each for each in paragraphs(document) if each.style is not None and each.style.style_id == style]


def packed(text: str) -> str:
    return re.sub(r"\s", "", text)


def chars(paragraph: Paragraph, side: str) -> int:
    """An indent in hundredths of a character, as the paragraph or its style says."""
    for properties in (paragraph._p.pPr, paragraph.style.element.pPr):  # type: ignore[union-attr]
        indent = properties.find(qn("w:ind")) if properties is not None else None
        if indent is not None and indent.get(qn(f"w:{side}Chars")):
            return int(indent.get(qn(f"w:{side}Chars")))
    return 0


@pytest.mark.parametrize("key", DOCUMENTS)
def test_the_word_file_says_what_the_page_says(key: str) -> None:
    """Word for word, but for the numbers of headings, which a browser counts by itself."""
    context = b.make_documents()[key]
    page = "".join(main_of(render(context)).itertext())
    told = [
        NUMBERS.sub("", each.text) if each.style and each.style.name.startswith("Heading") else each.text
        for each in paragraphs(word(context))
    ]
    assert packed("".join(told)) == packed(page)


@pytest.mark.parametrize("key", DOCUMENTS)
def test_the_sheet_has_the_measures_of_the_standard(key: str) -> None:
    """A4; margins 37, 26, 35, 28 mm upright; a wide record lies on its side."""
    (section,) = word(b.make_documents()[key]).sections
    wide = key in WIDE
    assert section.orientation == (WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT)
    sides = (section.page_width, section.page_height)
    assert [round(side.mm) for side in sides if side] == ([297, 210] if wide else [210, 297])
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    expected = (28, 26, 26, 26) if wide else (37, 26, 35, 28)
    assert [round(side.mm) for side in margins if side is not None] == list(expected)


@pytest.mark.parametrize("key", DOCUMENTS)
def test_tables_fill_the_width_of_the_text(key: str) -> None:
    """No table stands out over the margins, and no column vanishes."""
    document = word(b.make_documents()[key])
    (section,) = document.sections
    assert section.page_width
    text = section.page_width - (section.left_margin or 0) - (section.right_margin or 0)
    for table in document.tables:
        widths = [column.width or 0 for column in table.columns]
        assert abs(sum(widths) - text) < Pt(1)
        assert min(widths) >= Pt(24)


@pytest.mark.parametrize(
    ("style", "font", "points", "first"),
    [
        ("Text", "仿宋_GB2312", 16, 200),
        ("Addressee", "仿宋_GB2312", 16, 0),
        ("Title", "方正小标宋简体", 22, 0),
        ("Heading1", "黑体", 16, 200),
        ("Heading2", "楷体_GB2312", 16, 200),
        ("Imprint", "仿宋_GB2312", 14, 0),
        ("Organ", "方正小标宋简体", 34, 0),
    ],
)
def test_fonts_and_sizes_are_those_of_the_standard(style: str, font: str, points: int, first: int) -> None:
    """Chinese and Latin letters alike, since Word chooses the font by the script."""
    paragraph = styled(word(b.make_circular()), style)[0]
    assert paragraph.style is not None
    fonts = paragraph.style.element.rPr.find(qn("w:rFonts"))
    assert {fonts.get(qn(f"w:{script}")) for script in ("eastAsia", "ascii", "hAnsi")} == {font}
    assert paragraph.style.font.size == Pt(points)
    assert chars(paragraph, "firstLine") == first


def test_fonts_name_their_substitutes() -> None:
    """A machine without the font of a Chinese Word finds the next best by name."""
    package = word(b.make_circular()).part.package
    assert package is not None
    (table,) = (part for part in package.iter_parts() if part.partname == "/word/fontTable.xml")
    names = {font.get(qn("w:name")): font[0].get(qn("w:val")) for font in ElementTree.fromstring(table.blob)}
    assert "FangSong" in names["仿宋_GB2312"]
    assert "华文中宋" in names["方正小标宋简体"]
    assert {"黑体", "楷体_GB2312", "宋体"} < set(names)


def test_a_page_holds_22_lines_of_28_characters() -> None:
    """Pitch and condensed spacing fill the type area of 225 mm by 156 mm."""
    style = word(b.make_circular()).styles["Normal"]
    spacing = style.element.rPr.find(qn("w:spacing"))
    advance = 16 + int(spacing.get(qn("w:val"))) / 20
    pitch = style.paragraph_format.line_spacing.pt  # type: ignore[attr-defined]
    assert int(Mm(225).pt // pitch) == 22
    assert int(Mm(156).pt // advance) == 28


def test_the_head_is_red_and_the_number_stands_over_the_red_line() -> None:
    document = word(b.make_circular())
    organ, number = styled(document, "Organ")[0], styled(document, "Number")[0]
    assert organ.text == "中共云川州纪律检查委员会"
    assert organ.style is not None
    assert organ.style.font.color.rgb == RGBColor(0xD7, 0, 0x0F)
    assert number.text == "云纪发〔2027〕3号"
    assert number.style is not None
    line = number.style.element.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert line.get(qn("w:color")) == "D7000F"
    assert Pt(int(line.get(qn("w:space")))) == pytest.approx(Mm(4), abs=Pt(1))


@pytest.mark.parametrize(("issuer", "size"), [("中共云川州纪委", 34), ("中共云川藏族羌族自治州纪律检查委员会", 24)])
def test_a_long_name_of_the_issuer_still_stands_on_one_line(issuer: str, size: int) -> None:
    notice = b.make_public_notice()
    organ = styled(word(replace(notice, head=replace(notice.head, issuer=issuer))), "Organ")[0]
    assert organ.text == issuer
    assert organ.runs[0].font.size == Pt(size)


def test_the_title_breaks_after_a_whole_word() -> None:
    title = styled(word(b.make_circular()), "Title")[0]
    assert title.text.split("\n") == ["关于2026年度县级领导班子及领导干部", "党风廉政建设责任制考核结果的通报"]


def test_issuer_and_date_stand_right_one_over_the_other() -> None:
    """成文日期: four characters from the right; with the last paragraph on one page."""
    document = word(b.make_public_notice())
    issuer, day = styled(document, "Signature")
    assert (issuer.text, day.text) == ("中共云川州纪律检查委员会", "2027年1月11日")
    assert (chars(issuer, "right"), chars(day, "right")) == (125, 400)
    assert issuer.paragraph_format.keep_with_next
    every = list(paragraphs(document))
    before = every[[each._p for each in every].index(issuer._p) - 1]
    assert before.text.startswith("举报监督电话")
    assert before.paragraph_format.keep_with_next


def test_page_numbers_stand_outside() -> None:
    """Odd pages right, even pages left, 14 pt between dashes."""
    document = word(b.make_circular())
    assert document.settings.odd_and_even_pages_header_footer
    (section,) = document.sections
    for footer, style in ((section.footer, "PageRight"), (section.even_page_footer, "PageLeft")):
        (line,) = footer.paragraphs
        assert line.style is not None
        assert (line.style.style_id, line.style.font.size) == (style, Pt(14))
        assert line._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"
        assert line._p.xpath("string(.)") == "— 1 —"


def test_the_imprint_stands_at_the_foot_of_the_last_page() -> None:
    table = word(b.make_circular()).tables[-1]
    place = table._tbl.tblPr.find(qn("w:tblpPr"))
    assert place.get(qn("w:tblpYSpec")) == "bottom"
    assert [row.cells[0].text for row in table.rows] == [
        "抄送：州委办公室，州人民政府办公室。",
        "中共云川州纪律检查委员会\t2027年1月11日印发",
    ]


def test_headings_are_numbered_in_chinese() -> None:
    document = word(b.make_circular())
    assert [each.text for each in styled(document, "Heading1")] == ["一、领导班子", "二、领导干部", "三、有关要求"]
    parts = [each.text[:5] for each in styled(document, "Heading2")]
    assert parts == ["（一）评定", "（二）评定", "（三）评定", "（一）评定", "（二）评定", "（三）评定", "（四）评定"]


def test_a_table_keeps_its_cells_and_repeats_its_head() -> None:
    record = word(b.make_decision_record()).tables[-1]
    assert [cell.text for cell in record.rows[2].cells] == [
        "2",
        "州水务局 陆怀川\n党组书记、局长",
        "班子正职",
        "较好",
        "一般",
        "2027年1月12日",
        "对班子存在的问题负主要责任",
    ]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in record.rows]
    assert heads == [True, False, False, False]


def test_an_empty_register_spans_its_columns() -> None:
    extract = word(replace(b.make_archive_extract(), lines=())).tables[-1]
    assert {cell.text for cell in extract.rows[1].cells} == {"无记录"}
    assert len(extract.rows[1]._tr.tc_lst) == 1


def test_attachments_stand_before_the_signature() -> None:
    """附件说明: numbered when there are several, plain when there is one."""
    notice = b.make_unit_notice()
    several, one = (
        replace(notice.head, attachments=names) for names in (("述廉报告登记表", "参会人员登记表"), ("登记表",))
    )
    document = word(replace(notice, head=several))
    assert [each.text for each in styled(document, "Attachments")] == ["附件：1. 述廉报告登记表", "2. 参会人员登记表"]
    order = [each.style.style_id for each in paragraphs(document) if each.style]
    assert order.index("Attachments") < order.index("Signature")
    assert [each.text for each in styled(word(replace(notice, head=one)), "Attachments")] == ["附件：登记表"]


def test_the_mark_lies_across_a_rehearsal_only() -> None:
    notice = b.make_public_notice()
    marked, real = word(notice), word(replace(notice, head=replace(notice.head, mark="")))
    for header in (marked.sections[0].header, marked.sections[0].even_page_header):
        assert 'string="演练"' in header._element.xml
    assert real.sections[0].header.is_linked_to_previous


def test_the_summary_shows_the_trend_with_words_for_those_who_do_not_see_it() -> None:
    summary = b.make_rectification_summary()
    document = word(summary)
    (shape,) = document.inline_shapes
    described = shape._inline.docPr.get("descr")
    assert described.startswith("各季度整改事项：2026Q4已销号0项、未销号6项（其中逾期0项）；2027Q1已销号4项")
    image = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
    assert image.blob == trend_picture(summary.trend)
    assert image.blob.startswith(b"\x89PNG")
    assert "斜线为逾期" in styled(document, "Caption")[0].text
    assert len(word(replace(summary, trend=())).inline_shapes) == 0


def test_equal_documents_are_equal_files() -> None:
    """Nothing but the context goes into a file, not even the time of writing."""
    assert word_bytes(b.make_rectification_summary()) == word_bytes(b.make_rectification_summary())
    properties = word(b.make_circular()).core_properties
    assert (properties.title, properties.author) == (
        "关于2026年度县级领导班子及领导干部党风廉政建设责任制考核结果的通报",
        "中共云川州纪律检查委员会",
    )
    assert properties.created is not None
    assert properties.created.date() == b.HEAD.issued_on


@pytest.mark.parametrize("key", DOCUMENTS)
def test_hostile_text_is_only_text(key: str) -> None:
    """Markup and template syntax in the data stay words."""
    document = word(poison(b.make_documents()[key]))
    assert "<script>alert(1)</script>{{7*7}}" in "".join(each.text for each in paragraphs(document))


def test_what_no_file_may_hold_is_left_out() -> None:
    """Control characters from a pasted text do not spoil the file."""
    letter = replace(b.make_feedback_letter(), opinions=("开会\x0b多\x00，A\nB，下基层\n少\ud800",))
    assert "1. “开会多，A B，下基层少”" in [each.text for each in styled(word(letter), "Quote")]


def test_an_element_without_a_counterpart_is_refused() -> None:
    """The error says what was found, what is known, and where to add it."""
    with pytest.raises(UnknownElement, match=r"'dl' is unknown .* blockquote, .* add it to BLOCKS"):
        convert(main_of("<html><main><dl></dl></main></html>"), wide=False)
