"""今日普法: the day's questions to read, and a short notice of them under an answer. Reading is no consultation."""

import re
from dataclasses import dataclass, replace

from bot.clock import local
from bot.message import Reply
from bot.visit import Handler, Visit
from handlers import phrases
from handlers.picking import picked
from knowledge.publicity import Publicity

_WORDS = ("今日普法", "普法")
_PENDING = "reading"
_ONE = re.compile(r"普法\s*(\d)")


@dataclass(frozen=True)
class Reading:
    """The word 今日普法, typed or from the menu, and a tap on one of its questions."""

    publicity: Publicity

    def __call__(self, visit: Visit) -> Reply | None:
        text = visit.message.text.strip()
        asked = visit.person.pending.get("kind")
        tapped = _ONE.fullmatch(text)
        number = int(tapped[1]) if tapped else picked(text) if asked == _PENDING else 0
        if visit.message.kind not in ("text", "click") or not (text in _WORDS or number):
            if asked == _PENDING:
                visit.unit.residents.expect(visit.person.id, {})
            return None
        today = local(visit.now).date()
        day = self.publicity.next(today)
        if not day:
            return Reply(phrases.NO_PUBLICITY, {"decision": "publicity"})
        if day.is_on(today):
            visit.unit.readers.add(today, visit.person.id)
        if not asked:  # what was asked before this may still be answered
            visit.unit.residents.expect(visit.person.id, {"kind": _PENDING})
        if not 1 <= number <= len(day.entries):
            return Reply(phrases.publicity(day, today), {"decision": "publicity"})
        entry = day.entries[number - 1]
        return Reply(phrases.publicity_answer(entry, day), {"decision": "publicity", "entry": entry.id})


@dataclass(frozen=True)
class Noticing:
    """A handler whose reply ends, on such a day and once for each resident, with a word about it."""

    handler: Handler
    publicity: Publicity

    def __call__(self, visit: Visit) -> Reply | None:
        reply = self.handler(visit)
        today = local(visit.now).date()
        day = self.publicity.on(today)
        if not day or not reply or not reply.text or not visit.unit.readers.add(today, visit.person.id):
            return reply
        return replace(reply, text=f"{reply.text}\n\n{phrases.publicity_notice(day)}")
