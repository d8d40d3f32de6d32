"""The files of a scheme as typed models; what they refuse becomes a fault with its line."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, model_validator

from config.roles import Role

Value = StrictBool | StrictInt | StrictStr


class Strict(BaseModel):
    """Unknown keys are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CiteModel(Strict):
    """A clause word for word, and the source that it stands in."""

    source: str
    clause: str


class Cited(Strict):
    """A value with its clause, or with the mark that no source says it.

    `rule` names the rule that a value outside rules.yaml carries out (a scale: BZ-03), for `kaohe scheme coverage`.
    """

    rule: str = ""
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
    scale: str | None = None  # without one its subjects are checked and counted, never graded
    person: bool


class PoolModel(Cited):
    id: str
    label: str
    tiers: list[str] = Field(min_length=1)
    by: list[str] = []  # one competition for each combination of values of these names


class SettingModel(Cited):
    key: str
    label: str
    default: Value
    allowed: list[Value] = []
    minimum: int | None = None
    maximum: int | None = None


class CriteriaModel(Cited):
    by_tier: dict[str, dict[str, list[str]]]


class DraftingModel(Cited):
    """How the policy came about: who was consulted, how many drafts, which provisions from above it refines."""

    consulted: list[str] = []
    drafts: int | None = None
    months: int | None = None
    superior: list[str] = []


class PolicyModel(Cited):
    """The document (考核办法) that the pack carries out: what is known of its sections, and which it must have."""

    title: str = ""
    sections: dict[str, str]
    required_sections: list[str] = []
    drafting: DraftingModel | None = None


class SchemeFile(Strict):
    """scheme.yaml"""

    id: str
    place: str
    label: str
    level: str = ""
    extends: str | None = None
    roles: dict[Role, str] = {}  # what the bodies that decide are called here, else config/roles.py
    subjects: dict[str, object] = {}
    membership: dict[str, object] = {}
    policy: PolicyModel | None = None
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
    fictional: bool = False  # an invented document, which no text can be compared with
    clauses: list[str]


class SourcesFile(Strict):
    """sources.yaml"""

    sources: list[SourceModel]
