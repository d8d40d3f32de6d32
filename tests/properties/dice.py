"""Draws that hypothesis can shrink, in words that read like the thing drawn."""

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice:
    """What a strategy draws with; the simplest outcome is always the first choice, the lowest number, no."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """Yes in about so many of a hundred draws."""
        return self.number(0, 99) >= 100 - percent

    def some(self, choices: Sequence[T], at_least: int = 1) -> list[T]:
        """Several of the choices in their order."""
        kept = [choice for choice in choices if self.chance(50)]
        missing = [choice for choice in choices if choice not in kept][: max(0, at_least - len(kept))]
        return [choice for choice in choices if choice in kept or choice in missing]
