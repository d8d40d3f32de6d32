"""Which function computes which kind of result; a new kind is one module here and one model in duty_results.py."""

from collections.abc import Callable, Mapping
from typing import Any

from tasks.duties.found import Found, Turn

RESULTS: Mapping[type, Callable[[Turn, Any], Found]] = {}


def compute(turn: Turn, spec: Any) -> Found:
    """Return what one result of a duty finds in a period."""
    return RESULTS[type(spec)](turn, spec)
