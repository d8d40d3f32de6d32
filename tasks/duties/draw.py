"""Draws that can be checked: a sample of the owners by a recorded seed, the same on every machine."""

import hashlib
import random
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

BITS = 31  # so that a seed fits an integer column everywhere


def new_seed() -> int:
    """Return a seed that nobody could foresee."""
    return secrets.randbits(BITS)


def derived_seed(given: int, *parts: str) -> int:
    """Return the seed of one draw of several that one given seed rules (rehearsals, tests)."""
    digest = hashlib.sha256("|".join([str(given), *parts]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - BITS)


def sample_size(total: int, percent: int) -> int:
    """Return how many of `total` a draw of so many percent takes: rounded up, at least one, none of none."""
    return min(total, max(1, -(-total * percent // 100))) if total else 0


def draw(codes: Sequence[str], percent: int, seed: int) -> list[str]:
    """Return the drawn codes in order; equal codes, percent and seed draw the same, whatever order they came in."""
    pool = sorted(codes)
    return sorted(random.Random(seed).sample(pool, sample_size(len(pool), percent)))


def is_sound(kept: Mapping[str, Any], seed: int | None) -> bool:
    """Whether the recorded seed draws from the recorded pool exactly those who were drawn."""
    return seed is not None and draw(kept["pool"], int(kept["percent"]), seed) == list(kept["drawn"])
