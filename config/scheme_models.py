"""The files of a scheme as typed models; what they refuse becomes a fault with its line."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

Value = StrictBool | StrictInt | StrictStr


class Strict(BaseModel):
    """Unknown keys are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CiteModel(Strict):
    """A clause word for word, and the source that it stands in."""

    source: str
    clause: str


class Cited(Strict):
    """A value with its clause, or with the mark that no source says it."""

    cite: CiteModel | None = None
    basis: Literal["default", "case"] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _has_origin(self) -> "Cited":
        if self.cite is None and self.basis != "default":
            raise ValueError("须有 cite(source 与 clause),或 basis: default")
        return self


class ScaleModel(Cited):
    id: str
    label: str
    grades: list[str] = Field(min_length=2)


class TierModel(Cited):
    id: str
    label: str
    scale: str
    person: bool


class PoolModel(Cited):
    id: str
    label: str
    tiers: list[str] = Field(min_length=1)


class SettingModel(Cited):
    key: str
    label: str
    default: Value
    allowed: list[Value] = []
    minimum: int | None = None
    maximum: int | None = None


class CriteriaModel(Cited):
    by_tier: dict[str, dict[str, list[str]]]


class SchemeFile(Strict):
    """scheme.yaml"""

    id: str
    place: str
    label: str
    level: str = ""
    extends: str | None = None
    subjects: dict[str, object] = {}
    membership: dict[str, object] = {}
    scales: list[ScaleModel]
    tiers: list[TierModel]
    pools: list[PoolModel] = []
    criteria: CriteriaModel | None = None
    config: list[SettingModel] = []


class SourceModel(Strict):
    id: str
    title: str
    issuer: str = ""
    dated: str = ""
    note: str = ""
    clauses: list[str]


class SourcesFile(Strict):
    """sources.yaml"""

    sources: list[SourceModel]


class FactModel(Cited):
    name: str
    label: str
    type: Literal["bool", "count", "number", "enum", "grade", "text"]
    level: Literal["unit", "person", "subject"]
    values: dict[str, str] = {}
    scales: dict[str, str] = {}
    missing: Value | dict[str, Value]
    aliases: list[str] = []


class CheckModel(Strict):
    id: str
    must: str
    message: str


class BaseFile(Cited):
    id: str
    grade: str
    order: str


class ScoringFile(Strict):
    """scoring.yaml"""

    facts: list[FactModel]
    checks: list[CheckModel] = []
    base: BaseFile


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
    options: list[str] = []
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
    leaders: list[str] = []
    unrecorded: str = ""
    changed: str = ""


AnyConsequence = OnGradeModel | OnFactModel | ConsecutiveModel


class ActionLabel(Strict):
    code: str
    label: str


class ConsequencesFile(Strict):
    """consequences.yaml"""

    actions: list[ActionLabel]
    consequences: list[Annotated[AnyConsequence, Field(discriminator="kind")]]
