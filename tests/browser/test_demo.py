"""The demo in a real Chromium: a newcomer types as a resident, at a desk and on a phone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.demo import Running, open_stage

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
ARTIFACTS = os.environ.get("TEST_ARTIFACTS", "")
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[Running]:
    with open_stage(0) as running:
        yield running


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, stage: Running) -> Iterator[Page]:
    page = browser.new_page(viewport=SIZES[request.param])  # type: ignore[arg-type]
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(stage.url)
    expect(page.get_by_role("log")).to_contain_text("示范镇法律咨询")
    yield page
    if ARTIFACTS:
        Path(ARTIFACTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{ARTIFACTS}/demo-{request.param}-{request.node.originalname}.png")
    page.close()
    assert faults == []


def say(page: Page, text: str) -> None:
    page.get_by_label("说您的事").fill(text)
    page.get_by_role("button", name="发送").click()


def test_a_question_is_answered_and_the_reasons_are_shown(page: Page) -> None:
    say(page, "别人借我的钱到期不还怎么办")
    log = page.get_by_role("log")
    expect(log).to_contain_text("依据：《民法典》")
    inside = page.get_by_label("机器人怎么想的")
    expect(inside).to_contain_text("把握足够")
    expect(inside).to_contain_text("encrypt_type=aes")
    expect(inside).to_contain_text("<Encrypt>")
    expect(inside).to_contain_text("lending-borrower-does-not-repay")


def test_clickable_words_speak_for_the_resident(page: Page) -> None:
    say(page, "航标歪了归谁修")
    log = page.get_by_role("log")
    expect(log).to_contain_text("请问您是哪个村的")
    page.get_by_role("button", name="丙坝村").last.click()
    expect(log).to_contain_text("示例法律明白人")
    say(page, "帮助")
    page.get_by_role("button", name="查询").last.click()
    expect(log).to_contain_text("等顾问答复")


def test_what_a_resident_types_is_shown_as_text(page: Page) -> None:
    say(page, "<img src=x onerror=alert(1)>")
    expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#talk img")).to_have_count(0)


def test_the_page_fits_and_works_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_label("说您的事").focus()
    page.keyboard.type("你好")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("有什么法律上的事")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
