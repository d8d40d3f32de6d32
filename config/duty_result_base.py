"""What every result of a closed period has, whatever its kind."""

from typing import Literal

from config.forms import Strict
from config.stages import Cite

Over = Literal["period", "year"]  # the rows of this slot, or of the year up to it


class ResultSpec(Strict):
    """What every result has: the rule it carries out and, where it is not the duty's own, its clause."""

    rule: str = ""
    cite: Cite | None = None
    basis: Literal["default"] | None = None
    title: str = ""
