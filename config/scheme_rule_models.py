"""rules.yaml and consequences.yaml as typed models, one for each kind of rule."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.ladder_models import LadderModel
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


class BarModel(OnTiers):
    """No grade from the top down to `from_grade`: 取消评优资格 (GS-04)."""

    kind: Literal["bar"]
    when: str
    from_grade: str


class LiftModel(OnTiers):
    """原则上, so soft unless the pack says otherwise (GS-08)."""

    kind: Literal["lift"]
    force: Literal["hard", "soft"] = "soft"
    when: str
    min_grade: str


class UngradedModel(OnTiers):
    kind: Literal["ungraded"]
    when: str
    message: str


class ProtectModel(OnTiers):
    kind: Literal["protect"]
    when: str
    spares: list[str] = Field(min_length=1)
    review: str | None = None


class LinkageModel(OnTiers):
    kind: Literal["linkage"]
    at_or_below: str | None = None
    when: str | None = None
    table: dict[str, str] | None = Field(None, min_length=1)
    targets: list[str]
    include_self: bool = False
    max_grade: str | None = None
    force_grade: str | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> "LinkageModel":
        sources = [key for key in ("at_or_below", "when", "table") if getattr(self, key) is not None]
        grades = [key for key in ("max_grade", "force_grade") if getattr(self, key) is not None]
        if len(sources) != 1 or len(grades) != (0 if self.table else 1):
            raise ValueError("at_or_below、when、table 三选一;max_grade 与 force_grade 二选一,有 table 时都不写")
        return self


class ShareByGrade(Strict):
    """Percent of a pool, a number or `$key`, by the grade of its unit's subject of `tier` (JS-12)."""

    tier: str
    grades: dict[str, Annotated[int, Field(ge=0)] | str] = Field(min_length=1)


class QuotaModel(RuleModel):
    kind: Literal["quota"]
    pool: str
    grade: str
    only: bool = False
    part: Annotated[int, Field(ge=0)] | str | None = None
    part_by_grade: ShareByGrade | None = None
    whole: Annotated[int, Field(ge=1)] | None = None
    rounding: str = "floor"
    minimum: Value = 0

    @model_validator(mode="after")
    def _one_share(self) -> "QuotaModel":
        if (self.part is None) == (self.part_by_grade is None) or (self.part is None) != (self.whole is None):
            raise ValueError("part 与 whole 一起写,或只写 part_by_grade(百分比)")
        return self


class OrderModel(RuleModel):
    """看分不唯分: a deviation from the order of scores needs a reason (JS-14)."""

    kind: Literal["order"]
    force: Literal["hard", "soft"] = "soft"
    of: str
    pool: str
    reason: str


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


class CoverModel(OnTiers):
    kind: Literal["cover"]
    fact: str
    all_of: list[str] = Field(min_length=1)
    when: str | None = None
    effect: Literal["violation", "block", "notice"] = "violation"
    message: str


class EmphasisModel(OnTiers):
    kind: Literal["emphasis"]
    component: str
    part: str
    when: str
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


class SpreadModel(RuleModel):
    """Marks of an item that lie closer together than `at_least` percent of the base (GS-15)."""

    kind: Literal["spread"]
    at_least: Value
    base: str
    action: str


class LeniencyModel(RuleModel):
    """Full marks for everyone, or for a subject with recorded problems (GS-16)."""

    kind: Literal["leniency"]
    problem: str | None = None
    message: str
    action: str


AnyRule = (
    CapModel | BarModel | ForceModel | LiftModel | UngradedModel | ProtectModel | LinkageModel | QuotaModel | OrderModel
    | RequireModel | BlockModel | FlagModel | CoverageModel | CoverModel | EmphasisModel | AnnualCapModel
    | CrossCheckModel | ShapeModel | SpreadModel | LeniencyModel
)  # fmt: skip


class RulesFile(Strict):
    """rules.yaml"""

    rules: list[Annotated[AnyRule, Field(discriminator="kind")]]


class ActionModel(Strict):
    """One action; `from` is the date fact that its `duration_months` start at (GS-22)."""

    action: str
    options: list[str] = Field(default_factory=list)
    deadline_months: Value | None = None
    duration_months: Value | None = None
    from_date: str | None = Field(None, alias="from")
    on_person: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _period_is_whole(self) -> "ActionModel":
        if (self.duration_months is None) != (self.from_date is None):
            raise ValueError("duration_months 与 from 要么都写,要么都不写")
        return self


class OnGradeModel(OnTiers):
    kind: Literal["on_grade"]
    grades: list[str]
    when: str | None = None
    actions: list[ActionModel] = Field(min_length=1)


class OnFactModel(OnTiers):
    kind: Literal["on_fact"]
    when: str
    actions: list[ActionModel] = Field(min_length=1)


class ConsecutiveModel(OnTiers):
    kind: Literal["consecutive"]
    grades: list[str]
    years: Annotated[int, Field(ge=2)]
    gap: Literal["breaks", "bridges"] = "breaks"
    reset: Value = False
    when: str | None = None
    actions: list[ActionModel] = Field(min_length=1)
    leaders: list[str] = Field(default_factory=list)
    unrecorded: str = ""
    changed: str = ""


class CumulativeModel(OnTiers):
    kind: Literal["cumulative"]
    grades: list[str]
    times: Annotated[int, Field(ge=1)]
    window: Annotated[int, Field(ge=1)]
    when: str | None = None
    actions: list[ActionModel] = Field(min_length=1)


AnyConsequence = OnGradeModel | OnFactModel | ConsecutiveModel | CumulativeModel


class ActionLabel(Strict):
    code: str
    label: str
    counts: Literal["talk", "measure"] | None = None  # the head of the yearly figures that it falls under


class ConsequencesFile(Strict):
    """consequences.yaml; `settled_by` is the role that imposes, replaces or waives."""

    settled_by: Literal["administrator", "discipline_standing_committee", "party_committee"] = (
        "discipline_standing_committee"
    )
    actions: list[ActionLabel]
    ladders: list[LadderModel] = Field(default_factory=list)
    consequences: list[Annotated[AnyConsequence, Field(discriminator="kind")]]
