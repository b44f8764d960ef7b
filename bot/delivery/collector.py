"""Fetches residents' pictures and recordings before the platform deletes them."""

import logging
import threading

from bot.clock import Clock
from bot.errors import SendError, StoreError
from bot.store.database import Database
from bot.wechat.client import Client
from bot.wechat.media import download

_log = logging.getLogger(__name__)
IDLE_SECONDS = 5.0
_GONE = (None, 40007)
"""Permanent for this picture: not of a kind that is kept, or its id is unknown. Every other refusal is about the
account or this machine, which an operator may mend in time."""


class Collector:
    """Any number of them may run: one that is taken up is not due for another."""

    def __init__(self, database: Database, client: Client, clock: Clock) -> None:
        self._database = database
        self._client = client
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. A fault of the database is logged and waited out."""
        while not stop.is_set():
            try:
                idle = not self.once()
            except StoreError as error:
                _log.error("media not fetched error=%s", error)
                idle = True
            if idle:
                stop.wait(IDLE_SECONDS)

    def once(self) -> bool:
        """Fetch one outside any transaction; False when none was due. Raises StoreError."""
        with self._database.reading() as unit:
            if not unit.media.anything_due(self._clock()):
                return False
        with self._database.unit() as unit:
            wanted = unit.media.take(self._clock())
            unit.commit()
        if wanted:
            self._fetch(wanted.turn_id, wanted.media_id)
        return wanted is not None

    def _fetch(self, turn_id: int, media_id: str) -> None:
        try:
            found = download(self._client, media_id)
        except SendError as error:
            _log.warning("media not fetched turn=%d code=%s", turn_id, error.code)
            with self._database.unit() as unit:
                unit.media.failed(turn_id, str(error), for_good=error.permanent and error.code in _GONE)
                unit.commit()
            return
        with self._database.unit() as unit:
            unit.media.fetched(turn_id, found.kind, found.content, self._clock())
            unit.commit()
