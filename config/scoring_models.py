"""scoring.yaml as typed models: facts, what must hold among them, components and the base of a proposal."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictInt, model_validator

from config.component_models import AnyComponent, Number
from config.scheme_models import Cited, Strict, Value


class FactModel(Cited):
    name: str
    label: str
    type: Literal["bool", "count", "number", "enum", "grade", "text", "date", "set"]
    level: Literal["unit", "person", "subject"]
    values: dict[str, str] = Field(default_factory=dict)
    scales: dict[str, str] = Field(default_factory=dict)
    missing: Value | Decimal | dict[str, Value | Decimal]
    minimum: StrictInt | Decimal | None = None
    maximum: StrictInt | Decimal | None = None
    aliases: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _a_range_of_numbers(self) -> "FactModel":
        if self.type not in ("count", "number") and (self.minimum is not None or self.maximum is not None):
            raise ValueError("minimum、maximum 只用于 count 和 number")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum 不大于 maximum")
        return self


class CheckModel(Strict):
    id: str
    must: str
    message: str


class BaseBandModel(Strict):
    """A grade from this score on; the last band has no lower limit."""

    at_least: Number | None = None
    grade: str


class BaseFile(Cited):
    """`grade` goes before `score` through `bands`; with neither a proposal starts at the top and quotas distribute."""

    id: str
    grade: str | None = None
    order: str | None = None
    highest_first: bool = False
    score: str | None = None
    bands: list[BaseBandModel] = Field(default_factory=list)

    @model_validator(mode="after")
    def _score_of_bands(self) -> "BaseFile":
        if self.bands and self.score is None:
            raise ValueError("有 bands 时须写明 score")
        return self


class ScoringFile(Strict):
    """scoring.yaml"""

    facts: list[FactModel]
    checks: list[CheckModel] = Field(default_factory=list)
    components: list[Annotated[AnyComponent, Field(discriminator="kind")]] = Field(default_factory=list)
    base: BaseFile
