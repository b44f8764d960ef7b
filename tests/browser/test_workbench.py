"""Signing in to the workbench with a real Chromium that runs no scripts, on a phone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.integration.workbench import PASSWORD, Workbench, open_workbench, workbench

__all__ = ["open_workbench", "workbench"]  # fixtures
pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
ARTIFACTS = os.environ.get("TEST_ARTIFACTS", "")


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-sync"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        yield context.new_page()
        browser.close()


def test_an_account_is_set_up_and_used_without_scripts(workbench: Workbench, page: Page) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    workbench.account("li")
    page.goto(workbench.site + workbench.link("li"))
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输一次").fill(PASSWORD)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("密码设好了")
    page.get_by_label("登录名").fill("li")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="li的姓名").click()
    expect(page.locator(".qr svg")).to_be_visible()
    assert page.locator("main").bounding_box()["width"] <= 390  # type: ignore[index]
    if ARTIFACTS:
        Path(ARTIFACTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{ARTIFACTS}/workbench-account.png", full_page=True)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert faults == []
