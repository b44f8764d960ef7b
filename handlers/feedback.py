"""解决了 / 没解决 after an answer; 没解决 brings a person."""

import re

from bot.message import Reply
from bot.visit import Visit
from handlers import phrases
from handlers.escalation import Escalation

_SOLVED = re.compile(r"^(已经?)?(解决了|有帮助|有用|明白了|懂了|搞懂了|晓得了)[。.!！~\s]*$")
_UNSOLVED = re.compile(r"^(还是|还)?(没解决|没有解决|没帮助|没有帮助|没用|没得用|不满意|没听懂|看不懂)[。.!！~\s]*$")


class Feedback:
    def __init__(self, escalation: Escalation) -> None:
        self._escalation = escalation

    def __call__(self, visit: Visit) -> Reply | None:
        text = visit.message.text.strip()
        solved, unsolved = _SOLVED.match(text), _UNSOLVED.match(text)
        if visit.message.kind != "text" or not (solved or unsolved):
            return None
        consultations = visit.unit.consultations
        case = next(iter(consultations.of(visit.person.id, 1)), None)
        if not case:
            return Reply(phrases.NOTHING_TO_RATE)
        if case.state == "choosing" and unsolved:
            return self._escalation.hand_over(visit, case, phrases.UNSOLVED)
        if case.state != "answered":
            return None  # said about a matter that a person is working on
        if solved:
            consultations.rate(case.id, "解决了")
            return Reply(phrases.SOLVED, {"decision": "feedback", "consultation": case.number})
        consultations.rate(case.id, "没解决")
        return self._escalation.hand_over(visit, case, phrases.UNSOLVED)
