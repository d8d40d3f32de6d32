"""An explanation as a document prints it: lines with lines under them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """One line and what stands under it."""

    text: str
    children: tuple["Branch", ...] = ()
