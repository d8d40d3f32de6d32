"""A headless Chromium or Chrome: the system's, else Playwright's own, else the test is skipped with how to get one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FETCH = (sys.executable, "-m", "playwright", "install", "chromium")
ADVICE = "no browser: install Debian's chromium and fonts-noto-cjk, or run `.venv/bin/playwright install chromium`"


@contextmanager
def open_page() -> Iterator[Page]:
    """Give a page of a fresh browser in Chinese."""
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        try:
            yield browser.new_page(viewport={"width": 1400, "height": 1000}, locale="zh-CN")
        finally:
            browser.close()


def _launch(playwright: Playwright) -> Browser:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=list(QUIET))
    except Error:
        return _launch_fetched(playwright)


def _launch_fetched(playwright: Playwright) -> Browser:
    """Let Playwright fetch its own Chromium; skip, or fail where a browser is required, when that cannot be."""
    try:
        subprocess.run(FETCH, check=True, capture_output=True, timeout=300)
        return playwright.chromium.launch(args=list(QUIET))
    except (Error, subprocess.SubprocessError, OSError) as missing:
        if os.environ.get("KAOHE_BROWSER_REQUIRED"):
            raise AssertionError(ADVICE) from missing
        pytest.skip(ADVICE)
