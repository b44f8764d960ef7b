"""What the clock brings about: reminders, late ones on to the next adviser, what nobody needs any longer."""

import datetime as dt
import logging
import threading

from bot.clock import Clock
from bot.errors import StoreError
from bot.routing import Routing
from bot.store.database import Database
from handlers.notices import tell

_log = logging.getLogger(__name__)
ROUND_SECONDS = 20.0
KEEP_REPLIES = dt.timedelta(hours=1)
"""The platform asks again within seconds; later a saved reply is only words that somebody said."""


class Caretaker:
    """Any number may run: what one has done, the next one finds done."""

    def __init__(self, database: Database, routing: Routing, clock: Clock) -> None:
        self._database = database
        self._routing = routing
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
            unit.inbox.forget_replies(now - KEEP_REPLIES)
            unit.callers.forget(now)
            unit.commit()
        return len(notices)
