"""Brings what the office publishes into the matcher of this process, within ten seconds."""

import logging
import threading

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.drafts import keys_of
from knowledge.corpus import read_entry
from knowledge.desk import Desk
from knowledge.entry import Entry
from knowledge.fault import KnowledgeError

_log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0


class Librarian:
    """One per process: each has a matcher of its own."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk
        self._known = "0 None"

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. A fault of the database is logged and waited out."""
        while not stop.is_set():
            try:
                self.once()
            except StoreError as error:
                _log.error("published entries not read error=%s", error)
            stop.wait(LOOK_SECONDS)

    def once(self) -> bool:
        """Whether anything new was published or withdrawn. Raises StoreError."""
        with self._database.reading() as unit:
            mark = unit.drafts.mark()
            drafts = unit.drafts.published() if mark != self._known else []
        if mark == self._known:
            return False
        entries: list[Entry] = []
        for draft in drafts:
            try:
                entries.append(read_entry(keys_of(draft), f"工作台 {draft.id}"))
            except KnowledgeError as error:
                _log.error("published entry unreadable id=%s error=%s", draft.entry_id, error)
        self._desk.add(entries)
        self._known = mark
        return True
