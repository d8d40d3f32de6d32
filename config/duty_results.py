"""What closing a period computes: one model for each kind of result in duties.yaml."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from config.duty_parts import Name, OfUnits, SlotFrom, Who, Whole
from config.duty_result_base import Over, ResultSpec
from config.forms import Strict
from config.review_results import (
    AnsweredSpec,
    AssessmentSpec,
    ChecksSpec,
    ElapsedSpec,
    GradesSpec,
    LinkedSpec,
    RemainderSpec,
)


class ItemSpec(Strict):
    """A rectification item that a threshold gives rise to."""

    problem: str
    requirement: str
    workdays: Whole


class Threshold(Strict):
    """A flaw where a percentage or number stays below (or goes above) a limit; on request also a rectification item."""

    below: Whole | None = None
    above: Whole | None = None
    text: str
    item: ItemSpec | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.below is None) == (self.above is None):
            raise ValueError("below 与 above 二选一")
        return self


class CompletenessSpec(ResultSpec):
    """Per owner over the year so far: how much of what was owed came; facts of percent, of the late and the missing."""

    kind: Literal["completeness"]
    fact: Name | None = None
    late_fact: Name | None = None
    missing_fact: Name | None = None
    late_counts: StrictBool = True
    threshold: Threshold | None = None


class CoverageSpec(ResultSpec):
    """Each of `of` has at least so many current rows of a form (where `when` holds); who has fewer is a gap."""

    kind: Literal["coverage"]
    form: Name
    field: Name
    of: Who = Field(default_factory=lambda: Who(unit=OfUnits()))
    when: str | None = None
    at_least: Whole = 1
    text: str


class AttendanceSpec(ResultSpec):
    """Each of `required` has a row of this slot in which `present` holds; who has none is absent."""

    kind: Literal["attendance"]
    form: Name
    field: Name
    present: str
    required: Who
    slot_from: SlotFrom | None = None
    text: str


class FactSpec(Strict):
    """A fact out of rows: the last one's field, or their sum, mean, count, least or greatest.

    `points` give a number for each value of a choice.
    """

    fact: Name
    field: Name | None = None
    how: Literal["last", "sum", "mean", "count", "min", "max"] = "last"
    when: str | None = None
    points: dict[str, Whole] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_field(self) -> Self:
        if (self.field is None) != (self.how == "count"):
            raise ValueError("count 不写 field,其余的写 field")
        return self


class RowFactsSpec(ResultSpec):
    """Fields of rows become facts about the unit or person that `subject` names (default: the duty's owner_field)."""

    kind: Literal["row_facts"]
    form: Name | None = None
    subject: Name | None = None
    over: Over = "year"
    facts: tuple[FactSpec, ...] = Field(min_length=1)


class TotalSpec(Strict):
    """A number: rows of a form (where `when` holds), or the different values of `distinct`, or the sum of `sum`;

    or a percent or ratio of two numbers above it, or the sum of numbers above it (`add`).
    """

    name: Name
    label: str
    form: Name | None = None
    when: str | None = None
    distinct: Name | None = None
    sum: Name | None = None
    percent: tuple[Name, Name] | None = None
    ratio: tuple[Name, Name] | None = None
    add: tuple[Name, ...] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.distinct, self.sum, self.percent, self.ratio, self.add)) > 1:
            raise ValueError("distinct、sum、percent、ratio、add 至多写一个")
        return self


class TotalsSpec(ResultSpec):
    """Running numbers over forms: of the period, of the year so far, or of all years so far (`all`)."""

    kind: Literal["totals"]
    over: Literal["period", "year", "all"] = "year"
    items: tuple[TotalSpec, ...] = Field(min_length=1)


class ShareSpec(ResultSpec):
    """Part of a whole for each value of `by` (a question, a unit): sums of two fields as a percentage."""

    kind: Literal["share"]
    form: Name | None = None
    by: Name
    part: Name
    whole: Name
    over: Over = "year"
    fact: Name | None = None
    threshold: Threshold | None = None


class ProposeSpec(ResultSpec):
    """Each row of this slot (where `when` holds) proposes a consequence about whom `subject` names.

    The measure is `action`, or what each row says in the field `action_field`.
    """

    kind: Literal["propose"]
    form: Name | None = None
    when: str | None = None
    subject: Name | None = None
    action: str | None = None
    action_field: Name | None = None
    options: tuple[str, ...] = ()
    shows: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.action is None) == (self.action_field is None):
            raise ValueError("action 与 action_field 二选一")
        return self


class ItemsSpec(ResultSpec):
    """Each row of this slot (where `when` holds) draws up rectification items of whom `subject` names.

    A line of the field `problem` is an item, with the line of `requirement` that answers it; due in so many workdays.
    """

    kind: Literal["items"]
    form: Name | None = None
    when: str | None = None
    subject: Name
    problem: Name
    requirement: Name
    workdays: Whole
    ground: Literal["inspection", "investigation", "threshold"] = "inspection"


class ListingSpec(ResultSpec):
    """The rows of a form (where `when` holds) as a table of these fields, codes and choices in words."""

    kind: Literal["listing"]
    form: Name | None = None
    fields: tuple[Name, ...] = Field(min_length=1)
    when: str | None = None
    over: Over = "period"


class AssignmentSpec(ResultSpec):
    """Each owner's rows of this slot take up every row of the form `tasks`: `named` holds what `number` does there.

    `label` is the field of `tasks` that says what is to be done.
    """

    kind: Literal["assignment"]
    tasks: Name
    number: Name
    label: Name
    named: Name
    text: str


class FocusSpec(ResultSpec):
    """Each focus item that last year left has a row of this slot: `number` counts the items of whom `subject` names."""

    kind: Literal["focus"]
    subject: Name
    number: Name
    text: str


AnyResult = Annotated[
    CompletenessSpec
    | CoverageSpec
    | AttendanceSpec
    | RowFactsSpec
    | TotalsSpec
    | ShareSpec
    | ProposeSpec
    | ItemsSpec
    | ListingSpec
    | AssignmentSpec
    | FocusSpec
    | GradesSpec
    | ChecksSpec
    | ElapsedSpec
    | LinkedSpec
    | RemainderSpec
    | AnsweredSpec
    | AssessmentSpec,
    Field(discriminator="kind"),
]
