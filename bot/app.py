"""The composition root: the only place that wires things together."""

import datetime as dt
import logging
from dataclasses import dataclass

from fastapi import FastAPI

from bot import clock
from bot.clock import Clock
from bot.config import Settings
from bot.dispatch import Dispatcher
from bot.store.database import Database
from bot.web import webhook
from bot.wechat.codec import Codec
from handlers import Township, build
from handlers.phrases import FAILED, Office
from handlers.pickup import pack
from handlers.villages import Village
from knowledge.desk import Desk


@dataclass(frozen=True)
class Machine:
    """Everything that a running program consists of."""

    settings: Settings
    database: Database
    desk: Desk
    dispatcher: Dispatcher
    web: FastAPI


def assemble(settings: Settings, desk: Desk | None = None, now: Clock = clock.now) -> Machine:
    """Wire the program over its database, whose schema is brought up to date when it is SQLite.

    Raises ConfigError, StoreError, KnowledgeError or StatuteError, each naming the fix.
    """
    desk = desk or Desk.open(clock.local(now()).date())
    database = open_database(settings)
    dispatcher = Dispatcher(database, build(township(settings), desk), pack, FAILED, now)
    web = FastAPI(title="legalbot", docs_url=None, redoc_url=None, openapi_url=None)
    web.include_router(webhook.router(Codec(settings.wechat, now), dispatcher, database, now))

    @web.get("/healthz")
    def healthz() -> dict[str, str]:
        with database.reading() as unit:
            unit.consultations.advisers()
        return {"status": "ok"}

    return Machine(settings, database, desk, dispatcher, web)


def open_database(settings: Settings) -> Database:
    """The database, ready for use: migrated when SQLite, with the configured advisers on record."""
    database = Database(settings.database.url)
    if database.is_sqlite:
        database.migrate()
    with database.unit() as unit:
        unit.consultations.seed_advisers(
            [(adviser.name, adviser.kind, adviser.villages) for adviser in settings.advisers]
        )
        unit.commit()
    return database


def township(settings: Settings) -> Township:
    """What handlers may know of the settings."""
    place = settings.township
    villages = tuple(Village(village.name, village.aliases, village.scene) for village in settings.villages)
    return Township(
        Office(place.name, place.hotline, place.office_hours), villages, dt.timedelta(hours=place.first_answer_hours)
    )


def log_to_stderr() -> None:
    """Log lines carry ids and kinds of fault, never tokens, OpenIDs or residents' words."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
