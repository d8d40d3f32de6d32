"""Ladders of measures in consequences.yaml as typed models."""

from typing import Annotated

from pydantic import Field

from config.scheme_models import Cited, Strict


class RecordModel(Strict):
    """Rows of a form that record a measure taken on whom `subject` names."""

    form: str
    subject: str
    action: str


class LadderModel(Cited):
    """Measures that go in order on one person or team; a step may be one of several measures (TX-10, TX-11).

    `within_months`: the step before counts so long; `rules`: the ladder binds only what these rules propose;
    `needs`: what must have been imposed before a measure; `records`: forms that tell of measures taken elsewhere.
    """

    id: str
    label: str
    steps: list[str | list[str]] = Field(min_length=2)
    rules: list[str] = Field(default_factory=list)
    within_months: Annotated[int, Field(ge=1)] | None = None
    needs: dict[str, str] = Field(default_factory=dict)
    records: list[RecordModel] = Field(default_factory=list)
