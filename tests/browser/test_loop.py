"""The whole loop in a real Chromium: a resident asks in the demo, the adviser answers on the page, the resident reads."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot import clock
from bot.demo import Running, open_stage
from tests.integration.desk_member import PASSWORD

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
ARTIFACTS = os.environ.get("TEST_ARTIFACTS", "")
AXE = Path(os.environ.get("TEST_NODE_MODULES", "node_modules")) / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    database = f"sqlite:///{tmp_path_factory.mktemp('loop') / 'loop.db'}"
    with open_stage(0, database) as stage:
        with stage.machine.database.unit() as unit:
            adviser = unit.advisers.named("示例律师")
            unit.accounts.add("lawyer", "示例律师", "adviser", clock.now(), adviser.id)
            unit.accounts.add("staff", "某工作人员", "staff", clock.now(), None)
            unit.commit()
        yield stage


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-sync"])
        yield browser
        browser.close()


def open_page(chromium: Browser, size: str) -> Page:
    width, height = SIZES[size]
    return chromium.new_context(viewport={"width": width, "height": height}).new_page()


def workbench(running: Running) -> str:
    return running.platform.webhook.removesuffix("/wechat") + "/workbench"


def sign_in(running: Running, page: Page, login: str) -> None:
    """By a new one-time link, with the keyboard alone."""
    with running.machine.database.unit() as unit:
        link = unit.accounts.new_link(unit.accounts.by_login(login).id, clock.now())
        unit.commit()
    page.goto(f"{workbench(running)}/setup/{link}")
    page.get_by_label("新密码").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("登录名").focus()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="等答复的咨询")).to_be_visible()


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


def keep(page: Page, name: str) -> None:
    if ARTIFACTS:
        Path(ARTIFACTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{ARTIFACTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("size", SIZES)
def test_a_question_is_answered_on_the_page_and_picked_up_in_the_chat(
    running: Running, chromium: Browser, size: str
) -> None:
    desk, phone = open_page(chromium, size), open_page(chromium, "phone")
    faults: list[str] = []
    for one in (desk, phone):
        one.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(running, desk, "lawyer")
    expect(desk.get_by_text("现在没有咨询")).to_be_visible()
    phone.goto(running.url)
    box = phone.get_by_label("说您的事")
    for said in ("河里的航标歪了归哪个修", "甲山"):
        box.fill(said)
        box.press("Enter")
        expect(phone.locator(".said").last).not_to_have_text(said)
        phone.wait_for_timeout(300)
    expect(desk.get_by_text("河里的航标歪了").first).to_be_visible(timeout=10_000)  # nobody reloaded
    assert serious(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    keep(desk, f"workbench-list-{size}")
    desk.get_by_role("link", name="河里的航标歪了").first.focus()
    desk.keyboard.press("Enter")
    answer = desk.get_by_label("先说结论")
    answer.focus()
    desk.keyboard.type("航标归航道管理站管。")
    assert serious(desk) == []
    keep(desk, f"workbench-consultation-{size}")
    for _ in range(3):
        desk.keyboard.press("Tab")
    began = dt.datetime.now(dt.UTC)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text("答复已发出")
    box.fill("有消息没得")
    box.press("Enter")
    expect(phone.get_by_text("航标归航道管理站管").first).to_be_visible()
    print(f"\nfrom 发送 to the resident's screen: {(dt.datetime.now(dt.UTC) - began).total_seconds():.2f} s ({size})")
    assert faults == []


@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_a_serious_finding_of_axe(running: Running, chromium: Browser, size: str) -> None:
    page = open_page(chromium, size)
    page.goto(f"{workbench(running)}/login")
    found = {"login": serious(page)}
    sign_in(running, page, "staff")
    for path in ("", "?tab=done", "/search?q=航标", "/drafts", "/account"):
        page.goto(workbench(running) + path)
        found[path] = serious(page)
    for path in ("", "/mediation", "/mediation/new", "/consultation", "/visit/new"):
        answered = page.goto(f"{workbench(running)}/../staff/books{path}")
        assert answered
        assert answered.ok
        found[f"books{path}"] = serious(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
