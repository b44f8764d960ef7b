"""Residents' pictures and recordings: fetched from the simulated platform before it deletes them, erased with the words."""

import logging
import time
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

import bot.migrations
from bot.errors import SendError
from bot.store.media import Attachment
from bot.wechat.client import Client
from bot.wechat.media import KINDS, LARGEST, download
from tests.conftest import Town
from tests.integration.album import AMR, JPEG, NUMBER, Album, AlbumFactory, album, open_album
from tests.integration.test_cli import run

__all__ = ["album", "open_album"]  # fixtures


def test_a_picture_and_a_recording_are_kept_as_they_were_sent(album: Album) -> None:
    album.sends("m1")
    album.sends("m2", AMR, "audio/amr", "voice")
    assert album.contents() == [b"", b""]
    assert [album.collector.once() for _ in range(3)] == [True, True, False]
    assert [one.kind for one in album.kept()] == ["image/jpeg", "audio/amr"]
    assert album.contents() == [JPEG, AMR]


def test_the_running_program_fetches_by_itself(album: Album) -> None:
    album.sends("m1")
    deadline = time.monotonic() + 20
    with album.town.machine.working():
        while album.contents() != [JPEG]:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_what_was_sent_before_the_update_is_fetched_too(album: Album) -> None:
    album.sends("m1")
    database = album.town.machine.database
    config = Config()
    config.set_main_option("script_location", str(Path(bot.migrations.__file__).parent))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
    database.migrate()
    assert album.collector.once()
    assert album.contents() == [JPEG]


def test_pictures_added_to_an_open_case_are_kept_too_and_words_and_videos_are_not_asked_for(album: Album) -> None:
    album.town.says("resident", "河里的航标歪了归哪个修")
    album.sends("m1")
    album.town.platform.send_media("resident", "video", MediaId="m2", ThumbMediaId="t")
    album.town.says("resident", "就是这张")
    album.fetch()
    assert album.contents() == [JPEG]


def test_a_busy_platform_is_asked_again_with_growing_waits(album: Album) -> None:
    album.sends("m1")
    album.api.failures.extend([-1, 45009])
    assert album.collector.once()
    assert not album.collector.once(), "not before its time"
    assert "-1" in album.kept()[0].error
    album.town.clock.move(minutes=1)
    assert album.collector.once()
    album.town.clock.move(minutes=1)
    assert not album.collector.once(), "the second wait is longer than the first"
    album.town.clock.move(minutes=1)
    assert album.collector.once()
    assert album.kept()[0] == Attachment(album.kept()[0].turn_id, "image/jpeg", "")


def test_after_three_days_it_is_given_up_with_the_reason(album: Album) -> None:
    album.sends("m1")
    album.api.failures.append(48001)
    album.collector.once()
    album.town.clock.move(days=3)
    assert not album.collector.once()
    assert "只保存三天" in album.kept()[0].error
    assert "48001" in album.kept()[0].error
    album.town.clock.move(days=30)
    assert not album.collector.once()


def test_one_that_is_overdue_does_not_keep_the_next_one_waiting(album: Album) -> None:
    album.sends("m1")
    album.town.clock.move(days=4)
    album.sends("m2")
    assert album.collector.once()
    assert album.contents() == [b"", JPEG]


@pytest.mark.parametrize(
    ("kind", "content", "why"),
    [("video/mp4", b"x", "只保存照片和语音"), ("image/jpeg", b"x" * (LARGEST + 1), "超过 10 MB")],
)
def test_what_is_not_kept_is_given_up_at_once_with_the_reason(
    album: Album, kind: str, content: bytes, why: str
) -> None:
    album.sends("m1", content, kind)
    album.collector.once()
    assert why in album.kept()[0].error
    album.town.clock.move(days=1)
    assert not album.collector.once()


def test_one_that_the_platform_does_not_know_is_given_up_at_once(album: Album) -> None:
    album.sends("m1")
    album.api.media.clear()
    album.collector.once()
    album.town.clock.move(days=1)
    assert not album.collector.once()
    assert "40007" in album.kept()[0].error


def test_of_two_workers_one_fetches_and_one_that_dies_leaves_it_to_the_next(album: Album) -> None:
    album.sends("m1")
    database, now = album.town.machine.database, album.town.clock
    with database.unit() as unit:
        assert unit.media.take(now())
        unit.commit()
    assert not album.collector.once()
    now.move(minutes=1)
    assert album.collector.once()
    assert album.contents() == [JPEG]


def test_erasing_the_words_erases_the_bytes(album: Album) -> None:
    album.sends("m1")
    album.collector.once()
    assert album.contents() == [JPEG]
    album.town.says("resident", "确认删除")
    assert album.kept() == []


def test_what_is_erased_while_it_is_fetched_does_not_come_back(album: Album) -> None:
    album.sends("m1")
    database = album.town.machine.database
    turn_id = album.kept()[0].turn_id
    album.town.says("resident", "确认删除")
    with database.unit() as unit:
        unit.media.fetched(turn_id, "image/jpeg", JPEG, album.town.clock())
        unit.commit()
    assert album.kept() == []


@pytest.mark.postgres
def test_on_postgresql_they_are_kept_byte_by_byte_and_erased(open_album: AlbumFactory, postgres: str) -> None:
    album, every_byte = open_album(postgres), bytes(range(256)) * 4096
    album.sends("m1", every_byte)
    album.sends("m2", AMR, "audio/amr", "voice")
    assert album.contents() == [b"", b""]
    album.fetch()
    assert [one.kind for one in album.kept()] == ["image/jpeg", "audio/amr"]
    assert album.contents() == [every_byte, AMR]
    album.town.says("resident", "确认删除")
    assert album.kept() == []


@pytest.mark.postgres
def test_on_postgresql_two_workers_at_once_take_one_each(open_album: AlbumFactory, postgres: str) -> None:
    album = open_album(postgres)
    album.sends("m0")
    album.town.clock.move(days=4)
    album.sends("m1")
    album.sends("m2")
    database, now = album.town.machine.database, album.town.clock()
    with database.unit() as first, database.unit() as second:
        taken = [unit.media.take(now) for unit in (first, second)]
    assert [one.media_id for one in taken if one] == ["m1", "m2"]


def test_an_account_without_a_secret_fetches_nothing(town: Town) -> None:
    assert town.machine.collector is None


def test_a_refused_token_is_renewed_and_an_unreachable_platform_is_named_without_the_token(
    album: Album, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    album.sends("m1")
    client = Client(album.town.machine.settings.wechat, album.town.machine.database, album.town.clock)
    assert download(client, "m1").kind in KINDS
    album.api.token = "renewed elsewhere"
    assert download(client, "m1").content == JPEG
    token = album.api.token
    client.API_BASE_URL = "http://127.0.0.1:9/cgi-bin/"
    with pytest.raises(SendError, match="连不上微信接口") as caught:
        download(client, "m1")
    assert not caught.value.permanent
    assert token not in str(caught.value) + caplog.text


def test_staff_save_them_as_files_and_read_why_one_is_missing(album: Album, tmp_path: Path) -> None:
    album.sends("m1")
    album.sends("m2", b"x", "video/mp4")
    env = {"LEGALBOT_DATABASE__URL": album.town.machine.settings.database.url}
    assert "还没有去取" in run("consult", "media", NUMBER, "--out", "files", folder=tmp_path, **env)
    album.fetch()
    heard = run("consult", "media", NUMBER, "--out", "files", folder=tmp_path, **env)
    assert "只保存照片和语音" in heard
    assert (tmp_path / "files" / f"{NUMBER}-1.jpg").read_bytes() == JPEG
    album.town.says("other", "河里的航标歪了归哪个修")
    assert "没有照片" in run("consult", "media", "2026-000002", "--out", "files", folder=tmp_path, **env)
