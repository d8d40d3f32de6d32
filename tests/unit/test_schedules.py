"""Whose word counts on a schedule: a person's always, else that of the tables."""

from uuid import uuid4

import pytest
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule

from tasks.running.schedules import NOT_ENABLED, REHEARSAL, Standing, retagged, standing


def known(*, paused: bool, mark: str = "") -> DeploymentResponse:
    """A deployment whose schedule's switch stands so in the UI."""
    schedule = DeploymentSchedule(schedule=CronSchedule(cron="5 6 * * *"), active=not paused)
    tags = ["经常性", *filter(None, [mark])]
    return DeploymentResponse(name="桐乡·每月评", flow_id=uuid4(), schedules=[schedule], tags=tags, labels={})


@pytest.mark.parametrize("reason", ["", NOT_ENABLED, REHEARSAL])
def test_a_new_deployment_follows_the_tables(reason: str) -> None:
    assert standing(reason, None) == Standing(bool(reason), reason)


@pytest.mark.parametrize("reason", ["", NOT_ENABLED, REHEARSAL])
def test_what_a_person_paused_stays_paused(reason: str) -> None:
    assert standing(reason, known(paused=True)) == Standing(paused=True)


def test_what_was_paused_through_the_api_stays_so_too() -> None:
    assert standing("", known(paused=False).model_copy(update={"paused": True})) == Standing(paused=True)


@pytest.mark.parametrize("mark", [NOT_ENABLED, REHEARSAL])
def test_what_a_person_resumed_stays_resumed(mark: str) -> None:
    assert standing(mark, known(paused=False, mark=mark)) == Standing(False, mark)


def test_enabling_resumes_what_was_paused_for_want_of_it() -> None:
    assert standing("", known(paused=True, mark=NOT_ENABLED)) == Standing(paused=False)


def test_disabling_pauses_what_ran() -> None:
    assert standing(NOT_ENABLED, known(paused=False)) == Standing(True, NOT_ENABLED)


def test_a_deployment_bears_one_mark_beside_its_own_tags() -> None:
    assert retagged(["经常性", NOT_ENABLED, "桐乡"], Standing(True, REHEARSAL)) == ["经常性", "桐乡", REHEARSAL]
    assert retagged(["经常性", REHEARSAL], Standing(paused=False)) == ["经常性"]
