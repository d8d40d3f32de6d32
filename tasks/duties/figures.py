"""Shares and means of closed periods: exact until they are rounded half up, as text (domain 0.4 no. 8)."""

from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=40)
PLACES = 2


def ratio(part: int | Decimal, whole: int | Decimal, places: int = PLACES) -> str:
    """Return part over whole rounded half up; empty text where there is no whole."""
    if not whole:
        return ""
    exact = EXACT.divide(Decimal(part), Decimal(whole))
    return str(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def percent(part: int | Decimal, whole: int | Decimal) -> str:
    """Return the share in percent with two places: 33 of 99 is 33.33; empty text where there is no whole."""
    return ratio(100 * part, whole)
