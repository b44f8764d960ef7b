"""绑定 CODE, or scanning a code that holds it: an adviser's own account is tied to their place in the register; 解绑
unties it."""

import re

from bot.errors import ConsultationError
from bot.message import Reply
from bot.visit import Visit
from handlers import adviser_phrases as phrases

_BIND = re.compile(r"^绑定\s*[:：]?\s*([A-Za-z0-9]{0,20})$")
SCENE = "bind_"
"""What the scene of a code to be scanned begins with; the binding code follows."""


class Binding:
    def __call__(self, visit: Visit) -> Reply | None:
        if visit.message.kind in ("subscribe", "scan") and visit.message.scene.startswith(SCENE):
            visit.unit.residents.follow(visit.person.id, True)
            return self._bind(visit, visit.message.scene.removeprefix(SCENE))
        text = visit.message.text.strip() if visit.message.kind == "text" else ""
        if found := _BIND.match(text):
            return self._bind(visit, found[1])
        if text == "解绑" and visit.unit.advisers.bound_to(visit.person.id):
            visit.unit.advisers.unbind(visit.person.id)
            return Reply(phrases.UNBOUND, {"decision": "command", "command": "unbind"})
        return None

    def _bind(self, visit: Visit, code: str) -> Reply:
        trace = {"decision": "command", "command": "bind"}
        if not code:
            return Reply(phrases.BIND_HOW, trace)
        try:
            counsel = visit.unit.advisers.bind(code, visit.person.id, visit.now)
        except ConsultationError as error:
            return Reply(f"{error}。", trace)
        return Reply(phrases.bound(counsel, len(visit.unit.consultations.queue(counsel.id))), trace)
