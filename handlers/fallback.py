"""Pictures, voice, places and links: kept for a person, and the resident is asked for words."""

from bot.lifecycle import State
from bot.message import SILENCE, Reply
from bot.visit import Visit
from handlers import phrases

_KEPT = ("image", "voice", "video", "location", "link")


class Fallback:
    def __call__(self, visit: Visit) -> Reply | None:
        message = visit.message
        if message.kind == "other":
            return Reply(phrases.SMALL_TALK["gibberish"], {"decision": "smalltalk", "kind": "other"})
        if message.kind == "click":
            return Reply(phrases.UNKNOWN_MENU, {"decision": "command"})
        if message.kind not in _KEPT:
            return SILENCE
        consultations = visit.unit.consultations
        case = consultations.waiting_of(visit.person.id, State.WORDLESS)
        if case:
            consultations.keep_media(case.id, message.detail, visit.now, message.kind, message.media_id)
        else:
            case = consultations.open(
                visit.person.id, visit.person.village, message.detail, visit.now,
                state=State.WORDLESS, outcome="待补充", kind=message.kind, media_id=message.media_id,
            )  # fmt: skip
        return Reply(phrases.unread_media(message.kind, case), {"decision": "kept", "consultation": case.number})
