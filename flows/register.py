"""Registering: work pool and deployments as the list says, schedules as people and tables left them."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow, load_flow_from_entrypoint

from config.settings import ROOT
from flows.deployment import POOL, Registered
from flows.deployments import all_deployments
from tasks.running import schedules
from tasks.running.prefect_api import connect
from tasks.running.schedules import SCHEME, Reasons, retagged, standing
from tasks.wiring import House

ENGINE = "python -m prefect.engine"  # named, the worker starts one process a run instead of two
AT_HOME = [{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}]
QUEUED = ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)  # cancelling would end it for good


def register(world: House, *, paused: bool, schemes: Sequence[str] | None = None) -> list[str]:
    """Create the work pool and all deployments anew, and return their names; `paused` in a rehearsal.

    What a person paused stays paused, what a person resumed stays resumed. Duties of other packs than `schemes` (all
    when none are named) are left alone; those that their pack no longer has are removed.
    """
    reasons, items = Reasons(world, rehearsed=paused), all_deployments(schemes)
    entries = {item.entrypoint for item in items}
    flows: dict[str, Flow[..., Any]] = {entry: load_flow_from_entrypoint(f"{ROOT}/{entry}") for entry in entries}
    with connect() as client:
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process", description="考核业务的执行池"))
        ids = {entry: client.create_flow_from_name(flow.name) for entry, flow in flows.items()}
        known = {one.name: one for one in schedules.all_deployments(client)}
        for item in items:
            there = known.get(item.name)
            wanted = _wanted(item, flows[item.entrypoint], there, reasons)
            if there is None or there.flow_id != ids[item.entrypoint] or not _is_so(there, wanted):
                client.create_deployment(ids[item.entrypoint], item.name, **wanted)
        _remove_gone(client, items, list(known.values()))
        if not paused:
            schedules.follow_tables(world, client, rehearsed=False)  # duties enabled while this was under way
    return [item.name for item in items]


def _wanted(
    item: Registered, flow: Flow[..., Any], known: DeploymentResponse | None, reasons: Reasons
) -> dict[str, Any]:
    """Return a deployment as it is to be, in the words of Prefect's client."""
    parameters = dict(item.parameters)
    wanted = standing(reasons.of(parameters) if item.scheduled else "", known)
    return {
        "version": flow.version,
        "description": item.description,
        "tags": retagged(item.tags, wanted),
        "parameters": parameters,
        "parameter_openapi_schema": flow.parameters.model_dump(exclude_unset=True),
        "enforce_parameter_schema": True,
        "entrypoint": item.entrypoint,
        "pull_steps": AT_HOME,
        "work_pool_name": POOL,
        "job_variables": {"command": ENGINE},
        "concurrency_limit": item.limit,
        "concurrency_options": QUEUED if item.limit else None,
        "schedules": item.schedules(active=not wanted.paused),
        "paused": wanted.paused and known is not None and known.paused,
    }


def _is_so(known: DeploymentResponse, wanted: dict[str, Any]) -> bool:
    """Tell whether a deployment is already as wanted: writing it again would only drop its scheduled runs."""
    limit = known.global_concurrency_limit.limit if known.global_concurrency_limit else None
    told = {**known.model_dump(exclude={"schedules"}), "concurrency_limit": limit}
    told["concurrency_options"] = known.concurrency_options
    times = [(one.schedule, one.active) for one in known.schedules]
    return times == [(one.schedule, one.active) for one in wanted["schedules"]] and all(
        told[name] == value for name, value in wanted.items() if name != "schedules"
    )


def _remove_gone(client: SyncPrefectClient, items: Sequence[Registered], known: Sequence[DeploymentResponse]) -> None:
    """Remove duties that a pack which was read no longer has: their runs could only fail."""
    kept = {item.name for item in items}
    read = {dict(item.parameters).get(SCHEME) for item in items} - {None}
    for one in known:
        if one.name not in kept and one.parameters.get(SCHEME) in read:
            client.delete_deployment(one.id)
