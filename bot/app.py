"""The composition root: the only place that wires things together."""

import datetime as dt
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import SystemRandom

from fastapi import APIRouter, FastAPI

from bot import clock
from bot.agenda import Agenda
from bot.annual import Annual
from bot.caretaker import Caretaker
from bot.clerk import Clerk
from bot.clock import Clock
from bot.config import Settings
from bot.delivery.channel import Channel
from bot.delivery.collector import Collector
from bot.delivery.courier import Courier
from bot.delivery.mail import Mail, MailServer
from bot.delivery.push import Push
from bot.delivery.robot import Robot
from bot.delivery.subscription import OneTime
from bot.dispatch import Dispatcher
from bot.librarian import Librarian
from bot.officetime import OfficeTime
from bot.routing import Limit, Routing
from bot.seal import Seal
from bot.store.advisers import Seed
from bot.store.database import Database
from bot.web import (
    account,
    accounts,
    acts,
    advisers,
    api,
    audit,
    bookkeeping,
    consultation,
    drafts,
    due,
    editing,
    erasing,
    exams,
    figures,
    gaps,
    ledgers,
    notify,
    overview,
    pages,
    paper,
    quizzes,
    readers,
    sheets,
    signin,
    stuck,
    webhook,
    workbench,
    yearly,
)  # fmt: skip
from bot.web.auth import Gate
from bot.wechat.client import Client
from bot.wechat.codec import Codec
from handlers import Township, build
from handlers.casework import Casework
from handlers.intake import shelf
from handlers.phrases import FAILED, Office, answer_waits
from handlers.pickup import pack
from handlers.villages import Village
from knowledge import publicity, quiz
from knowledge.desk import Desk
from knowledge.publicity import Listed, Publicity
from knowledge.quiz import Question


@dataclass(frozen=True)
class Machine:
    """Everything that a running program consists of."""

    settings: Settings
    database: Database
    desk: Desk
    dispatcher: Dispatcher
    courier: Courier
    caretaker: Caretaker
    librarian: Librarian
    collector: Collector | None
    """Only where the account may call the platform's API."""
    web: FastAPI

    @contextmanager
    def working(self) -> Iterator[None]:
        """Empty the outbox, mind the clock, take in what is published, fetch residents' media: each in its thread."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=worker.run, args=(stop,), name=type(worker).__name__, daemon=True)
            for worker in (self.courier, self.caretaker, self.librarian, self.collector)
            if worker
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(timeout=15)


def assemble(settings: Settings, desk: Desk | None = None, now: Clock = clock.now) -> Machine:
    """Wire the program over its database, whose schema is brought up to date when it is SQLite.

    Raises ConfigError, StoreError, KnowledgeError or StatuteError, each naming the fix.
    """
    desk = desk or Desk.open(clock.local(now()).date())
    database = open_database(settings)
    rules = routing(settings)
    days = publicity.load(desk.corpus, [Listed(**day.model_dump()) for day in settings.publicity])
    questions = quiz.load(desk.corpus, desk.statutes, clock.local(now()).date())
    dispatcher = Dispatcher(database, build(township(settings), desk, rules, days, questions), pack, FAILED, now)
    ways = channels(settings, database, now)
    courier = Courier(database, ways, now, SystemRandom())
    caretaker = Caretaker(database, rules, agenda(settings), now)
    librarian = Librarian(database, desk)
    librarian.once()
    secret = settings.wechat.app_secret.get_secret_value()
    collector = Collector(database, Client(settings.wechat, database, now), now) if secret else None
    web = FastAPI(title="legalbot", docs_url=None, redoc_url=None, openapi_url=None)
    web.include_router(webhook.router(Codec(settings.wechat, now), dispatcher, database, now))
    web.include_router(notify.router(database, settings, now))
    gate = Gate(database, now, dt.timedelta(hours=settings.delivery.uncollected_hours))
    pages.protect(web)
    for router in (
        *workbench_pages(settings, database, desk, gate, {way.rung for way in ways}, fetches=collector is not None),
        *office_pages(settings, database, desk, gate, days, questions),
    ):
        web.include_router(router)
    web.mount(api.ROOT, api.api(database, now, settings.township.name, count_window(settings)))

    @web.get("/healthz")
    def healthz() -> dict[str, str]:
        with database.reading() as unit:
            unit.advisers.all()
        return {"status": "ok"}

    return Machine(settings, database, desk, dispatcher, courier, caretaker, librarian, collector, web)


def workbench_pages(
    settings: Settings, database: Database, desk: Desk, gate: Gate, rungs: set[str], *, fetches: bool
) -> Iterator[APIRouter]:
    """Where advisers and staff answer, and where accounts and advisers are kept."""
    now, seal, work = gate.now, Seal(settings.workbench.key), casework(settings)
    yield workbench.router(database, gate, now)
    yield consultation.router(database, desk, gate, now, village_names(settings), fetches=fetches)
    yield acts.router(database, gate, work, now)
    yield drafts.router(database, desk, gate, now)
    yield editing.router(database, desk, gate, now)
    yield stuck.router(gate, work)
    yield advisers.router(gate, work, settings)
    yield accounts.router(gate, settings.workbench.public_url)
    yield overview.router(gate, settings, rungs)
    yield audit.router(gate)
    yield signin.router(gate, seal)
    yield account.router(gate, seal, f"{settings.township.name}法律咨询")


def office_pages(
    settings: Settings, database: Database, desk: Desk, gate: Gate, days: Publicity, questions: Sequence[Question]
) -> Iterator[APIRouter]:
    """The ledgers, what is due, figures, the yearly report, publicity and tests."""
    now, seal = gate.now, Seal(settings.workbench.key)
    clerk = Clerk(seal, village_names(settings))
    kept = shelf(clerk, seal, routing(settings))
    books = ledgers.Ledgers(kept, clerk)
    yield sheets.router(database, clerk, kept, gate, now)
    yield bookkeeping.router(database, gate, books, now)
    yield erasing.router(database, gate, now)
    yield ledgers.router(database, gate, books, agenda(settings), now)
    yield due.router(database, agenda(settings), gate, now)
    yield figures.router(database, gate, now, counting(settings))
    yield gaps.router(database, desk, gate, now)
    yield yearly.router(database, annual(settings), gate, now)
    yield readers.router(database, days, settings.township.name, gate, now)
    yield quizzes.router(database, questions, gate, now)
    yield exams.router(database, questions, clerk, seal, settings.workbench.public_url, gate, now)
    yield paper.router(database, questions, seal, now)


def open_database(settings: Settings) -> Database:
    """The database, ready for use: migrated when SQLite, with the configured advisers on record."""
    database = Database(settings.database.url)
    if database.is_sqlite:
        database.migrate()
    with database.unit() as unit:
        unit.advisers.seed([Seed(**adviser.model_dump()) for adviser in settings.advisers])
        unit.commit()
    return database


def village_names(settings: Settings) -> list[str]:
    return [village.name for village in settings.villages]


def count_window(settings: Settings) -> dt.timedelta:
    """How long a resident is silent on a topic before they count anew."""
    return dt.timedelta(hours=settings.township.count_window_hours)


def routing(settings: Settings) -> Routing:
    """Who gets what, and by when, as the operator set it."""
    opens, closes = (dt.time.fromisoformat(hour) for hour in settings.township.office_hours)
    office = OfficeTime(opens, closes, settings.calendar.holidays, settings.calendar.workdays)
    limits: dict[str, Limit] = {kind: Limit(hours) for kind, hours in settings.answering.hours.items()}
    limits |= {kind: Limit(hours, office_time=True) for kind, hours in settings.answering.office_hours.items()}
    return Routing(office, limits, dt.timedelta(minutes=settings.answering.urgent_repeat_minutes))


def agenda(settings: Settings) -> Agenda:
    """Which terms the office keeps beside those of the law."""
    villages = village_names(settings)
    return Agenda(villages, settings.visits.minimum_per_month, dt.timedelta(days=settings.mediation.return_visit_days))


def casework(settings: Settings) -> Casework:
    """What advisers and staff can do with a consultation."""
    return Casework(routing(settings), village_names(settings))


def annual(settings: Settings) -> Annual:
    """The yearly report as the office writes it."""
    return Annual(settings.township.name, count_window(settings), settings.report.rounded)


def counting(settings: Settings) -> figures.Counting:
    """How figures are counted, as the operator set it."""
    return figures.Counting(count_window(settings), village_names(settings), settings.visits.minimum_per_month)


def channels(settings: Settings, database: Database, now: Clock) -> list[Channel]:
    """The ways of sending that this account and these settings allow; the pick-up box needs none."""
    ways: list[Channel] = []
    if settings.wechat.verified and settings.wechat.app_secret.get_secret_value():
        call = Client(settings.wechat, database, now).call
        ways.append(Push(call))
        if settings.notifies:
            ways.append(OneTime(call, settings.wechat.subscription_template, answer_waits))
    if address := settings.delivery.robot_url.get_secret_value():
        ways.append(Robot(address))
    if settings.mail.host:
        mail = settings.mail
        password = mail.password.get_secret_value()
        ways.append(Mail(MailServer(mail.host, mail.port, mail.security, mail.user, password, mail.sender)))
    return ways


def township(settings: Settings) -> Township:
    """What handlers may know of the settings."""
    place = settings.township
    villages = tuple(Village(village.name, village.aliases, village.scene) for village in settings.villages)
    notify_at = f"{settings.workbench.public_url}/wx/notify" if settings.notifies else ""
    return Township(Office(place.name, place.hotline, place.office_hours), villages, notify_at)


def log_to_stderr() -> None:
    """Log lines carry ids and kinds of fault, never tokens, OpenIDs or residents' words."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
