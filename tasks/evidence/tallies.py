"""Ballots as shares: exact, and shown so that few ballots never point at persons."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

OPTIONS = {
    "ballots_good": "好",
    "ballots_fairly_good": "较好",
    "ballots_fair": "一般",
    "ballots_poor": "差",
}
SMALL = 5  # ballot.secrecy: counts below five are not shown (default, not from source)
HIDDEN = "票数过少不列"


def ballot_shares(tally: Mapping[str, Any]) -> tuple[Decimal, ...]:
    """Return the share of each option in percent, rounded half up to one place (BZ-37); zeros without ballots."""
    valid = int(tally["ballots_valid"])
    counts = [int(tally[name]) for name in OPTIONS]
    return tuple(
        (Decimal(100 * count) / valid if valid else Decimal(0)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        for count in counts
    )


def shown_shares(tally: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the shares as text; small counts are hidden, and one more where the rest would tell the hidden one."""
    counts = [int(tally[name]) for name in OPTIONS]
    hidden = {place for place, count in enumerate(counts) if 0 < count < SMALL}
    if len(hidden) == 1:
        hidden |= set(
            sorted((place for place in range(len(counts)) if place not in hidden), key=lambda p: counts[p])[:1]
        )
    return tuple(HIDDEN if place in hidden else str(share) for place, share in enumerate(ballot_shares(tally)))
