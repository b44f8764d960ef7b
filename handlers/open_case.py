"""While a person is working on a matter, what the resident adds belongs to it; the bot says so once."""

from bot.lifecycle import WAITING, State
from bot.message import SILENCE, Reply
from bot.routing import Notice, Routing
from bot.visit import Visit
from handlers import phrases
from handlers.notices import tell

_ADDITIONS = ("text", "image", "voice", "video", "location", "link", "other")


class OpenCase:
    def __init__(self, routing: Routing) -> None:
        self._routing = routing

    def __call__(self, visit: Visit) -> Reply | None:
        message = visit.message
        if message.kind not in _ADDITIONS or visit.person.pending.get("kind") in ("new", "person"):
            return None
        case = visit.unit.consultations.waiting_of(visit.person.id, *WAITING)
        if not case:
            return None
        adviser = visit.unit.advisers.get(case.adviser_id) if case.adviser_id else None
        asked = case.state == State.DETAILS
        deadlines = self._routing.deadlines(adviser.kind, visit.now) if asked and adviser else None
        words = message.text or message.detail
        visit.unit.consultations.add(case.id, words, visit.now, message.kind, message.media_id, deadlines)
        if asked and adviser:
            tell(visit.unit, Notice(case, adviser, "details"), visit.now)
        trace = {"decision": "addition", "consultation": case.number}
        if case.acknowledged:
            return SILENCE.traced(**trace)
        visit.unit.consultations.acknowledge_additions(case.id)
        return Reply(phrases.added(case), trace)
