"""Residents' pictures and recordings on a consultation's page, fetched from the simulated platform."""

import re

import pytest
import requests

from bot.store.media import ENDINGS
from tests.conftest import Town
from tests.integration.album import AMR, JPEG, NUMBER, Album, AlbumFactory, album, open_album
from tests.integration.workbench import Browser, WorkbenchFactory, open_workbench

__all__ = ["album", "open_album", "open_workbench"]  # fixtures
ONE = f"/workbench/c/{NUMBER}"


@pytest.fixture
def lawyer(album: Album, open_workbench: WorkbenchFactory) -> Browser:
    return open_workbench(album.town).member("lawyer", "adviser", "示例律师")


@pytest.fixture
def asked(album: Album) -> Album:
    """The resident of 甲山村 has asked in words, and may add to it."""
    album.town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert NUMBER in album.town.says("resident", "河里的航标歪了归哪个修")
    return album


def address(album: Album, place: int = 0) -> str:
    return f"{ONE}/media/{album.kept()[place].turn_id}"


def opened(browser: Browser, path: str) -> requests.Response:
    """A file of the consultation, which is then there."""
    found = browser.get(path)
    assert found.status_code == 200, browser.words()
    return found


def test_a_picture_stands_in_the_conversation_and_opens_as_it_was_sent(asked: Album, lawyer: Browser) -> None:
    asked.sends("m1")
    asked.fetch()
    page = lawyer.get(ONE).text
    assert f'<img src="{address(asked)}"' in page
    assert f'href="{address(asked)}"' in page
    assert "http://p" not in page, "the platform's own address of it is of no use to the reader"
    picture = opened(lawyer, address(asked))
    assert picture.content == JPEG
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.headers["Content-Disposition"] == f'inline; filename="{NUMBER}-{asked.kept()[0].turn_id}.jpg"'
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Cache-Control"] == "no-store"


def test_a_recording_is_to_be_downloaded_and_its_recognised_words_stay(asked: Album, lawyer: Browser) -> None:
    asked.sends("m1", AMR, "audio/amr", "voice", Format="amr", Recognition="航标是去年涨水冲歪的")
    asked.fetch()
    lawyer.get(ONE)
    assert "航标是去年涨水冲歪的" in lawyer.words()
    assert "手机上可播放" in lawyer.words()
    assert "<audio" not in lawyer.page.text
    assert f'href="{address(asked)}" download' in lawyer.page.text
    voice = opened(lawyer, address(asked))
    assert (voice.content, voice.headers["Content-Type"]) == (AMR, "audio/amr")


@pytest.mark.postgres
def test_on_postgresql_it_opens_as_it_was_sent(
    open_album: AlbumFactory, postgres: str, open_workbench: WorkbenchFactory
) -> None:
    album, every_byte = open_album(postgres), bytes(range(256)) * 4096
    album.sends("m1", every_byte)
    album.fetch()
    office = open_workbench(album.town).member("office")
    assert address(album) in office.get(ONE).text
    assert opened(office, address(album)).content == every_byte


@pytest.mark.parametrize(
    ("kind", "tag"),
    [("image/webp", "<img"), ("audio/mpeg", "<audio"), ("audio/ogg", "<audio"), ("video/mp4", "<video")],
)
def test_what_browsers_play_is_shown_or_played(asked: Album, lawyer: Browser, kind: str, tag: str) -> None:
    keep(asked, kind)
    assert re.search(rf'{tag} [^>]*src="{address(asked)}"', lawyer.get(ONE).text)
    assert opened(lawyer, address(asked)).headers["Content-Type"] == kind


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/javascript", "audio/amr; x"])
def test_anything_else_can_only_be_saved(asked: Album, lawyer: Browser, kind: str) -> None:
    keep(asked, kind)
    assert "下载文件" in lawyer.get(ONE).text
    file = opened(lawyer, address(asked))
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert re.fullmatch(rf'attachment; filename="{NUMBER}-\d+\.bin"', file.headers["Content-Disposition"])
    assert kind not in ENDINGS


def keep(album: Album, kind: str) -> None:
    """Something of this content type that the resident sent, as if the platform had said so."""
    album.sends("m1")
    with album.town.machine.database.unit() as unit:
        unit.media.fetched(album.kept()[0].turn_id, kind, b"<script>alert(1)</script>", album.town.clock())
        unit.commit()


def test_until_it_is_fetched_the_page_says_so_and_why_the_last_attempt_failed(asked: Album, lawyer: Browser) -> None:
    asked.sends("m1")
    lawyer.get(ONE)
    assert "正在取" in lawyer.words()
    assert "上一次" not in lawyer.words()
    assert lawyer.get(address(asked)).status_code == 404
    assert "还没有取到" in lawyer.words()
    asked.api.failures.append(48001)
    asked.fetch()
    lawyer.get(ONE)
    assert "正在取" in lawyer.words()
    assert "没有此接口的权限" in lawyer.words()
    assert "http://p" in lawyer.words(), "the platform's own address is all there is of it"


def test_what_is_given_up_says_why(asked: Album, lawyer: Browser) -> None:
    asked.sends("m1", b"x", "video/mp4")
    asked.fetch()
    lawyer.get(ONE)
    assert "取不到了：文件类型是 video/mp4" in lawyer.words()
    assert lawyer.get(address(asked)).status_code == 404


def test_after_three_days_it_cannot_be_had_any_more(
    asked: Album, lawyer: Browser, open_workbench: WorkbenchFactory
) -> None:
    asked.sends("m1")
    asked.town.clock.move(days=3)
    lawyer.sign_in("lawyer")
    for _ in ("before the program has noticed", "and after"):
        lawyer.get(ONE)
        assert "取不到了：微信只保存三天，没有来得及取。" in lawyer.words()
        asked.fetch()


def test_an_account_that_may_not_fetch_is_named(town: Town, open_workbench: WorkbenchFactory) -> None:
    town.platform.send_media("resident", "image", PicUrl="http://p", MediaId="m1")
    office = open_workbench(town).member("office")
    office.get(ONE)
    assert "没有设置公众号的 app_secret" in office.words()
    town.clock.move(days=3)
    office.sign_in("office")
    office.get(ONE)
    assert "微信只保存三天，没有来得及取" in office.words()


def test_a_picture_of_another_consultation_is_not_found_under_this_one(
    asked: Album, open_workbench: WorkbenchFactory
) -> None:
    asked.sends("m1")
    asked.fetch()
    asked.town.says("other", "河里的航标歪了归哪个修")
    asked.town.says("other", "丙坝")
    office = open_workbench(asked.town).member("office")
    opened(office, address(asked))
    assert office.get(address(asked).replace(NUMBER, "2026-000002")).status_code == 404
    for nothing in ("0", "99", "-1", "9" * 30):
        assert office.get(f"{ONE}/media/{nothing}").status_code == 404


def test_neither_another_villages_adviser_nor_a_stranger_gets_it(
    asked: Album, open_workbench: WorkbenchFactory
) -> None:
    asked.sends("m1")
    asked.fetch()
    bench = open_workbench(asked.town)
    other, stranger = bench.member("other", "adviser", "示例法律明白人"), bench.browser()
    assert other.get(address(asked)).status_code == 404
    assert "/workbench/login" in stranger.get(address(asked)).headers["Location"]


def test_opening_it_counts_as_looking_and_is_no_revealing(
    asked: Album, lawyer: Browser, open_workbench: WorkbenchFactory
) -> None:
    asked.sends("m1")
    asked.fetch()
    opened(lawyer, address(asked))
    office = open_workbench(asked.town).member("office")
    office.get(ONE)
    assert "示例律师也在看" in office.words()
    with asked.town.machine.database.reading() as unit:
        assert unit.accounts.trail(consultation_id=unit.consultations.by_number(NUMBER).id) == []


def test_when_the_resident_has_erased_the_words_it_is_gone(
    asked: Album, lawyer: Browser, open_workbench: WorkbenchFactory
) -> None:
    asked.sends("m1")
    asked.fetch()
    office, where = open_workbench(asked.town).member("office"), address(asked)
    for member in (lawyer, office):
        opened(member, where)
    asked.town.says("resident", "确认删除")
    for member in (lawyer, office):
        assert member.get(where).status_code == 404
    assert "已经删掉" in office.words()
    assert "<img" not in office.get(ONE).text
