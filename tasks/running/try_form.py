"""The form of a trial and the trial it asks for; one model as the single parameter, so that all of it reads Chinese."""

import hashlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from config.scheme_loader import list_launchable
from config.trial_file import read_variants
from config.trial_keys import RefusedTrial, read_value
from tasks.cycle.launch import find_cycle
from tasks.documents.files import out_dir
from tasks.grading.try_out import TryOut, ground_of, try_out
from tasks.grading.try_out_text import write_trial
from tasks.wiring import House, reading_desk

FOLDER = "试算"


def offer_schemes(schema: dict[str, Any]) -> None:
    """Offer the schemes that cycles can be launched with, when the form is registered."""
    schema["enum"] = list_launchable()


class Tried(BaseModel):
    """One value to try."""

    model_config = ConfigDict(extra="forbid", title="取值", json_schema_extra={"description": "要试的一项取值"})

    key: str = Field(
        title="项目",
        min_length=1,
        description="如 BZ-07.part、quota.min、BZ-14.off;全部项目见 kaohe whatif 周期 --keys",
    )
    value: str = Field(title="取值", min_length=1, description="是/否写 true 或 false,数字和等次直接写")


class TryForm(BaseModel):
    """What an administrator fills in to try other rules."""

    model_config = ConfigDict(
        extra="forbid", title="方案试算", json_schema_extra={"description": "在周期冻结的资料上试算,不改动业务数据"}
    )

    scheme: str = Field(title="方案", description="周期所用的方案", json_schema_extra=offer_schemes)
    year: int = Field(title="考核年度", ge=1978, le=2100)
    changes: list[Tried] = Field(default=[], title="要试的取值")
    vary: str = Field(default="", title="变体文件", description="服务器上的 YAML 文件路径,用来看稳定性;不看不填")

    @property
    def key(self) -> str:
        """Return the key of the cycle that is tried on."""
        return f"{self.scheme}-{self.year}"


def run_trial(world: House, form: TryForm) -> tuple[TryOut, Path]:
    """Try what the form asks for and write the workbook; return the result and where the workbook lies.

    Raises UnknownCycle, NoProposal, RefusedTrial or SchemeFaults.
    """
    changes = {row.key.strip(): read_value(row.value) for row in form.changes}
    variants = read_variants(Path(form.vary)) if form.vary.strip() else []
    if not changes and not variants:
        raise RefusedTrial(["没有要试的取值:请至少填一行,或给出变体文件"])
    cycle = find_cycle(world, form.key)
    with reading_desk(world, cycle.id or 0) as desk:
        ground, folder = ground_of(desk), out_dir(desk) / FOLDER
    tried = try_out(ground, changes, variants)
    path = folder / f"{FOLDER}_{_name(tried)}.xlsx"
    write_trial(tried, path)
    return tried, path


def _name(tried: TryOut) -> str:
    """A short name that is the same for the same trial."""
    return hashlib.sha256(repr((tried.changes, tried.variants, tried.stability)).encode()).hexdigest()[:8]
