"""Engines, migrations and the unit of work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

import bot.migrations
from bot.errors import ConfigError, StoreError
from bot.store.accounts import Accounts
from bot.store.advisers import Advisers
from bot.store.board import Board
from bot.store.callers import Callers
from bot.store.clients import Clients
from bot.store.consultations import Consultations
from bot.store.dialogue import Residents
from bot.store.drafts import Drafts
from bot.store.figures import Figures
from bot.store.inbox import Inbox
from bot.store.intake import Intake
from bot.store.media import MediaStore
from bot.store.openrows import OpenRows
from bot.store.outbox import Outbox
from bot.store.quizzes import Quizzes
from bot.store.readers import Readers
from bot.store.records import Records
from bot.store.reports import Reports
from bot.store.subscriptions import Subscriptions
from bot.store.tokens import Tokens

BUSY_SECONDS = 4.0
"""How long a statement waits for a lock: below the 5 s after which the platform asks again."""


class Unit:
    """One transaction and the stores that write through it. Nothing is kept unless `commit` is called."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.inbox = Inbox(session)
        self.residents = Residents(session)
        self.advisers = Advisers(session)
        self.consultations = Consultations(session)
        self.outbox = Outbox(session)
        self.board = Board(session)
        self.drafts = Drafts(session)
        self.media = MediaStore(session)
        self.records = Records(session)
        self.intake = Intake(session)
        self.reports = Reports(session)
        self.figures = Figures(session)
        self.tokens = Tokens(session)
        self.accounts = Accounts(session)
        self.clients = Clients(session)
        self.quizzes = Quizzes(session)
        self.readers = Readers(session)
        self.subscriptions = Subscriptions(session)
        self.open_rows = OpenRows(session)
        self.callers = Callers(session)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone when an error leaves the block, and only that."""
        with self.session.begin_nested():
            yield

    def commit(self) -> None:
        self.session.commit()


class Database:
    """One engine, shared by all threads."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        # SQLite lets one transaction write at a time and makes the others poll, some until they time out. Threads of
        # this process wait in line instead; PostgreSQL needs no such line.
        self._line: threading.Semaphore | None = threading.Semaphore() if self.is_sqlite else None

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """A unit of work that is rolled back unless committed. Raises StoreError for any fault of the database."""
        if self._line and not self._line.acquire(timeout=BUSY_SECONDS):
            raise StoreError("数据库太忙，等了太久。请看看是不是有别的程序占着它")
        try:
            with self._unit_on(self.engine) as unit:
                yield unit
        finally:
            if self._line:
                self._line.release()

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """A unit for lists and reports, which waits for no writer. Raises StoreError."""
        with self._unit_on(self.engine.execution_options(legalbot_reading=True)) as unit:
            yield unit

    @contextmanager
    def _unit_on(self, engine: Engine) -> Iterator[Unit]:
        session = Session(engine, expire_on_commit=False)
        try:
            yield Unit(session)
        except SQLAlchemyError as error:
            raise _translated(error) from error
        finally:
            session.close()

    def migrate(self) -> None:
        """Bring the schema to the newest version. Raises StoreError."""
        config = Config()
        config.set_main_option("script_location", str(Path(bot.migrations.__file__).parent))
        try:
            with self.engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"数据库升级失败（{type(cause).__name__}：{cause}）") from error

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.engine.dispose()


def _translated(error: SQLAlchemyError) -> StoreError:
    # The statement's parameters hold residents' words, so only the kind of fault is passed on.
    cause = getattr(error, "orig", None) or error
    return StoreError(
        f"数据库出错（{type(cause).__name__}），请检查数据库地址、磁盘空间和权限，再看是否运行过 legalbot migrate"
    )


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            timeout = int(BUSY_SECONDS * 1000)
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, pool_size=20,
                connect_args={"options": f"-c lock_timeout={timeout} -c timezone=UTC"},
            )  # fmt: skip
        if parsed.get_backend_name() != "sqlite":
            raise ConfigError(f"database.url 只支持 sqlite:///… 和 postgresql://…，现在是 {parsed.get_backend_name()}")
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError("database.url 写法不对，例如 sqlite:///data/legalbot.db") from error
    except ModuleNotFoundError as error:
        raise ConfigError("使用 PostgreSQL 需要另装驱动：pip install 'legalbot[postgres]'") from error
    if not parsed.database or ":memory:" in parsed.database:
        raise ConfigError("database.url 要写一个文件，例如 sqlite:///data/legalbot.db，否则关机就丢了")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, pool_size=20, max_overflow=20)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN below is the only one
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that reads first cannot wait for the write lock: it fails with "database is locked".
    reading = connection.get_execution_options().get("legalbot_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
