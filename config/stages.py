"""The stages of a scheme: labels, due rules, facts and exit conditions, from stages.yaml."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, Protocol

from pydantic import Field, model_validator

from config.forms import Strict
from config.yaml_file import Faults, YamlMap, check_model, parse_yaml


class Cite(Strict):
    """Where a value comes from: a source's tag and its words."""

    source: str
    clause: str


class RuleCite(Cite):
    """The clause of a rule that a stage carries out without a condition of its own."""

    id: str


class DueRule(Strict):
    """How long a stage may take, counted from its opening."""

    workdays: int = 0
    months: int = 0
    basis: Literal["default", "clause"] = "default"


class ConditionSpec(Strict):
    """A condition of leaving a stage; a soft one may be let pass with a recorded reason."""

    id: str
    when: str
    force: Literal["hard", "soft"]
    message: str
    cite: Cite | None = None
    basis: Literal["default"] | None = None

    @property
    def rule(self) -> str:
        """The rule that the condition carries out: BZ-43 for BZ-43-confirmed."""
        return re.sub(r"-[a-z_]+$", "", self.id)


class StageSpec(Strict):
    """One canonical stage as a scheme names and conditions it."""

    code: str
    label: str
    steps: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    due: DueRule
    forms: tuple[str, ...] = ()
    facts: dict[str, Literal["count", "bool"]]
    labels: dict[str, str] = Field(default_factory=dict)  # cycles of older packs have none
    exit: tuple[ConditionSpec, ...] = Field(min_length=1)
    cites: tuple[RuleCite, ...] = ()

    @model_validator(mode="after")
    def _labels_name_facts(self) -> "StageSpec":
        if unknown := sorted(set(self.labels) - set(self.facts)):
            raise ValueError(f"labels 只写 facts 中的名称({'、'.join(unknown)} 不在其中)")
        return self


class StagesFile(Strict):
    """stages.yaml: the stages in the order in which a cycle passes them."""

    stages: tuple[StageSpec, ...] = Field(min_length=1)


class HasFiles(Protocol):
    """A pack, as far as it is needed here: its files as text by relative name."""

    @property
    def files(self) -> Mapping[str, str]: ...


def read_stages(data: YamlMap, faults: Faults) -> tuple[StageSpec, ...]:
    """Return the stages of a stages.yaml; what is wrong goes to `faults`, and nothing is returned then."""
    read = check_model(StagesFile, data, faults)
    return read.stages if read else ()


def load_stages(pack: HasFiles) -> tuple[StageSpec, ...]:
    """Return the stages of a pack in order; SchemeFaults with every fault, an empty tuple where it has no stages."""
    return _stages(pack.files.get("stages.yaml", ""))


@lru_cache(maxsize=16)
def _stages(text: str) -> tuple[StageSpec, ...]:
    if not text:
        return ()
    faults = Faults()
    stages = read_stages(parse_yaml(text, "stages.yaml", faults), faults)
    faults.raise_any()
    return stages
