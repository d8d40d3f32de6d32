"""The form that launches a cycle: one model as the single parameter, so that all of it reads Chinese."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from config.scheme_loader import list_launchable, load_scheme
from tasks.cycle.open_cycle import CycleParams, ParamsRefused

STAGE_LABELS = {
    "公布": "announce",
    "述廉报告": "self_report",
    "述职述廉": "report_meeting",
    "测评谈话民调": "evaluate",
    "专项调查": "investigate",
    "定等建议": "propose",
    "党委决定": "decide",
    "公示通报": "publish",
    "反馈": "feedback",
    "整改跟踪": "rectify",
}


def offer_schemes(schema: dict[str, Any]) -> None:
    """Offer the schemes on disk that have stages as a drop-down, when the form is registered."""
    schema["enum"] = list_launchable()


def offer_defaults(schema: dict[str, Any]) -> None:
    """Offer the keys that some scheme marks as a default, the only ones that may be overridden."""
    schema["enum"] = sorted({key for scheme in list_launchable() for key in load_scheme(scheme).overridable})


class DueDate(BaseModel):
    """One stage's own deadline."""

    model_config = ConfigDict(extra="forbid", title="期限", json_schema_extra={"description": "一个环节的期限"})

    stage: str = Field(title="环节", json_schema_extra={"enum": list(STAGE_LABELS)})
    due_on: str = Field(title="期限", json_schema_extra={"format": "date"})


class Override(BaseModel):
    """One default value that this cycle sets otherwise."""

    model_config = ConfigDict(
        extra="forbid", title="调整", json_schema_extra={"description": "本周期对一个缺省值的调整"}
    )

    key: str = Field(title="缺省值", json_schema_extra=offer_defaults)
    value: str = Field(title="本周期取值", description="是/否写 true 或 false,数字直接写")


class LaunchForm(BaseModel):
    """What an administrator fills in to launch a cycle."""

    model_config = ConfigDict(
        extra="forbid", title="发起年度考核", json_schema_extra={"description": "一个方案一个年度只有一个周期"}
    )

    scheme: str = Field(title="方案", description="各地考核办法", json_schema_extra=offer_schemes)
    year: int = Field(title="考核年度", ge=1978, le=2100)
    office: str = Field(title="考核办公室", min_length=1, description="落款和联系单位的名称")
    contact: str = Field(title="联系方式", min_length=1, description="联系人和电话")
    hotline: str = Field(default="", title="举报监督电话", description="也可以在公布环节再填")
    due: list[DueDate] = Field(default=[], title="各环节期限", description="不填的环节按方案的缺省时限计算")
    overrides: list[Override] = Field(default=[], title="调整缺省值", description="只能调整方案中没有条款依据的缺省值")

    def params(self) -> CycleParams:
        """Return the parameters of the cycle, values typed as JSON would read them; ParamsRefused with all reasons."""
        reasons = [*_due_faults(self.due), *_twice("调整缺省值", (item.key for item in self.overrides))]
        if reasons:
            raise ParamsRefused(reasons)
        due = {_code(item.stage): item.due_on for item in self.due}
        overrides = {item.key: _typed(item.value) for item in self.overrides}
        return CycleParams.model_validate(
            {**self.model_dump(exclude={"due", "overrides"}), "due": due, "overrides": overrides}
        )


def form_of(params: CycleParams) -> dict[str, Any]:
    """Return the form's content for parameters, as a relaunch needs it."""
    labels = {code: label for label, code in STAGE_LABELS.items()}
    data = params.model_dump(mode="json")
    data["due"] = [{"stage": labels[code], "due_on": day} for code, day in data["due"].items()]
    data["overrides"] = [{"key": key, "value": _text(value)} for key, value in data["overrides"].items()]
    return data


def _due_faults(due: list[DueDate]) -> list[str]:
    codes = STAGE_LABELS.values()
    known = "、".join(STAGE_LABELS)
    faults = [f"没有环节“{item.stage}”;可用的环节:{known}" for item in due if _code(item.stage) not in codes]
    faults += [
        f"“{item.stage}”的期限“{item.due_on}”不是日期;应如 2011-01-10" for item in due if not _is_day(item.due_on)
    ]
    labels = {code: label for label, code in STAGE_LABELS.items()}
    return faults + _twice("各环节期限", (labels.get(_code(item.stage), item.stage) for item in due))


def _twice(label: str, names: Iterable[str]) -> list[str]:
    return [f"{label}中“{name}”填了 {n} 次;只能填一次" for name, n in Counter(names).items() if n > 1]


def _code(stage: str) -> str:
    return STAGE_LABELS.get(stage, stage)


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _typed(text: str) -> bool | int | str:
    lowered = text.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    return int(lowered) if re.fullmatch(r"-?[0-9]+", lowered) else text.strip()


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
