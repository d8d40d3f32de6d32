"""An administrator's own way: launch from the form, answer the committee's gate in the browser, with an override."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from sqlmodel import select

from models.grading import DecidedGrade, Decision
from models.session import reading
from tasks.cycle.launch import Waiting, waiting_gate
from tests.e2e.baseline import HURRIED
from tests.e2e.browser import open_page
from tests.e2e.conftest import Theatre, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
PICTURES = os.environ.get("KAOHE_PICTURES")


def test_launch_from_the_form_and_decide_with_an_override(theatre: Theatre) -> None:
    """A refused decision asks again with the reason on top; a corrected one with an override stands."""
    driver = theatre.driver
    theatre.script.launch_on = HURRIED
    driver.prepare()
    with open_page() as page:
        launch_in_browser(page, theatre)
        wait_for(lambda: driver.live_run(), 120)
        gate = drive_to(theatre, "committee_decision")
        page.goto(f"{theatre.ui}/runs/flow-run/{driver.live_run_id()}")
        page.get_by_role("button", name="Resume").wait_for()
        picture(page, "run")
        scripted = theatre.script.answers["committee_decision"]
        forbidden, allowed = scripted[0].values["overrides"][1], scripted[1].values["overrides"][0]
        answer_in_browser(page, gate, forbidden)
        again = wait_for(lambda: next_attempt(theatre, gate), 120)
        assert "没有被接受" in again.question
        assert "BZ-14" in again.question
        page.reload()
        answer_in_browser(page, again, allowed, opened="gate-refused")
        assert wait_for(lambda: decided(theatre, allowed["subject"]), 120) == allowed["grade"]
        for key, shown in {"propose-proposal": "定等建议", "progress": "公示、通报"}.items():
            page.goto(f"{theatre.ui}/artifacts/artifact/{artifact_id(theatre, f'bozhou-2010-{key}')}")
            page.get_by_text(shown).first.wait_for()
            picture(page, key.removeprefix("propose-"))


def artifact_id(theatre: Theatre, key: str) -> str:
    """Return the id of the newest artifact of a key."""
    found = theatre.client.read_latest_artifacts(
        artifact_filter=ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[key]))
    )
    return str(found[0].latest_id)


def launch_in_browser(page: Page, theatre: Theatre) -> None:
    """Fill in the launch form as an administrator finds it, and submit it."""
    params = theatre.script.launch
    page.goto(f"{theatre.ui}/deployments")
    page.get_by_role("link", name="年度考核").first.click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Custom run").click()
    page.get_by_text("考核年度").wait_for()
    choose(page, field(page.locator("body"), "方案"), params.scheme)
    for label, value in {
        "考核年度": str(params.year),
        "考核办公室": params.office,
        "联系方式": params.contact,
        "举报监督电话": params.hotline,
    }.items():
        field(page.locator("body"), label).locator("input, textarea").first.fill(value)
    picture(page, "launch-form")
    submit(page, "create_flow_run")


def answer_in_browser(page: Page, gate: Waiting, override: Mapping[str, str], *, opened: str = "") -> None:
    """Press Resume, fill in the committee's form with one override, and submit it."""
    page.get_by_role("button", name="Resume").click()
    dialog = page.get_by_role("dialog").or_(page.locator(".p-modal")).first
    dialog.get_by_text(gate.title).first.wait_for()
    if opened:
        picture(page, opened)
    choose(page, field(dialog, "答复人"), gate.holders[0])
    field(dialog, "会议名称").locator("textarea, input").first.fill("州委常委会第1次会议")
    rows = field(dialog, "与建议不同的决定")
    rows.get_by_role("button", name="Add item").click()
    options = next(item for item in gate.form if item["name"] == "overrides")["fields"][0]["options"]
    label = next(option["label"] for option in options if option["value"] == override["subject"])
    choose(page, field(rows, "考核对象"), label)
    choose(page, field(rows, "等次"), override["grade"])
    field(rows, "理由").locator("textarea, input").first.fill(override["reason"])
    picture(page, "gate")
    submit(page, "resume")


def submit(page: Page, action: str) -> None:
    """Press Submit, and again while Prefect says that its database is busy, as a person would."""
    for _ in range(10):
        with page.expect_response(lambda got: got.request.method == "POST" and got.url.endswith(action)) as answer:
            page.get_by_role("button", name="Submit").click()
        if answer.value.ok:
            return
        assert answer.value.status >= 500, answer.value.text()
        page.wait_for_timeout(1000)
    raise AssertionError(f"Prefect was busy ten times: {action}")


def field(inside: Locator, label: str) -> Locator:
    """Return the block of a form's field by its label, required or not."""
    span = "span[contains(@class, 'schema-form-property__label')]"
    named = f"normalize-space() = '{label}' or normalize-space() = '{label} (Optional)'"
    block = "ancestor::*[contains(concat(' ', normalize-space(@class), ' '), ' schema-form-property ')][1]"
    return inside.locator(f"xpath=.//{span}[{named}]/{block}").first


def choose(page: Page, block: Locator, label: str) -> None:
    """Choose an entry of a drop-down by its text."""
    block.locator(".p-select-button__control").first.press("ArrowDown")
    option = page.get_by_role("option", name=label, exact=True)
    scroller = page.locator(".p-virtual-scroller").last
    for _ in range(60):
        if option.count():
            break
        scroller.hover()
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(30)
    option.first.click()


def drive_to(theatre: Theatre, kind: str) -> Waiting:
    """Step the year until a gate of this kind is open, and return it."""
    for _ in range(60):
        theatre.driver.settle()
        gate = waiting_gate(theatre.world, theatre.driver.cycle().id or 0)
        if gate is not None and gate.kind == kind:
            return gate
        theatre.driver.step()
    raise AssertionError(f"no gate {kind} after 60 steps")


def next_attempt(theatre: Theatre, gate: Waiting) -> Waiting | None:
    """Return the gate that came after a refused one, once its run waits for it."""
    theatre.driver.settle()
    found = waiting_gate(theatre.world, theatre.driver.cycle().id or 0)
    return found if found is not None and found.key != gate.key else None


def decided(theatre: Theatre, subject: str) -> str | None:
    """Return the decided grade of a subject, once there is one."""
    with reading(theatre.world.engine) as session:
        query = select(DecidedGrade.grade).join(Decision).where(DecidedGrade.subject == subject)
        return session.exec(query.where(Decision.state == "decided")).first()


def picture(page: Page, name: str) -> None:
    """Take a picture for the documentation when a folder is given."""
    if PICTURES:
        page.wait_for_timeout(1500)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")
