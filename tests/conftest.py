"""A township to test in: the real program over a real database and HTTP server, and the simulated platform."""

import copy
import datetime as dt
import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.app import Machine, assemble
from bot.clock import SHANGHAI
from bot.config import Settings
from bot.demo import demo_settings, serving
from bot.message import plain
from bot.simulator.platform import Account, Exchange, Mode, Platform
from bot.store.database import Database
from knowledge.desk import Desk


@pytest.fixture(scope="session")
def desk() -> Desk:
    desk = Desk.open(dt.date(2026, 11, 22))
    gc.freeze()  # or every collection of garbage walks through the whole knowledge: 90 ms, once or twice a test
    return desk


@pytest.fixture
def own_desk(desk: Desk) -> Callable[[], Desk]:
    """A desk that takes in entries of its own: it shares the shipped knowledge, and replaces only its shelf."""
    return lambda: copy.copy(desk)


@dataclass
class StoppedClock:
    """A clock that stands still until it is moved."""

    moment: dt.datetime = field(default_factory=lambda: dt.datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI))

    def __call__(self) -> dt.datetime:
        return self.moment

    def move(self, **delta: float) -> None:
        self.moment += dt.timedelta(**delta)


@dataclass
class Town:
    """A running bot with the platform in front of it."""

    machine: Machine
    platform: Platform
    clock: StoppedClock

    def says(self, resident: str, text: str) -> str:
        """What a resident reads after typing something."""
        return plain(self.platform.say(resident, text).reply)

    def exchange(self, resident: str, text: str) -> Exchange:
        return self.platform.say(resident, text)


TownFactory = Callable[..., Town]


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of today's schema, to copy: building one takes longer than most tests."""
    path = tmp_path_factory.mktemp("blank") / "blank.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="session")
def aside() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Does something while the next test begins; what went wrong is raised when the last one is over.

    An HTTP server takes a fifth of a second to end, which is more than most tests."""
    begun: list[Future[None]] = []
    with ThreadPoolExecutor(1) as thread:
        yield lambda work: begun.append(thread.submit(work))
    for ended in begun:
        ended.result()


@pytest.fixture
def open_town(desk: Desk, blank: Path, tmp_path: Path, aside: Callable[..., None]) -> Iterator[TownFactory]:
    """Start towns that end after the test: open_town(mode="plain", database="postgresql://…", desk=…)."""
    with ExitStack() as stack:

        def open_one(
            mode: Mode = "secure", database: str = "", over: Desk | None = None, settings: Settings | None = None
        ) -> Town:
            clock = StoppedClock()
            own = tmp_path / f"{secrets.token_hex(4)}.db"
            if not (database or settings):
                shutil.copy(blank, own)
            chosen = settings or demo_settings(database or f"sqlite:///{own}")
            account = chosen.wechat
            if mode == "plain":
                chosen = chosen.model_copy(update={"wechat": account.model_copy(update={"encoding_aes_key": ""})})
                chosen = Settings.model_validate(chosen.model_dump())
            machine = assemble(chosen, over or desk, clock)
            stack.callback(machine.database.close)
            port = stack.enter_context(serving(machine.web, 0))
            console = Account(
                account.token.get_secret_value(), account.encoding_aes_key.get_secret_value(), account.app_id
            )
            platform = Platform(console, f"http://127.0.0.1:{port}/wechat", mode, lambda: clock().timestamp())
            return Town(machine, platform, clock)

        yield open_one
        aside(stack.pop_all().close)


@pytest.fixture
def town(open_town: TownFactory) -> Town:
    return open_town()


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of an empty database on the server that TEST_POSTGRES names; gone after the test."""
    from sqlalchemy import create_engine, make_url, text

    server = make_url(os.environ["TEST_POSTGRES"]).set(drivername="postgresql+psycopg")
    name = f"legalbot_test_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
