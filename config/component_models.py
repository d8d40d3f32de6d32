"""Components of scoring.yaml as typed models, one for each kind: what is computed from facts before any rule."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictInt, StrictStr, model_validator

from config.scheme_models import Cited, Strict, Value


def _setting(text: str) -> str:
    if not text.startswith("$"):
        raise ValueError("数字或 $设置")
    return text


Number = StrictInt | Decimal | Annotated[StrictStr, AfterValidator(_setting)]
Within = Literal["unit", "pool", "all"]


class ComponentModel(Cited):
    """What every component has; `missing` says what a null result means for the conditions that read it."""

    id: str
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    applies_to: list[str] = Field(min_length=1)
    missing: Value | Decimal = "block"
    round: Annotated[int, Field(ge=0, le=12)] | None = None


class PartModel(Strict):
    """A part of a sum, itself held between two limits."""

    of: str
    subtract: bool = False
    at_most: Number | None = None
    at_least: Number | None = None


class SumModel(ComponentModel):
    kind: Literal["sum"]
    parts: list[str | PartModel] = Field(min_length=1)
    start: Number = 0
    at_least: Number | None = None
    at_most: Number | None = None


class AdjustModel(Cited):
    """Where `when` holds the weight of `part` changes and the others share what is left in proportion."""

    id: str
    when: str
    part: str
    to: Number | None = None
    plus: Number | None = None
    rest: Literal["proportional"] = "proportional"

    @model_validator(mode="after")
    def _one_change(self) -> "AdjustModel":
        if (self.to is None) == (self.plus is None):
            raise ValueError("to 与 plus 二选一")
        return self


Percent = Number | Literal["rest"]


class WeightedSumModel(ComponentModel):
    """`weights` by part, or with `by` one such column for each value of that fact; `rest` is what is left of 100."""

    kind: Literal["weighted_sum"]
    weights: dict[str, Percent | dict[str, Percent]] = Field(min_length=1)
    by: str | None = None
    rescale: bool = False
    adjust: list[AdjustModel] = Field(default_factory=list)

    @model_validator(mode="after")
    def _columns(self) -> "WeightedSumModel":
        if any(isinstance(column, dict) != (self.by is not None) for column in self.weights.values()):
            raise ValueError("有 by 时 weights 逐值列出各部分的权重;没有 by 时直接列出各部分的权重")
        return self


class ProductModel(ComponentModel):
    kind: Literal["product"]
    factors: list[str] = Field(min_length=1)
    divide_by: Number = 1


class MeanModel(ComponentModel):
    kind: Literal["mean"]
    of: list[str] = Field(min_length=1)
    of_those_present: bool = False


class ShareModel(ComponentModel):
    kind: Literal["share"]
    of: str
    out_of: str


class DeductionModel(Strict):
    """So much for each, at most so much, unless something excuses it."""

    of: str
    each: Number
    at_most: Number | None = None
    unless: str | None = None


class DeductionsModel(ComponentModel):
    kind: Literal["deductions"]
    start: Number
    items: list[DeductionModel] = Field(min_length=1)
    at_least: Number | None = None


class BandModel(Strict):
    """One band; the last one has no lower limit."""

    at_least: Number | None = None
    value: str
    grade: str | None = None


class BandsModel(ComponentModel):
    """With `grade` in each band a second component `<name>_grade` holds it; `scale` is then the scale of the grades."""

    kind: Literal["bands"]
    of: str
    bands: list[BandModel] = Field(min_length=2)
    scale: str | None = None


class RankingModel(ComponentModel):
    kind: Literal["ranking"]
    of: str
    within: Within
    lowest_first: bool = False


class AmongModel(ComponentModel):
    """What looks at other subjects: those of the tiers `from` in the same unit, the same pool, or all."""

    source: list[str] = Field(min_length=1, alias="from")
    within: Within


class TallyModel(AmongModel):
    kind: Literal["tally"]
    when: str
    distinct: str | None = None


class CollectModel(AmongModel):
    kind: Literal["collect"]
    fact: str


class SpreadOfModel(AmongModel):
    kind: Literal["spread_of"]
    of: str


class PastRunModel(ComponentModel):
    kind: Literal["past_run"]
    grades: list[str] = Field(min_length=1)
    gap: Literal["breaks", "bridges"] = "breaks"


class PastCountModel(ComponentModel):
    kind: Literal["past_count"]
    grades: list[str] = Field(min_length=1)
    window: Annotated[int, Field(ge=2)]


class PastGradeModel(ComponentModel):
    kind: Literal["past_best", "past_worst"]
    window: Annotated[int, Field(ge=2)]


class YearGradeModel(ComponentModel):
    """With `absent` a year without a grade is told in this word; without it the result is missing."""

    kind: Literal["past_grade"]
    years_ago: Annotated[int, Field(ge=1)]
    absent: str | None = Field(None, min_length=1)


AnyComponent = (
    SumModel | WeightedSumModel | ProductModel | MeanModel | ShareModel | DeductionsModel | BandsModel | RankingModel
    | TallyModel | CollectModel | SpreadOfModel | PastRunModel | PastCountModel | PastGradeModel | YearGradeModel
)  # fmt: skip
