"""The workbench in a real Chromium that runs no scripts, on a phone."""

import os
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Page, expect, sync_playwright

from tests.integration.album import AMR, NUMBER, Album, album, open_album
from tests.integration.workbench import PASSWORD, Workbench, WorkbenchFactory, open_workbench, workbench

__all__ = ["album", "open_album", "open_workbench", "workbench"]  # fixtures
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
