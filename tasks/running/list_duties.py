"""The duties with what Prefect knows of them: whose schedule a person paused."""

from dataclasses import replace

from httpx import HTTPError
from prefect.exceptions import PrefectException

from tasks.duties.view import DutyLine, DutyList, list_duties
from tasks.running import prefect_api
from tasks.running.schedules import paused_by_hand
from tasks.wiring import House


def list_scheduled(world: House, schemes: list[str] | None = None) -> DutyList:
    """Return what `list_duties` does, each duty that runs with whether it is paused; None when Prefect is silent."""
    found = list_duties(world, schemes)
    try:
        with prefect_api.connect() as client:
            paused = paused_by_hand(client)
    except (OSError, HTTPError, PrefectException, RuntimeError):
        return found
    return replace(found, lines=tuple(_told(line, paused) for line in found.lines))


def _told(line: DutyLine, paused: set[tuple[str, str]]) -> DutyLine:
    return replace(line, paused=(line.scheme, line.duty) in paused) if line.cycle else line
