"""Measures and fonts of official documents after GB/T 9704-2012; what is no figure of the standard says so."""

from dataclasses import dataclass

PAPER = (210, 297)  # mm, A4
MARGINS = (37, 26, 35, 28)  # mm, top right bottom left: 天头 37, 订口 28, type area 156 × 225
WIDE_MARGINS = (28, 26, 26, 26)  # mm, landscape sheets of a record; ours
PAGE_NUMBER_BELOW = 7  # mm from the type area to the page number

BODY = 16.0  # 3号
TITLE = 22.0  # 2号
SMALL = 14.0  # 4号: page number, imprint
LINES = 22  # on a page
CHARACTERS = 28  # on a line
CONDENSED = -0.25  # pt between characters: 28 of 15.75 pt fit into 156 mm, 28 of 16 pt do not

ORGAN = (24.0, 34.0)  # pt, smallest and largest; the standard leaves the size of the 发文机关标志 open
ORGAN_BELOW_TOP = 35  # mm from the type area to the upper edge of the 发文机关标志
NUMBER_BELOW = 2  # lines between 发文机关标志 and 发文字号
LINE_BELOW_NUMBER = 4  # mm from the 发文字号 to the red line
TITLE_BELOW = 2  # lines between the red line and the title
DATE_FROM_RIGHT = 4.0  # characters
INDENT = 2.0  # characters, the first line of a paragraph

TABLE = 12.0  # pt, 小4号; tables and notes are smaller than the body by usage, no figure of the standard
NOTE = 10.5  # pt, 5号
CELL_PADDING = 4.0  # pt
RED, BLACK = "D7000F", "000000"

MM = 72 / 25.4  # points


@dataclass(frozen=True)
class Font:
    """A font by the name it has in a Chinese Word, names it has elsewhere, and its family for a substitute."""

    name: str
    others: tuple[str, ...]
    family: str


FANG = Font("仿宋_GB2312", ("仿宋", "FangSong", "STFangsong", "华文仿宋", "Noto Serif CJK SC"), "modern")
XIAOBIAO = Font(
    "方正小标宋简体", ("FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong", "宋体", "Noto Serif CJK SC"), "roman"
)
HEI = Font("黑体", ("SimHei", "STHeiti", "Noto Sans CJK SC"), "swiss")
KAI = Font("楷体_GB2312", ("楷体", "KaiTi", "STKaiti", "Noto Serif CJK SC"), "modern")
SONG = Font("宋体", ("SimSun", "STSong", "Noto Serif CJK SC"), "roman")
FONTS = (FANG, XIAOBIAO, HEI, KAI, SONG)


def sheet(*, wide: bool) -> tuple[float, float]:
    """Return width and height of the type area in points."""
    top, right, bottom, left = WIDE_MARGINS if wide else MARGINS
    width, height = reversed(PAPER) if wide else PAPER
    return (width - left - right) * MM, (height - top - bottom) * MM


PITCH = int(sheet(wide=False)[1] / LINES * 20) / 20  # pt, whole twentieths: 22 lines fill the type area


def width_of(text: str) -> float:
    """Return how many characters wide a text is; a half-width character counts half."""
    return len(text) - len(text.encode("ascii", "ignore")) / 2
