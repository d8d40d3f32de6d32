"""Cells as people type them: what each kind of column takes and what it refuses."""

import pytest

from config.forms import FieldSpec, Option
from tasks.sheets.cells import CellRefused, disarm, parse_cell, rearm
from tasks.sheets.table import letter

KINDS = (Option(value="sanction", label="处分"), Option(value="criticism", label="通报批评"))


def cell(kind: str, text: str, **more):
    """Type one cell of a column."""
    return parse_cell(FieldSpec(name="f", label="列", type=kind, **more), text)


@pytest.mark.parametrize(
    "text", ["2010-12-05", "2010/12/5", "2010.12.5", "2010年12月5日", "2010-12-05 00:00:00", "\uff12010-12-05"]
)
def test_dates_as_people_write_them(text):
    """Every usual way of writing a day gives the same day."""
    assert cell("date", text) == "2010-12-05"


@pytest.mark.parametrize("text", ["2010-02-30", "2011-02-29", "40517", "12月5日", "明天", "2010-13-01"])
def test_dates_that_are_none(text):
    """A day that does not exist, or may be read in two ways, is refused."""
    with pytest.raises(CellRefused, match="2010-12-20"):
        cell("date", text)


@pytest.mark.parametrize(
    "text", ["2010-12-05 08:30", "2010/12/5 8:30", "2010年12月5日8时30分", "2010-12-05 08:30:00", "2010-12-05T08:30"]
)
def test_moments_as_people_write_them(text):
    """Day and minute, as a spreadsheet or a person writes them."""
    assert cell("datetime", text) == "2010-12-05 08:30"


@pytest.mark.parametrize("text", ["2010-12-05", "2010-12-05 24:30", "2010-02-30 08:30", "2010-12-0508:30", "昨晚8点"])
def test_moments_that_are_none(text):
    """A day alone is no moment."""
    with pytest.raises(CellRefused, match="20:00"):
        cell("datetime", text)


@pytest.mark.parametrize(("text", "number"), [("80", 80), ("80.0", 80), ("\uff180", 80), ("0", 0)])
def test_counts(text, number):
    """Counts are whole numbers from 0, also as a spreadsheet or an input method writes them."""
    assert cell("count", text) == number


@pytest.mark.parametrize("text", ["-1", "80%", "62.5", "1,200", "八十", "80票", "1e3", "99999999999"])
def test_counts_that_are_none(text):
    """Negative, percent, fraction, separators, words."""
    with pytest.raises(CellRefused):
        cell("count", text)


def test_integers_have_the_bounds_of_their_column():
    """A year from 1998 on: 1998 yes, 1997 no."""
    assert cell("integer", "1998", minimum=1998) == 1998
    with pytest.raises(CellRefused, match="1998"):
        cell("integer", "1997", minimum=1998)


@pytest.mark.parametrize(("text", "value"), [("是", True), ("否", False), ("TRUE", True), ("", False)])
def test_booleans(text, value):
    """是 and 否; an empty cell takes the default."""
    assert cell("bool", text, default=False) is value


def test_a_boolean_that_is_none_is_refused():
    """A tick is no answer."""
    with pytest.raises(CellRefused, match="是、否"):
        cell("bool", "√")


def test_choices_by_label_or_value():
    """People pick the label, programs the value; anything else names what is allowed."""
    assert cell("choice", "处分", options=KINDS) == cell("choice", "sanction", options=KINDS) == "sanction"
    with pytest.raises(CellRefused, match="处分、通报批评"):
        cell("choice", "警告", options=KINDS)


def test_required_and_optional_empty_cells():
    """A required cell is asked for; an optional text is empty text, any other nothing."""
    with pytest.raises(CellRefused, match="空白"):
        cell("text", "  ", required=True)
    assert cell("text", "") == ""
    assert cell("count", "") is None


def test_text_is_bounded_and_visible():
    """200 characters are taken, 201 are not, nor a control character."""
    assert cell("text", "字" * 200) == "字" * 200
    for text in ("字" * 201, "a\x00b"):
        with pytest.raises(CellRefused):
            cell("text", text)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "平常", "'引号"])
def test_no_exported_text_begins_as_a_formula(text):
    """What a spreadsheet would run is disarmed, and reading gives the text back."""
    assert disarm(text)[0] not in "=+-@"
    assert rearm(disarm(text)) == text


def test_column_letters():
    """A, Z, AA, AZ, BA: as a spreadsheet counts."""
    assert [letter(index) for index in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
