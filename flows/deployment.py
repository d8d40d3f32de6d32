"""What one deployment is: where its flow stands, what it is called, when it runs by itself."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

POOL = "kaohe"
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Registered:
    """One deployment; `every` or `cron` (in Chinese time) when it runs by itself."""

    name: str
    entrypoint: str
    description: str
    every: timedelta | None = None
    cron: str = ""
    limit: int | None = None
    tags: tuple[str, ...] = field(default=("考核",))
    parameters: tuple[tuple[str, Any], ...] = ()

    @property
    def scheduled(self) -> bool:
        """Tell whether it runs by itself."""
        return bool(self.cron or self.every)

    def schedules(self, *, active: bool) -> list[DeploymentScheduleCreate]:
        """Return the schedule as Prefect takes it; none for what only people start."""
        if self.cron:
            when: Any = CronSchedule(cron=self.cron, timezone=ZONE)
        elif self.every:
            when = IntervalSchedule(interval=self.every, timezone=ZONE)
        else:
            return []
        return [DeploymentScheduleCreate(schedule=when, active=active)]
