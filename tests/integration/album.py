"""A town whose account may fetch what residents send, and its consultation with pictures and recordings."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.delivery.collector import Collector
from bot.demo import demo_settings, serving
from bot.simulator.api import Api
from bot.store.database import Database
from bot.store.media import Attachment
from tests.conftest import Town, TownFactory

NUMBER = "2026-000001"
JPEG = b"\xff\xd8\xff" + b"a picture of a boundary stone"
AMR = b"#!AMR\n" + b"a voice"


@dataclass
class Album:
    town: Town
    api: Api

    @property
    def collector(self) -> Collector:
        assert self.town.machine.collector
        return self.town.machine.collector

    def sends(
        self, media_id: str, content: bytes = JPEG, kind: str = "image/jpeg", what: str = "image", **fields: str
    ) -> None:
        """The resident sends it; it is not fetched yet."""
        self.api.media[media_id] = (kind, content)
        address = {"PicUrl": "http://p"} if what == "image" else {}
        self.town.platform.send_media("resident", what, MediaId=media_id, **address, **fields)

    def kept(self) -> list[Attachment]:
        with self.town.machine.database.reading() as unit:
            return unit.media.of(unit.consultations.by_number(NUMBER).id)

    def contents(self) -> list[bytes]:
        with self.town.machine.database.reading() as unit:
            return [unit.media.content(one.turn_id) for one in self.kept()]

    def fetch(self) -> None:
        """Everything that is due."""
        while self.collector.once():
            pass


AlbumFactory = Callable[[str], Album]


@pytest.fixture
def open_album(open_town: TownFactory) -> Iterator[AlbumFactory]:
    """Albums that end with the test, over the database of this address, which may be empty."""
    with ExitStack() as stack:

        def open_one(database: str) -> Album:
            empty = Database(database)
            empty.migrate()
            empty.close()
            settings = demo_settings(database)
            api = Api(settings.wechat.app_id, "right")
            port = stack.enter_context(serving(api.app(), 0))
            account = {"app_secret": SecretStr("right"), "api_base_url": f"http://127.0.0.1:{port}"}
            settings = settings.model_copy(update={"wechat": settings.wechat.model_copy(update=account)})
            return Album(open_town(settings=settings), api)

        yield open_one


@pytest.fixture
def album(open_album: AlbumFactory, blank: Path, tmp_path: Path) -> Album:
    own = tmp_path / "album.db"
    shutil.copy(blank, own)
    return open_album(f"sqlite:///{own}")
