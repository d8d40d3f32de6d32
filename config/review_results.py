"""Results that review people and work: grades by raters, row by row checks, hours, what is left to do, the year."""

from typing import Literal, Self

from pydantic import Field, model_validator

from config.duty_parts import Name, Whole
from config.duty_result_base import ResultSpec
from config.forms import Strict


class ChargesSpec(Strict):
    """The register of who is in charge of whom, and from when until when."""

    form: Name
    rater: Name
    subject: Name
    since: Name | None = None
    until: Name | None = None


class GradesSpec(ResultSpec):
    """Grades that raters give the owners: of several the median counts, of two middle ones the worse.

    `grades` is the scale from best to worst with the points of each; `low` and worse are counted and listed under
    `low_rule`. The facts speak of the year so far: the latest grade, the mean of the points, how many were low.
    """

    kind: Literal["grades"]
    field: Name
    rater: Name
    grades: dict[str, Whole] = Field(min_length=2)
    low: str
    low_rule: str
    charges: ChargesSpec | None = None
    grade_fact: Name | None = None
    score_fact: Name | None = None
    low_fact: Name | None = None

    @model_validator(mode="after")
    def _low_is_a_grade(self) -> Self:
        if self.low not in self.grades:
            raise ValueError(f"low 须是 {'、'.join(self.grades)} 之一")
        return self


class CheckSpec(Strict):
    """What each row must say, in slots that end so (in all when none is named)."""

    must: str
    text: str
    only: tuple[str, ...] = ()
    rule: str = ""


class ChecksSpec(ResultSpec):
    """Each row of this slot satisfies these conditions; a row that does not is a gap and is named by `name`."""

    kind: Literal["checks"]
    form: Name | None = None
    name: Name | None = None
    checks: tuple[CheckSpec, ...] = Field(min_length=1)


class ElapsedSpec(ResultSpec):
    """Each row (where `when` holds) is answered within so many hours by the row of `answers` with the same key.

    Rows and answers say their moments in the datetime fields `start` and `end`; exactly the hours are in time.
    """

    kind: Literal["elapsed"]
    form: Name
    key: Name
    start: Name
    answers: Name
    answer_key: Name
    end: Name
    hours: Whole
    when: str | None = None
    text: str


class SchedulePart(Strict):
    """The form with the steps that are still to come: of what, how much, by which day."""

    form: Name
    key: Name
    amount: Name
    due: Name


class RemainderSpec(ResultSpec):
    """What each owner's row of this slot leaves undone (target less done) is scheduled before the end of the year."""

    kind: Literal["remainder"]
    target: Name
    done: Name
    steps: SchedulePart
    text: str


class AssessmentSpec(ResultSpec):
    """The year's facts of everybody who owed go through the scheme's rules: scores, who is barred, what follows.

    `score` is the component that is shown with its parts.
    """

    kind: Literal["assessment"]
    score: Name


class AnsweredSpec(ResultSpec):
    """How a duty of events stands: what arose in the year, what was answered, and what is overdue by how much."""

    kind: Literal["answered"]
    duty: Name
    text: str


class LinkedSpec(ResultSpec):
    """Each row of this slot (where `when` holds) names in `field` a row of the same form by its field `to`."""

    kind: Literal["linked"]
    field: Name
    to: Name
    when: str | None = None
    text: str
