"""The page for the notice board, printed by a real Chromium."""

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, Page, sync_playwright

from bot.cli.poster import Code, page
from bot.store.advisers import Counsel
from handlers.phrases import Office

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
ARTIFACTS = os.environ.get("TEST_ARTIFACTS", "")
SVG = segno.make("http://weixin.qq.com/q/02abcdefghijklmnopqrst", error="q").svg_inline(border=4, omitsize=True)
CODES = {"drawn": Code(svg=SVG), "empty": Code()}
SHORT = (Office("示范镇", "", ("09:00", "17:30")), "甲山村", Counsel(1, "示例律师", "律师"))
LONG = (
    Office("某某土家族苗族自治县某某土家族乡", "023-1234 5678", ("09:00", "17:30")),
    "某某某某社区居民委员会",
    Counsel(1, "欧阳某某某（某某某某律师事务所驻某某某某分所）", "律师"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(params=[(code, words) for code in CODES for words in ("short", "long")], ids="-".join)
def poster(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    code, words = request.param
    file = tmp_path / "poster.html"
    file.write_text(page(*(SHORT if words == "short" else LONG), CODES[code]), encoding="utf-8")
    shown = browser.new_page(viewport={"width": 900, "height": 1200})
    asked: list[str] = []
    shown.on("request", lambda one: asked.append(one.url))
    shown.goto(file.as_uri())
    yield shown
    if ARTIFACTS:
        Path(ARTIFACTS).mkdir(parents=True, exist_ok=True)
        shown.screenshot(path=f"{ARTIFACTS}/poster-{code}-{words}.png", full_page=True)
    shown.close()
    assert [url for url in asked if not url.startswith("file:")] == [], "the page needs nothing but itself"
    assert len(asked) == 1


def test_it_prints_on_exactly_one_a4_page(poster: Page) -> None:
    pdf = poster.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box
    assert [round(float(side)) for side in box.groups()] == pytest.approx([595, 842], abs=1)


def test_nothing_is_cut_off_or_covers_anything_else(poster: Page) -> None:
    assert poster.evaluate("document.body.scrollHeight <= document.body.clientHeight")
    boxes = poster.evaluate(
        "[...document.querySelector('main').children].map(one => one.getBoundingClientRect())"
        ".map(box => [box.top, box.bottom, box.left, box.right])"
    )
    inside = poster.evaluate("(box => [box.top, box.bottom])(document.querySelector('main').getBoundingClientRect())")
    assert boxes[0][0] >= inside[0]
    assert boxes[-1][1] <= inside[1]
    assert all(above[1] <= below[0] + 0.5 for above, below in pairwise(boxes))


def test_it_can_be_read_and_scanned_from_a_step_away(poster: Page) -> None:
    sizes = poster.evaluate(
        "[...document.querySelectorAll('p, li, h1, h2, span, strong')].map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 14 * 96 / 72 - 0.1
    side = poster.evaluate("document.querySelector('.code').getBoundingClientRect().width") * 25.4 / 96
    assert side >= 70
    heard = poster.inner_text("main")
    for words in ("12348", "借钱不还怎么办", "删除我的记录", "09:00 到 17:30", "律师"):
        assert words in heard
