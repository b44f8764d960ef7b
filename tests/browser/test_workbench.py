"""The workbench in a real Chromium: without scripts on a phone, with pictures, and the pages of the office."""

import os
import re
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.clock import Clock
from bot.store.advisers import Seed
from bot.store.database import Database
from tests.browser.test_loop import SIZES, serious
from tests.integration.album import AMR, NUMBER, Album, album, open_album
from tests.integration.workbench import PASSWORD, Workbench, WorkbenchFactory, open_workbench, workbench

__all__ = ["album", "open_album", "open_workbench", "workbench"]  # fixtures
pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
ARTIFACTS = os.environ.get("TEST_ARTIFACTS", "")


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-sync"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Page:
    return chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()


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


def fill_register(database: Database, now: Clock) -> None:
    """An adviser whom staff added, one who was switched off, and something that is stuck."""
    with database.unit() as unit:
        for name in ("新律师", "旧律师"):
            unit.advisers.add(Seed(name, "律师", ("甲山村",), ("继承", "婚姻家庭"), duty=True))
        unit.advisers.switch(unit.advisers.named("旧律师").id, on=False)
        unit.outbox.notify(unit.advisers.named("新律师").id, "请看待办", now())
        unit.outbox.bury(unit.outbox.lease(now(), 1)[0], "没有渠道能送到：顾问没有绑定微信，也没有写邮箱")
        unit.commit()


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_the_office_have_no_serious_finding_of_axe_and_fit_the_screen(
    workbench: Workbench, chromium: Browser, size: str
) -> None:
    fill_register(workbench.machine.database, workbench.clock)
    workbench.account("admin", "admin")
    width, height = SIZES[size]
    page = chromium.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(f"{workbench.site}/workbench/login")
    page.get_by_label("登录名").fill("admin")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="等答复的咨询")).to_be_visible()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    found = {}
    for name in ("stuck", "advisers", "accounts", "settings", "audit"):
        page.goto(f"{workbench.site}/workbench/{name}")
        for more in page.locator("summary").all():
            more.click()
        found[name] = look_at(page, width, f"{name}-{size}")
    page.goto(f"{workbench.site}/workbench/advisers")
    page.locator("summary").first.click()
    page.get_by_role("button", name="发新的绑定码").first.click()
    expect(page.locator(".qr svg")).to_be_visible()
    found["code"] = look_at(page, width, f"code-{size}")
    page.goto(f"{workbench.site}/workbench/accounts")
    page.locator("summary").first.click()
    page.get_by_role("button", name="发新的登录链接").click()
    expect(page.get_by_label("链接，全选复制")).to_have_value(re.compile(r"^http://127\.0\.0\.1:\d+/workbench/setup/"))
    found["link"] = look_at(page, width, f"link-{size}")
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert faults == []


def look_at(page: Page, width: int, name: str) -> list[str]:
    """What is wrong with the page as it is shown now."""
    if ARTIFACTS:
        Path(ARTIFACTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{ARTIFACTS}/office-{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*serious(page), *([f"{wide} px wide"] if wide > width else [])]


def read_case(bench: Workbench, page: Page) -> None:
    """A member signs in and arrives at the resident's consultation."""
    bench.account("li")
    page.goto(f"{bench.site}/workbench/login?next=/workbench/c/{NUMBER}")
    page.get_by_label("登录名").fill("li")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def test_a_picture_that_a_resident_sent_is_seen_on_the_page_and_opens_in_full(
    album: Album, open_workbench: WorkbenchFactory, page: Page
) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    code, picture = segno.make_qr("a boundary stone"), BytesIO()
    code.save(picture, kind="png", scale=20)
    album.sends("m1", picture.getvalue(), "image/png")
    album.fetch()
    read_case(open_workbench(album.town), page)
    small = page.get_by_role("img", name="发的图片")
    small.scroll_into_view_if_needed()
    assert small.evaluate("img => img.decode().then(() => img.naturalWidth)") == code.symbol_size(20)[0]
    assert small.bounding_box()["width"] <= 256  # type: ignore[index]
    if ARTIFACTS:
        page.screenshot(path=f"{ARTIFACTS}/workbench-picture.png", full_page=True)
    with page.expect_popup() as full:
        small.click()
    expect(full.value.locator("img")).to_be_visible()
    assert faults == []


def test_a_recording_is_played_on_the_page_or_saved_as_a_file(
    album: Album, open_workbench: WorkbenchFactory, page: Page
) -> None:
    second = BytesIO()
    with wave.open(second, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16000))
    album.sends("m1", AMR, "audio/amr", "voice")
    album.fetch()
    album.sends("m2", what="voice")
    with album.town.machine.database.unit() as unit:
        unit.media.fetched(album.kept()[1].turn_id, "audio/wav", second.getvalue(), album.town.clock())
        unit.commit()
    read_case(open_workbench(album.town), page)
    player = page.locator("audio")
    expect(player).to_be_visible()
    player.evaluate("audio => { audio.preload = 'auto' }")
    expect(player).to_have_js_property("duration", 1)
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载语音").click()
    assert saved.value.suggested_filename == f"{NUMBER}-{album.kept()[0].turn_id}.amr"
    assert saved.value.path().read_bytes() == AMR
