"""One message is one transaction: claim, handlers in order, save the reply, commit."""

import logging
import secrets
from collections.abc import Callable, Sequence

from bot.clock import Clock
from bot.message import SILENCE, Inbound, Reply
from bot.store.database import Database
from bot.visit import Handler, Visit

_log = logging.getLogger(__name__)


class Dispatcher:
    """Shared by all threads; holds no state of its own.

    `pack` turns a handler's reply into one that fits a message and carries what waits in the pick-up box.
    `apology` is said, and remembered for retries, when a handler fails.
    """

    def __init__(
        self, database: Database, handlers: Sequence[Handler], pack: Callable[[Visit, Reply], Reply], apology: str,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._database = database
        self._handlers = tuple(handlers)
        self._pack = pack
        self._apology = apology
        self._clock = clock

    def __call__(self, message: Inbound) -> Reply:
        """Answer a message exactly once; a repeated delivery gets the saved reply. Raises StoreError."""
        with self._database.unit() as unit:
            now = self._clock()
            if not unit.inbox.claim(message, now):
                return unit.inbox.saved_reply(message.key) or SILENCE
            person = unit.residents.of(message.resident, now)
            unit.inbox.belongs_to(message.key, person.id)
            unit.residents.heard(person.id, now, tapped=message.tapped)
            try:
                # The savepoint undoes a failed handler's writes while the claim stays, so that a retry of the
                # platform replays the apology instead of running the handler again.
                with unit.savepoint():
                    visit = Visit(message, person, unit, now)
                    reply = self._pack(visit, self._first(visit))
                unit.inbox.save_reply(message.key, reply)
            except Exception as error:
                error_id = secrets.token_hex(4)
                # Only the place of the fault is logged: its text may quote the resident.
                _log.error("message failed id=%s error=%s at=%s", error_id, type(error).__name__, _place(error))
                reply = Reply(self._apology, {"handler": "failed", "error_id": error_id})
                unit.inbox.save_failure(message.key, reply, error_id)
            unit.commit()
            return reply

    def _first(self, visit: Visit) -> Reply:
        for handler in self._handlers:
            reply = handler(visit)
            if reply is not None:
                return reply.traced(handler=type(handler).__name__.lower())
        return SILENCE


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else "unknown"
