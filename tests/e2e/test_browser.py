"""An administrator's own way: launch from the form, answer the committee's gate in the browser, with an override."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page
from sqlmodel import select

from models.grading import DecidedGrade, Decision
from models.session import reading
from tasks.launch import Waiting, waiting_gate
from tests.e2e.browser import open_page
from tests.e2e.conftest import Theatre, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
PICTURES = os.environ.get("KAOHE_PICTURES")


def test_launch_from_the_form_and_decide_with_an_override(theatre: Theatre) -> None:
    """A refused decision asks again with the reason on top; a corrected one with an override stands."""
    driver = theatre.driver
    driver.prepare()
    with open_page() as page:
        launch_in_browser(page, theatre)
        wait_for(lambda: driver.live_run(), 120)
        gate = drive_to(theatre, "committee_decision")
        page.goto(f"{theatre.ui}/runs/flow-run/{driver.live_run_id()}")
        page.get_by_role("button", name="Resume").wait_for()
        picture(page, "run")
        override = theatre.script.answers["committee_decision"][1].values["overrides"][0]
        answer_in_browser(page, gate, override["subject"], override["grade"], reason="")
        again = wait_for(lambda: next_attempt(theatre, gate), 120)
        assert "没有被接受" in again.question
        assert "理由" in again.question
        page.reload()
        answer_in_browser(page, again, override["subject"], override["grade"], reason="承办全州重点任务成绩突出")
        assert wait_for(lambda: decided(theatre, override["subject"]), 120) == override["grade"]
        page.goto(f"{theatre.ui}/artifacts/key/bozhou-2010-progress")
        page.get_by_text("博州 2010 年度考核").first.wait_for()


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
    page.get_by_role("button", name="Submit").click()


def answer_in_browser(page: Page, gate: Waiting, subject: str, grade: str, reason: str) -> None:
    """Press Resume, fill in the committee's form with one override, and submit it."""
    page.get_by_role("button", name="Resume").click()
    dialog = page.get_by_role("dialog").or_(page.locator(".p-modal")).first
    dialog.get_by_text(gate.title).first.wait_for()
    choose(page, field(dialog, "答复人"), gate.holders[0])
    field(dialog, "会议名称").locator("textarea, input").first.fill("州委常委会第1次会议")
    rows = field(dialog, "与建议不同的决定")
    rows.get_by_role("button", name="Add item").click()
    options = next(item for item in gate.form if item["name"] == "overrides")["fields"][0]["options"]
    label = next(option["label"] for option in options if option["value"] == subject)
    choose(page, field(rows, "考核对象"), label)
    choose(page, field(rows, "等次"), grade)
    field(rows, "理由").locator("textarea, input").first.fill(reason)
    picture(page, "gate")
    page.get_by_role("button", name="Submit").click()
    dialog.wait_for(state="hidden")


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
    while True:
        theatre.driver.settle()
        gate = waiting_gate(theatre.world, theatre.driver.cycle().id or 0)
        if gate is not None and gate.kind == kind:
            return gate
        theatre.driver.step()


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
