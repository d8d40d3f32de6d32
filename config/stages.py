"""The stages of a scheme: labels, due rules, facts and exit conditions, from stages.yaml."""

from typing import Literal

from pydantic import Field

from config.forms import Strict


class Cite(Strict):
    """Where a value comes from: a source's tag and its words."""

    source: str
    clause: str


class DueRule(Strict):
    """How long a stage may take, counted from its opening."""

    workdays: int = 0
    months: int = 0
    basis: Literal["default", "clause"] = "default"


class ConditionSpec(Strict):
    """A condition of leaving a stage; a soft one may be let pass with a recorded reason."""

    id: str
    when: str
    force: Literal["hard", "soft"]
    message: str
    cite: Cite | None = None
    basis: Literal["default"] | None = None


class StageSpec(Strict):
    """One canonical stage as a scheme names and conditions it."""

    code: str
    label: str
    steps: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    due: DueRule
    forms: tuple[str, ...] = ()
    facts: dict[str, Literal["count", "bool"]]
    exit: tuple[ConditionSpec, ...] = Field(min_length=1)
