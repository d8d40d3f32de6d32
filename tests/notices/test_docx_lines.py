"""Headings break evenly, chapters count in Chinese, signatures stand one over the other."""

import pytest

from notices.docx.lines import balanced, from_right, numeral
from notices.docx.measures import width_of


def test_half_width_characters_count_half() -> None:
    assert (width_of("2027年1月"), width_of("考核"), width_of("")) == (4.5, 2, 0)


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        (["考核", "结果"], ["考核结果"]),
        (["领导班子", "和", "领导干部", "考核", "通报"], ["领导班子和", "领导干部考核通报"]),
        (["一", "二", "三", "四", "五", "六", "七", "八", "九"], ["一二三四五", "六七八九"]),
        (["一个不能断开的长词", "考核"], ["一个不能断开的长词考核"]),
    ],
)
def test_lines_are_few_and_even(pieces: list[str], lines: list[str]) -> None:
    assert balanced(pieces, 8) == lines


def test_chapters_count_in_chinese() -> None:
    assert [numeral(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        "一", "九", "十", "十一", "十九", "二十", "二十一", "九十九",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("issuer", "places"),
    [("州纪委", (5.75, 4)), ("八" * 14, (0.25, 4)), ("八" * 15, (0, 4.25)), ("八" * 26, (0, 9.75))],
)
def test_the_date_stands_four_characters_from_the_right_or_under_a_longer_name(
    issuer: str, places: tuple[float, float]
) -> None:
    assert from_right(issuer, "2027年1月11日", 28) == places
