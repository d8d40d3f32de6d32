"""Python values of facts, and logic in which what is not known stays not known."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

Value = bool | int | str | Fraction | frozenset | None


def typed(text: str, kind: str) -> Value:
    """The value that a fact's text stands for; numbers are exact."""
    if kind == "bool":
        return text == "true"
    if kind == "count":
        return int(text)
    if kind == "number":
        return Fraction(Decimal(text))
    if kind == "set":
        return frozenset(part for part in text.split("、") if part)
    return text


def as_text(value: object) -> str:
    """The text form in which packs and cases write a value."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def number(value: object) -> Fraction | None:
    """A number of the pack or of a fact, exactly; a bool counts as 0 or 1."""
    return None if value is None else Fraction(value)  # type: ignore[arg-type]


def all_of(parts: Iterable[bool | None]) -> bool | None:
    """False as soon as one is false, else unknown as soon as one is unknown."""
    parts = list(parts)
    return False if False in parts else None if None in parts else True


def any_of(parts: Iterable[bool | None]) -> bool | None:
    """True as soon as one is true, else unknown as soon as one is unknown."""
    return negated(all_of(negated(part) for part in parts))


def negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def text(value: Value, labels: Mapping[str, str]) -> str:
    """How a component's value is told: numbers with two places, half away from zero; the values of sets by label."""
    if isinstance(value, frozenset):
        return "、".join(labels.get(part, part) for part in sorted(value))
    return f"{rounded(value, 2):.2f}" if isinstance(value, Fraction) else as_text(value)


def rounded(value: Fraction, places: int) -> Decimal:
    """The decimal with so many places that is nearest, the one further from zero when two are."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def plain(value: Fraction) -> str:
    """A decimal without needless zeros."""
    text = f"{rounded(value, 12):f}"
    return text.rstrip("0").rstrip(".")
