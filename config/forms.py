"""The fields of a form: one description for templates, imports, gates and documents."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

FieldType = Literal[
    "text", "longtext", "count", "integer", "bool", "date", "datetime", "choice", "unit", "person", "subject", "grade",
    "rows",
]  # fmt: skip


ANY_STAGE = "any"  # taken at any time of the year


class Strict(BaseModel):
    """A model that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(Strict):
    """A choice: what is stored and what people read."""

    value: str
    label: str


class FieldSpec(Strict):
    """One field: `unit`, `person`, `subject` hold roster codes, `grade` a grade of the subject's scale."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    type: FieldType
    required: bool = False
    options: tuple[Option, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    default: str | int | bool | None = None
    help: str = ""
    fact: str | None = None
    fields: tuple["FieldSpec", ...] = ()

    @model_validator(mode="after")
    def check_parts(self) -> Self:
        """Choices have options, rows have fields, nothing else has either."""
        if (self.type == "choice") != bool(self.options):
            raise ValueError(f"{self.name}: options belong to type choice, and a choice needs them")
        if (self.type == "rows") != bool(self.fields):
            raise ValueError(f"{self.name}: fields belong to type rows, and rows need them")
        return self


class FormCheck(Strict):
    """A condition over one row's fields that must hold, in the condition language."""

    when: str
    message: str


class FormSpec(Strict):
    """A form: what one row of it says, which fields make its key, where the row goes.

    `into: facts` writes fields marked `fact:`; `register` keeps the row only; the others feed the table they name.
    `prefill`: the template brings a row for each unit or subject (default: for forms of a stage).
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    stage: str
    about: Literal["unit", "subject", "none"]
    key: tuple[str, ...]
    dated: str
    into: Literal["facts", "register", "events", "past_grades"] = "register"
    prefill: bool | None = None
    help: str = ""
    rules: tuple[str, ...] = ()
    fields: tuple[FieldSpec, ...]
    checks: tuple[FormCheck, ...] = ()

    @property
    def is_prefilled(self) -> bool:
        """Whether the template brings a row for each unit or subject."""
        return self.stage != ANY_STAGE if self.prefill is None else self.prefill

    @model_validator(mode="after")
    def check_names(self) -> Self:
        """Key and date name fields of the form; names are unique."""
        names = [field.name for field in self.fields]
        unknown = [name for name in (*self.key, self.dated) if name not in names]
        if unknown or len(set(names)) != len(names):
            raise ValueError(f"{self.id}: key and dated must name fields, once each; unknown: {unknown}")
        return self
