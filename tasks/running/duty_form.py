"""The forms that switch a scheme's recurring duties on and off; one model each, so that all of it reads Chinese."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from config.scheme_loader import list_recurring
from tasks.cycle.open_cycle import ParamsRefused
from tasks.running.duty_names import duties_by_name
from tasks.running.duty_switch import Switched, disable_duties, enable_duties
from tasks.wiring import House


def offer_schemes(schema: dict[str, Any]) -> None:
    """Offer the schemes that have recurring duties, when the form is registered."""
    schema["enum"] = list_recurring()


def offer_duties(schema: dict[str, Any]) -> None:
    """Offer every recurring duty by its name, when the form is registered."""
    schema["items"] = {"type": "string", "enum": list(duties_by_name())}


class EnableForm(BaseModel):
    """What an administrator fills in to enable a scheme's recurring duties."""

    model_config = ConfigDict(
        extra="forbid", title="启用经常性考核", json_schema_extra={"description": "一个方案一个年度启用一次,次年接续"}
    )

    scheme: str = Field(title="方案", description="各地考核办法", json_schema_extra=offer_schemes)
    since: str = Field(
        title="自何日起", description="从这一天所在的期次起;早于今天的按次序补办", json_schema_extra={"format": "date"}
    )
    office: str = Field(title="考核办公室", description="落款和联系单位的名称")
    contact: str = Field(title="联系方式", description="联系人和电话")
    duties: list[str] = Field(
        default=[], title="事项", description="不选就是该方案的全部事项", json_schema_extra=offer_duties
    )

    def enable(self, world: House) -> Switched:
        """Enable what the form asks for; ParamsRefused with every reason, CycleDiffers or CycleClosed."""
        known = {name: duty.id for name, (pack, duty) in duties_by_name().items() if pack.id == self.scheme}
        faults = [
            f"方案“{self.scheme}”没有事项“{name}”;可选:{'、'.join(known) or '(无)'}"
            for name in self.duties
            if name not in known
        ]
        try:
            since = date.fromisoformat(self.since)
        except ValueError as none:
            raise ParamsRefused([f"自何日起“{self.since}”不是日期;应如 2026-01-01", *faults]) from none
        if faults:
            raise ParamsRefused(faults)
        return enable_duties(
            world,
            scheme=self.scheme,
            since=since,
            office=self.office,
            contact=self.contact,
            duties=[known[name] for name in self.duties] or None,
            by=self.office,
        )


class DisableForm(BaseModel):
    """What an administrator fills in to disable a scheme's recurring duties."""

    model_config = ConfigDict(
        extra="forbid", title="停用经常性考核", json_schema_extra={"description": "已有的数据不动,可以再次启用"}
    )

    scheme: str = Field(title="方案", description="要停用的方案", json_schema_extra=offer_schemes)
    reason: str = Field(title="理由", description="记入审计")

    def disable(self, world: House) -> Switched:
        """Disable what the form asks for; ParamsRefused with every reason."""
        return disable_duties(world, scheme=self.scheme, reason=self.reason, by="Prefect 界面")
