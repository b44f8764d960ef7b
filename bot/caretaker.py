"""What the clock brings about: reminders, late ones on to the next adviser, the day's notice to the office."""

import datetime as dt
import logging
import threading

from bot.agenda import Agenda, soon
from bot.clock import Clock, local
from bot.errors import StoreError
from bot.routing import Routing
from bot.store.advisers import OFFICE
from bot.store.database import Database, Unit
from handlers.adviser_phrases import due_today
from handlers.notices import tell

_log = logging.getLogger(__name__)
ROUND_SECONDS = 20.0
KEEP_REPLIES = dt.timedelta(hours=1)
"""The platform asks again within seconds; later a saved reply is only words that somebody said."""


class Caretaker:
    """Any number may run: what one has done, the next one finds done."""

    def __init__(self, database: Database, routing: Routing, agenda: Agenda, clock: Clock) -> None:
        self._database = database
        self._routing = routing
        self._agenda = agenda
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. A fault of the database is logged and waited out."""
        while not stop.is_set():
            try:
                self.once()
            except StoreError as error:
                _log.error("clock not minded error=%s", error)
            stop.wait(ROUND_SECONDS)

    def once(self) -> int:
        """One round; returns how many advisers were told something. Raises StoreError."""
        now = self._clock()
        with self._database.unit() as unit:
            notices = self._routing.look_after(unit, now)
            for notice in notices:
                tell(unit, notice, now)
            self._tell_what_is_due(unit, now)
            unit.inbox.forget_replies(now - KEEP_REPLIES)
            unit.callers.forget(now)
            unit.commit()
        return len(notices)

    def _tell_what_is_due(self, unit: Unit, now: dt.datetime) -> None:
        """Once on a working day, when the office is open: to the township's office."""
        today = local(now).date()
        if not self._routing.office.is_open(now) or not unit.records.first_time(f"due/{today}"):
            return
        dues = soon(self._agenda.on(unit, now), today)
        if dues:
            for counsel in unit.advisers.all():
                if counsel.kind == OFFICE:
                    unit.outbox.notify(counsel.id, due_today(dues, today), now)
