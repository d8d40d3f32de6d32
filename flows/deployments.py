"""All deployments in one list: what an administrator finds in the UI."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow
from prefect.schedules import Interval

from config.settings import ROOT
from tasks.running.prefect_api import connect

POOL = "kaohe"
ZONE = "Asia/Shanghai"
ENGINE = "python -m prefect.engine"  # named, the worker starts one process a run instead of two


@dataclass(frozen=True)
class Registered:
    """One deployment: where its flow stands, what it is called, when it runs by itself."""

    name: str
    entrypoint: str
    description: str
    every: timedelta | None = None
    limit: int | None = None
    tags: tuple[str, ...] = field(default=("考核",))
    parameters: tuple[tuple[str, Any], ...] = ()


DEPLOYMENTS = (
    Registered(
        "年度考核",
        "flows/annual_cycle.py:annual_cycle",
        "发起一个年度考核周期:选择方案和年度,提交后按环节自动办理,需要答复时在运行页点“Resume”。"
        "参数相同的再次发起会从未办结的环节继续。",
    ),
    Registered(
        "导入资料",
        "flows/import_sheets.py:import_sheets",
        "导入各环节的 Excel 登记表:先核对,无误后写入;重复导入更正后的表会替换旧数据并保留历史。",
    ),
    Registered(
        "方案试算",
        "flows/try_scheme.py:try_scheme",
        "在一个周期冻结的资料上试算别的取值(名额、权重、缺省值,或停用一条规则):谁的等次会变、为什么、结果稳不稳定。"
        "只是试算,不改动任何业务数据。",
    ),
    Registered(
        "继续周期",
        "flows/continue_cycle.py:continue_cycle",
        "继续一个暂停或中断的周期:解除暂停,从未办结的环节接着办理。",
    ),
    Registered(
        "周期时钟",
        "flows/cycle_clock.py:cycle_clock",
        "每分钟检查各周期:条件已满足的唤醒,运行中断的重新发起。无需手工运行。",
        every=timedelta(minutes=1),
        limit=1,
        tags=("后台",),
    ),
)


def register(*, paused: bool) -> list[str]:
    """Create the work pool and all deployments anew; schedules stay paused in a rehearsal. Return their names."""
    with connect() as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", description="考核业务的执行池"))
    for item in DEPLOYMENTS:
        _apply(item, paused)
    return [item.name for item in DEPLOYMENTS]


def _queued(limit: int | None) -> ConcurrencyLimitConfig | None:
    """Return a limit that queues what comes above it (cancelling would end a resumed run for good)."""
    if limit is None:
        return None
    return ConcurrencyLimitConfig(limit=limit, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)


def _apply(item: Registered, paused: bool) -> None:
    loaded: Flow[..., Any] = Flow.from_source(source=str(ROOT), entrypoint=item.entrypoint)  # type: ignore[assignment]
    deployment = loaded.to_deployment(
        name=item.name,
        description=item.description,
        tags=list(item.tags),
        work_pool_name=POOL,
        job_variables={"command": ENGINE},
        parameters=dict(item.parameters),
        concurrency_limit=_queued(item.limit),
        schedule=Interval(item.every, timezone=ZONE) if item.every else None,
        paused=paused and item.every is not None,
    )
    assert isinstance(deployment, RunnerDeployment)  # the other branch is for callers inside an event loop
    deployment.apply()
