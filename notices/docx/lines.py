"""How headings break, chapters count and signatures stand: what a browser does by itself and Word does not."""

from collections.abc import Sequence
from itertools import count

from notices.docx.measures import DATE_FROM_RIGHT, width_of

DIGITS = "零一二三四五六七八九"


def balanced(pieces: Sequence[str], width: float) -> list[str]:
    """Return the lines of a heading: as few as fit into `width` characters, as even as whole words allow."""
    whole = "".join(pieces)
    if width_of(whole) <= width or max(map(width_of, pieces)) > width:
        return [whole]
    fewest = len(_filled(pieces, width))
    for tried in count(width_of(whole) / fewest, 0.5):
        lines = _filled(pieces, min(tried, width))
        if len(lines) == fewest:
            return lines
    raise AssertionError("unreachable: the full width gives the fewest lines")


def _filled(pieces: Sequence[str], width: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and width_of(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return lines


def numeral(number: int) -> str:
    """Return 1 to 99 in Chinese: 一, 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    return f"{'' if tens < 2 else DIGITS[tens]}{'十' if tens else ''}{DIGITS[ones] if ones else ''}"


def from_right(issuer: str, day: str, line: float) -> tuple[float, float]:
    """Return how many characters issuer and date stand from the right, one centred over the other."""
    longer = width_of(issuer) - width_of(day)
    left_over = max(0.0, line - width_of(issuer))
    of_issuer = min(max(0.0, DATE_FROM_RIGHT - longer / 2), left_over)
    return of_issuer, max(DATE_FROM_RIGHT, of_issuer + longer / 2)
