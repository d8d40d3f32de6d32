"""What is assessed: subjects, facts, history and given grades as frames, all values still as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from scoring.scheme import Setting

SUBJECTS = {"id": pl.String(), "tier": pl.String(), "unit": pl.String()}
FACTS = {"subject": pl.String(), "name": pl.String(), "value": pl.String()}
HISTORY = {"subject": pl.String(), "year": pl.Int64(), "grade": pl.String(), "led_by": pl.List(pl.String())}
GIVEN = {"subject": pl.String(), "grade": pl.String()}
MARKS = {
    "item": pl.String(), "scorer": pl.String(), "class": pl.String(), "full": pl.Decimal(20, 6),
    "subject": pl.String(), "mark": pl.Decimal(20, 6),
}  # fmt: skip

UNIT_TYPE = "unit_type"  # the fact that the type of a unit becomes where a scheme declares it

WithoutGrade = Literal["ceiling", "block"]


@dataclass(frozen=True)
class CaseFrames:
    """One case; a unit's fact has the unit's id as subject, a person keeps one id through all years of `history`.

    `facts` may carry `source` and `date` as further columns; `marks` is what scorers gave, a row a subject and item;
    `pools` holds the sizes of pools of which the case shows only a part; `base` says what a subject
    without a preliminary grade does when grades are proposed.
    """

    year: int
    subjects: pl.DataFrame
    facts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FACTS))
    history: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HISTORY))
    given: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=GIVEN))
    marks: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MARKS))
    pools: Mapping[str, int] = field(default_factory=dict)
    config: Mapping[str, Setting] = field(default_factory=dict)
    base: WithoutGrade = "ceiling"
