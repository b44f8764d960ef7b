"""While a person is working on a matter, what the resident adds belongs to it; the bot says so once."""

from bot.message import SILENCE, Reply
from bot.visit import Visit
from handlers import phrases

_ADDITIONS = ("text", "image", "voice", "video", "location", "link", "other")


class OpenCase:
    def __call__(self, visit: Visit) -> Reply | None:
        message = visit.message
        if message.kind not in _ADDITIONS or visit.person.pending.get("kind") in ("new", "person"):
            return None
        case = visit.unit.consultations.waiting_of(visit.person.id, "open")
        if not case:
            return None
        visit.unit.consultations.add_turn(
            case.id, "resident", message.text or message.detail, visit.now, message.kind, message.media_id
        )
        trace = {"decision": "addition", "consultation": case.number}
        if case.acknowledged:
            return SILENCE.traced(**trace)
        visit.unit.consultations.acknowledge(case.id)
        return Reply(phrases.added(case), trace)
