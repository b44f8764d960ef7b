"""A clerk keeps the ledgers with a real Chromium that runs no scripts, on a phone; the list goes onto A4."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_workbench import chromium, page
from tests.integration.workbench import PASSWORD, Workbench, open_workbench, workbench

__all__ = ["chromium", "open_workbench", "page", "workbench"]  # fixtures
pytestmark = pytest.mark.browser

ARTIFACTS = os.environ.get("TEST_ARTIFACTS", "")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def shot(page: Page, name: str) -> None:
    """Nothing wider than the screen, on a phone or a desk."""
    for kind, size in (("phone", PHONE), ("desk", DESKTOP)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = page.locator("main *").evaluate_all(
            "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
        )
        assert wide <= size["width"], (name, kind)
        if ARTIFACTS:
            Path(ARTIFACTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{ARTIFACTS}/ledger-{name}-{kind}.png", full_page=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def test_a_clerk_enters_mends_finds_and_prints_a_consultation(workbench: Workbench, page: Page) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    workbench.account("li")
    page.goto(workbench.site + "/workbench/login")
    page.get_by_label("登录名").fill("li")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="台账", exact=True).click()
    shot(page, "books")
    page.get_by_role("link", name="登记咨询").click()
    page.get_by_label("渠道（必填）").select_option("电话")
    page.get_by_label("村", exact=True).select_option("甲山村")
    page.get_by_label("纠纷类型（必填）").select_option("邻里")
    page.get_by_label("老年人").check()
    page.get_by_label("联系方式").fill("13912345678")
    page.get_by_label("问题（必填）").fill("邻居砌墙占了路，怎么办？")
    page.get_by_label("答复", exact=True).fill("先请村调委会调解。")
    page.get_by_label("结果（必填）").select_option("当场答复")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#about-answerer")).to_contain_text("就要写是谁答复的")
    shot(page, "form")
    assert page.get_by_label("老年人").is_checked()
    page.get_by_label("答复人").fill("示例律师")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_contain_text("已登记")
    shot(page, "record")
    page.get_by_role("link", name="返回咨询台账").click()
    page.get_by_label("纠纷类型").select_option("邻里")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 宗")
    shot(page, "list")
    page.emulate_media(media="print")
    expect(page.get_by_label("纠纷类型")).to_be_hidden()
    expect(page.get_by_text("邻居砌墙占了路")).to_be_visible()
    if ARTIFACTS:
        page.set_viewport_size({"width": 794, "height": 1123})
        page.screenshot(path=f"{ARTIFACTS}/ledger-print.png")
    assert faults == ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]
