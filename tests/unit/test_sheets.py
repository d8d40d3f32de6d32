"""Sheets in and out: cells, headers, encodings, and files that mean harm."""

import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from config.forms import FieldSpec, Option
from tasks.sheets.cells import show_value
from tasks.sheets.faults import SheetFaults
from tasks.sheets.files import read_file, read_files
from tasks.sheets.reading import read_sheets
from tasks.sheets.spec import SheetSpec
from tasks.sheets.table import typed_rows
from tasks.sheets.writing import SheetOut, write_csv_folder, write_workbook

KINDS = (Option(value="sanction", label="处分"), Option(value="criticism", label="通报批评"))
TALLY = SheetSpec(
    id="tally",
    label="测评",
    key=("subject",),
    fields=(
        FieldSpec(name="subject", label="对象", type="subject", required=True),
        FieldSpec(name="votes", label="票数", type="count", required=True),
        FieldSpec(name="kind", label="类别", type="choice", options=KINDS),
        FieldSpec(name="done", label="完成", type="bool", default=False),
        FieldSpec(name="note", label="备注", type="longtext"),
        FieldSpec(name="dated", label="日期", type="date", required=True),
    ),
    named="subject",
    given=frozenset({"subject"}),
)
ROW = {"subject": "A01", "votes": 80, "kind": "sanction", "done": True, "note": "=1+1", "dated": "2010-12-20"}
HEADER = ["对象", "票数", "类别", "完成", "备注", "日期"]


def book(path, rows, sheet="测评"):
    """Write rows of cells as they are."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet(sheet)
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for number, cells in enumerate(rows):
            for index, value in enumerate(cells):
                if isinstance(value, datetime):
                    page.write_datetime(number, index, value, day)
                elif value is not None:
                    page.write(number, index, value)
    return path


def told(reading) -> str:
    """All faults of a reading as text."""
    return "\n".join(str(fault) for fault in reading.faults)


def test_stored_values_are_shown_as_people_read_them():
    """Labels and 是/否, never codes of the program."""
    shown = [show_value(field, ROW[field.name]) for field in TALLY.fields]
    assert shown == ["A01", 80, "处分", "是", "=1+1", "2010-12-20"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_written_reads_back_the_same(tmp_path, kind):
    """A workbook and a CSV give the same typed rows."""
    sheet = SheetOut(TALLY, [ROW], {"A01": "州水务局"})
    if kind == "xlsx":
        write_workbook(tmp_path / "t.xlsx", [sheet], notes=["先看这里"])
        reading = read_file(tmp_path / "t.xlsx", [TALLY])
    else:
        write_csv_folder(tmp_path, [sheet])
        assert "'=1+1" in (tmp_path / "测评.csv").read_text(encoding="utf-8-sig")
        reading = read_files([tmp_path], [TALLY])
    assert not reading.faults
    assert [row.values for row in reading.rows] == [ROW]
    assert reading.rows[0].name == "州水务局"


def test_a_workbook_has_no_formula_and_leaves_no_part_behind(tmp_path):
    """The text =1+1 is stored as text; the temporary file is gone."""
    path = tmp_path / "t.xlsx"
    write_workbook(path, [SheetOut(TALLY, [ROW])])
    with zipfile.ZipFile(path) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in page for page in pages)
    assert list(tmp_path.iterdir()) == [path]


def test_a_template_offers_choices_bounds_and_notes(tmp_path):
    """Drop-downs for choices and 是/否, number and date limits, a note for each column, a fixed header."""
    path = tmp_path / "t.xlsx"
    write_workbook(path, [SheetOut(TALLY, codes={"subject": ["A01", "A02"]})])
    with zipfile.ZipFile(path) as archive:
        page = archive.read("xl/worksheets/sheet2.xml").decode()
        notes = archive.read("xl/comments1.xml").decode()
    assert page.count('type="list"') == 3
    assert 'type="whole"' in page
    assert 'type="date"' in page
    assert 'state="frozen"' in page
    assert "处分、通报批评" in notes


def test_spreadsheet_dates_numbers_and_a_late_header(tmp_path):
    """Real dates and numbers are read; a title above the header and empty rows between do not shift row numbers."""
    rows = [
        ["测评结果"],
        [],
        HEADER,
        [],
        ["A01", 80, "处分", True, None, datetime.fromisoformat("2010-12-20")],
        ["A02", "x", *[""] * 3, "?"],
    ]
    reading = read_file(book(tmp_path / "t.xlsx", rows), [TALLY])
    assert reading.rows[0].values == ROW | {"note": ""}
    assert "第 6 行 B 列(票数)" in told(reading)
    assert "第 6 行 F 列(日期)" in told(reading)


def test_a_first_column_that_is_empty_keeps_the_letters(tmp_path):
    """Faults name the column where people see it."""
    rows = [[None, *HEADER], [None, "A01", "x", *[None] * 3, "2010-12-20"]]
    assert "第 2 行 C 列(票数)" in told(read_file(book(tmp_path / "t.xlsx", rows), [TALLY]))


def test_prefilled_rows_that_nobody_filled_in_are_counted_not_refused(tmp_path):
    """Codes and names alone say nothing."""
    write_workbook(
        tmp_path / "t.xlsx", [SheetOut(TALLY, [{"subject": "A01"}, {"subject": "A02"}], {"A01": "州水务局"})]
    )
    reading = read_file(tmp_path / "t.xlsx", [TALLY])
    assert (reading.rows, reading.unfilled, reading.faults) == ((), 2, ())


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (["对象", "票数"], "缺少列“日期”"),
        ([*HEADER, "备考"], "不认识的列“备考”"),
        ([*HEADER, "票数"], "重复的列“票数”"),
        (["甲", "乙"], "没有表头"),
    ],
)
def test_headers_that_do_not_fit(tmp_path, header, found):
    """Missing, unknown and doubled columns are named."""
    assert found in told(read_file(book(tmp_path / "t.xlsx", [header]), [TALLY]))


def test_headers_by_field_name_and_with_the_mark_of_required(tmp_path):
    """Programs write field names, templates a star."""
    rows = [["subject", "票数*", "日期 *"], ["A01", 80, "2010-12-20"]]
    assert read_file(book(tmp_path / "t.xlsx", rows), [TALLY]).rows[0].values["votes"] == 80


def test_a_sheet_that_no_form_has_is_named(tmp_path):
    """The message says which sheets there are."""
    assert "不认识的工作表“Sheet1”" in told(read_file(book(tmp_path / "t.xlsx", [HEADER], "Sheet1"), [TALLY]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_in_the_encodings_that_offices_use(tmp_path, encoding):
    """UTF-8 with and without mark, and GBK."""
    path = tmp_path / "测评.csv"
    path.write_text("对象,票数,日期\nA01,80,2010-12-20\n", encoding=encoding)
    assert read_file(path, [TALLY]).rows[0].values["votes"] == 80


def test_a_csv_that_is_no_text_is_refused(tmp_path):
    """Bytes of no encoding."""
    path = tmp_path / "测评.csv"
    path.write_bytes(b"\xff\xff\x00\xff")
    assert "编码" in told(read_file(path, [TALLY]))


@pytest.mark.parametrize("name", ["t.xls", "t.exe", "没有.xlsx"])
def test_other_and_missing_files_are_refused(tmp_path, name):
    """Only .xlsx and .csv that exist."""
    if name != "没有.xlsx":
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(SheetFaults):
        read_sheets(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "文字".encode()])
def test_what_only_calls_itself_a_workbook_is_refused(tmp_path, content):
    """No archive, no workbook."""
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(SheetFaults, match="另存为"):
        read_sheets(tmp_path / "t.xlsx")


def test_an_archive_that_is_no_workbook_is_refused_by_the_parser(tmp_path):
    """The child process says no; nothing of it reaches us."""
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(SheetFaults, match="解析不了"):
        read_sheets(tmp_path / "t.xlsx")


def test_a_zip_bomb_is_refused_before_anything_parses_it(tmp_path, monkeypatch):
    """A few kB that unpack to 200 MB never reach the parser."""
    monkeypatch.setattr("tasks.sheets.reading.subprocess.run", lambda *_, **__: pytest.fail("parsed"))
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(200 << 20))
    assert (tmp_path / "t.xlsx").stat().st_size < 2_000_000
    with pytest.raises(SheetFaults, match="解压后 200 MB"):
        read_sheets(tmp_path / "t.xlsx")


def test_a_large_honest_workbook_passes_the_guard(tmp_path):
    """10,000 rows of tallies are no bomb."""
    rows = [HEADER, *([f"A{n:05}", 80, "处分", "否", "", "2010-12-20"] for n in range(10_000))]
    reading = read_file(book(tmp_path / "t.xlsx", rows), [TALLY])
    assert (len(reading.rows), reading.faults) == (10_000, ())


def test_rows_of_programs_are_typed_like_sheets():
    """A builder's typo is a fault, not a silent blank."""
    assert typed_rows(TALLY, [ROW], "样表").rows[0].values == ROW
    assert "不认识的列“vote”" in told(typed_rows(TALLY, [ROW | {"vote": 1}], "样表"))
