"""Tests with a longer form: short in `make test`, at full length in `make soak`."""

import os
from typing import TypeVar

T = TypeVar("T")


def soaking() -> bool:
    """Whether the long forms run."""
    return os.environ.get("KAOHE_SOAK") == "1"


def length(short: T, full: T) -> T:
    """Return what a test works with: the short form, or the full one in a soak."""
    return full if soaking() else short
