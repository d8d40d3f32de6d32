"""Schedules of deployments: paused by Kaohe with a tag that says why, never taken out of a person's hands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.responses import DeploymentResponse
from sqlmodel import select

from models.cycle import Cycle
from models.session import reading
from tasks.office.install import is_rehearsal
from tasks.wiring import House

REHEARSAL, NOT_ENABLED = "演练", "未启用"
MARKS = (REHEARSAL, NOT_ENABLED)  # tags of what Kaohe itself paused; without one, a person did
RECURRING = "经常性"
SCHEME, DUTY = "方案", "事项"  # the parameters of a duty's deployment
PAGE = 200


@dataclass(frozen=True)
class Standing:
    """Whether a deployment's schedules are to be paused, and the mark that says why; empty for a person's choice."""

    paused: bool
    mark: str = ""


def standing(reason: str, known: DeploymentResponse | None) -> Standing:
    """Return how a deployment is to stand: a person's choice stays, what Kaohe paused follows `reason`."""
    if known is None:
        return Standing(bool(reason), reason)
    marked, paused = any(mark in known.tags for mark in MARKS), is_paused(known)
    if paused and not marked:
        return Standing(paused=True)
    if marked and not paused:
        return Standing(False, reason)
    return Standing(bool(reason), reason)


def is_paused(known: DeploymentResponse) -> bool:
    """Tell whether nothing runs by itself: the switch of the UI is that of the schedule, the API has one above it."""
    return known.paused or not all(schedule.active for schedule in known.schedules)


def enabled_duties(world: House) -> dict[str, frozenset[str] | None]:
    """Return the schemes whose recurring duties run, each with the ids of those duties; None stands for all."""
    query = select(Cycle).where(Cycle.kind == "routine", Cycle.state == "open")
    with reading(world.engine) as session:
        found: dict[str, frozenset[str] | None] = {}
        for cycle in session.exec(query):
            own = cycle.params.get("duties")
            before = found.get(cycle.scheme_id, frozenset())
            found[cycle.scheme_id] = None if own is None or before is None else before | frozenset(own)
        return found


class Reasons:
    """Why Kaohe keeps a schedule paused, as the tables stand now; in a rehearsal all of them are."""

    def __init__(self, world: House, *, rehearsed: bool | None = None) -> None:
        self.rehearsed = is_rehearsal(world) if rehearsed is None else rehearsed
        self.enabled = enabled_duties(world)

    def of(self, parameters: Mapping[str, Any]) -> str:
        """Return the mark for a deployment with these parameters; empty when its schedule is to run."""
        if self.rehearsed:
            return REHEARSAL
        if SCHEME not in parameters:
            return ""
        chosen = self.enabled.get(parameters[SCHEME], frozenset())
        return "" if chosen is None or parameters[DUTY] in chosen else NOT_ENABLED


def follow_tables(world: House, client: SyncPrefectClient, *, rehearsed: bool | None = None) -> list[str]:
    """Pause and resume the duties' schedules as the routine cycles stand now; return the names of those changed.

    In a rehearsal all are paused, unless `rehearsed` says otherwise.
    """
    reasons, changed = Reasons(world, rehearsed=rehearsed), []
    for known in duty_deployments(client):
        wanted = standing(reasons.of(known.parameters), known)
        tags = retagged(known.tags, wanted)
        if (wanted.paused, tags) == (is_paused(known), known.tags):
            continue
        client.update_deployment(known.id, DeploymentUpdate(paused=known.paused and wanted.paused, tags=tags))
        for schedule in known.schedules:
            client.update_deployment_schedule(known.id, schedule.id, active=not wanted.paused)
        changed.append(known.name)
    return changed


def paused_by_hand(client: SyncPrefectClient) -> set[tuple[str, str]]:
    """Return (scheme, duty) of the duties whose schedule a person paused: they open nothing until it is resumed."""
    return {
        (str(known.parameters[SCHEME]), str(known.parameters[DUTY]))
        for known in duty_deployments(client)
        if is_paused(known) and not any(mark in known.tags for mark in MARKS)
    }


def retagged(tags: Iterable[str], wanted: Standing) -> list[str]:
    """Return a deployment's tags with the mark it is to have, last."""
    return [*(tag for tag in tags if tag not in MARKS), *([wanted.mark] if wanted.mark else [])]


def duty_deployments(client: SyncPrefectClient) -> list[DeploymentResponse]:
    """Return the deployments of recurring duties that Prefect knows."""
    return all_deployments(client, DeploymentFilter(tags=DeploymentFilterTags(all_=[RECURRING])))


def all_deployments(client: SyncPrefectClient, chosen: DeploymentFilter | None = None) -> list[DeploymentResponse]:
    """Return all deployments of a filter, page by page."""
    found: list[DeploymentResponse] = []
    while page := client.read_deployments(deployment_filter=chosen, limit=PAGE, offset=len(found)):
        found += page
        if len(page) < PAGE:
            break
    return found
