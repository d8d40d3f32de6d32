"""What Kaohe asks of Prefect's API: find a run, resume it, launch a deployment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.flow_runs import resume_flow_run
from prefect.states import Cancelled, Scheduled

ANNUAL = "年度考核/年度考核"
RETIRED = "已被接管"
SILENT = "Prefect 服务没有应答,请先运行 make up(kaohe up)"
WAITING = [StateType.PAUSED, StateType.SCHEDULED, StateType.PENDING]


class PrefectAway(Exception):
    """Prefect did not do what was asked: it does not answer, lacks our deployments, or refused."""


def connect() -> SyncPrefectClient:
    """Return a client of the API that the environment names."""
    return get_client(sync_client=True)


@contextmanager
def calling() -> Iterator[SyncPrefectClient]:
    """Give a client for a person's command; what Prefect fails to do is PrefectAway in one line."""
    try:
        with connect() as client:
            yield client
    except ObjectNotFound as unknown:
        raise PrefectAway(f"Prefect 中没有登记“{ANNUAL}”,请先运行 make up(kaohe up)") from unknown
    except httpx.HTTPStatusError as refused:
        if refused.response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
            raise PrefectAway(f"Prefect 没有接受:{' '.join(str(refused).split())}") from refused
        raise PrefectAway(SILENT) from refused
    except httpx.HTTPError as silent:
        raise PrefectAway(SILENT) from silent


def read_run(client: SyncPrefectClient, flow_run_id: str) -> FlowRun | None:
    """Return a flow run, or None when Prefect does not know it (any more)."""
    try:
        return client.read_flow_run(UUID(flow_run_id))
    except (ObjectNotFound, ValueError):
        return None


def pause_key(run: FlowRun) -> str | None:
    """Return the key a suspended run waits with, or None for a run that is not suspended."""
    if run.state is None or run.state.type != StateType.PAUSED:
        return None
    return run.state.state_details.pause_key


def resume(run: FlowRun, run_input: dict[str, Any] | None = None) -> None:
    """Resume a suspended run, with the input its gate asks for."""
    resume_flow_run(run.id, run_input=run_input, _sync=True)  # type: ignore[call-arg]  # also inside an event loop


def launch(client: SyncPrefectClient, parameters: dict[str, Any], idempotency_key: str | None = None) -> FlowRun:
    """Create a run of the annual cycle; the same idempotency key gives the same run."""
    deployment = client.read_deployment_by_name(ANNUAL)
    return client.create_flow_run_from_deployment(
        deployment.id, parameters=parameters, state=Scheduled(), idempotency_key=idempotency_key
    )


def pending_runs(client: SyncPrefectClient, parameters: dict[str, Any]) -> list[FlowRun]:
    """Return the runs of the annual cycle for these parameters that are suspended, scheduled or pending."""
    deployment = client.read_deployment_by_name(ANNUAL)
    runs = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=WAITING))),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id])),
    )
    wanted = (parameters["周期"]["scheme"], parameters["周期"]["year"])
    return [run for run in runs if _period(run) == wanted]


def retire(client: SyncPrefectClient, run: FlowRun) -> None:
    """Cancel a suspended run that a later one has taken over, so that nobody answers it in the UI."""
    client.set_flow_run_state(run.id, Cancelled(name=RETIRED), force=True)


def retire_waiting(client: SyncPrefectClient, key: str) -> None:
    """Cancel the runs that wait for a gate which was answered elsewhere and applied already."""
    paused = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED]))
    for run in client.read_flow_runs(flow_run_filter=FlowRunFilter(state=paused)):
        if pause_key(run) == key:
            retire(client, run)


def was_cancelled(run: FlowRun) -> bool:
    """Tell whether a person cancelled a run in the UI, rather than Kaohe retired it."""
    return run.state is not None and run.state.type == StateType.CANCELLED and run.state.name != RETIRED


def _period(run: FlowRun) -> tuple[Any, Any]:
    form = run.parameters.get("周期") or {}
    return form.get("scheme"), form.get("year")
