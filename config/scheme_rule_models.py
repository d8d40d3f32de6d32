"""rules.yaml and consequences.yaml as typed models, one for each kind of rule."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.scheme_models import Cited, CiteModel, Strict, Value


class RuleModel(Cited):
    """What every rule of a pack has; a rule always cites its clause."""

    id: str
    label: str
    cite: CiteModel
    force: Literal["hard", "soft"] = "hard"
    enabled_by: str | None = None


class OnTiers(RuleModel):
    applies_to: list[str] = Field(min_length=1)


class CapModel(OnTiers):
    kind: Literal["cap"]
    when: str
    max_grade: str


class ForceModel(OnTiers):
    kind: Literal["force"]
    when: str
    grade: str


class LiftModel(OnTiers):
    kind: Literal["lift"]
    when: str
    min_grade: str


class LinkageModel(OnTiers):
    kind: Literal["linkage"]
    at_or_below: str | None = None
    when: str | None = None
    targets: list[str]
    include_self: bool = False
    max_grade: str | None = None
    force_grade: str | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> "LinkageModel":
        if (self.at_or_below is None) == (self.when is None) or (self.max_grade is None) == (self.force_grade is None):
            raise ValueError("at_or_below 与 when 二选一,max_grade 与 force_grade 二选一")
        return self


class QuotaModel(RuleModel):
    kind: Literal["quota"]
    pool: str
    grade: str
    part: Annotated[int, Field(ge=0)]
    whole: Annotated[int, Field(ge=1)]
    rounding: str = "floor"
    minimum: Value = 0


class RequireModel(OnTiers):
    kind: Literal["require"]
    must: str
    message: str
    only_graded: bool = False


class BlockModel(OnTiers):
    kind: Literal["block"]
    when: str
    message: str


class FlagModel(OnTiers):
    kind: Literal["flag"]
    when: str
    message: str


class CoverageModel(OnTiers):
    kind: Literal["coverage"]
    facts: list[str] = Field(min_length=1)
    message: str


class AnnualCapModel(OnTiers):
    kind: Literal["annual_cap"]
    below: str
    inclusive: Value = True
    fact: str
    max_grade: str
    action: str


class CrossCheckModel(OnTiers):
    kind: Literal["cross_check"]
    fact: str
    distance: Value


class ShapeModel(OnTiers):
    kind: Literal["shape"]
    middle: list[str]
    ends: list[str]


AnyRule = (
    CapModel | ForceModel | LiftModel | LinkageModel | QuotaModel | RequireModel | BlockModel | FlagModel
    | CoverageModel | AnnualCapModel | CrossCheckModel | ShapeModel
)  # fmt: skip


class RulesFile(Strict):
    """rules.yaml"""

    rules: list[Annotated[AnyRule, Field(discriminator="kind")]]


class ActionModel(Strict):
    action: str
    options: list[str] = Field(default_factory=list)
    deadline_months: Value | None = None


class OnGradeModel(OnTiers):
    kind: Literal["on_grade"]
    grades: list[str]
    actions: list[ActionModel] = Field(min_length=1)


class OnFactModel(OnTiers):
    kind: Literal["on_fact"]
    when: str
    actions: list[ActionModel] = Field(min_length=1)


class ConsecutiveModel(OnTiers):
    kind: Literal["consecutive"]
    grades: list[str]
    years: Annotated[int, Field(ge=2)]
    actions: list[ActionModel] = Field(min_length=1)
    leaders: list[str] = Field(default_factory=list)
    unrecorded: str = ""
    changed: str = ""


AnyConsequence = OnGradeModel | OnFactModel | ConsecutiveModel


class ActionLabel(Strict):
    code: str
    label: str
    counts: Literal["talk", "measure"] | None = None  # the head of the yearly figures that it falls under


class ConsequencesFile(Strict):
    """consequences.yaml"""

    actions: list[ActionLabel]
    consequences: list[Annotated[AnyConsequence, Field(discriminator="kind")]]
