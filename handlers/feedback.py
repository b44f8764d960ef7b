"""解决了, 没解决 or 1 to 5 after an answer; 没解决 brings a person, 追问 the one who answered."""

import re

from bot.lifecycle import State
from bot.message import Reply
from bot.routing import Notice, Routing
from bot.store.consultations import Case
from bot.visit import Visit
from handlers import phrases
from handlers.escalation import Escalation
from handlers.notices import tell

_SOLVED = re.compile(r"^(已经?)?(解决了|有帮助|有用|明白了|懂了|搞懂了|晓得了)[。.!！~\s]*$")
_UNSOLVED = re.compile(r"^(还是|还)?(没解决|没有解决|没帮助|没有帮助|没用|没得用|不满意|没听懂|看不懂)[。.!！~\s]*$")


_STARS = re.compile(r"^([1-5一二三四五])\s*[分星颗]?[。.!！\s]*$")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五", 1)}
_ANSWERED = (State.ANSWERED, State.DELIVERED, State.CLOSED)


class Feedback:
    def __init__(self, escalation: Escalation, routing: Routing) -> None:
        self._escalation = escalation
        self._routing = routing

    def __call__(self, visit: Visit) -> Reply | None:
        text = visit.message.text.strip()
        if visit.message.kind != "text":
            return None
        if visit.person.pending.get("kind") == "ask_back":
            return self._ask_back(visit, text)
        if text == phrases.ASK_BACK:
            return self._will_ask_back(visit)
        if found := _STARS.match(text):
            return self._stars(visit, _DIGITS.get(found[1]) or int(found[1]))
        return self._solved(visit, text)

    def _solved(self, visit: Visit, text: str) -> Reply | None:
        solved, unsolved = _SOLVED.match(text), _UNSOLVED.match(text)
        if not (solved or unsolved):
            return None
        consultations = visit.unit.consultations
        case = self._read_last(visit)
        if not case:
            return Reply(phrases.NOTHING_TO_RATE)
        if case.state == State.CHOOSING and unsolved:
            return self._escalation.hand_over(visit, case, phrases.UNSOLVED)
        if case.state not in _ANSWERED:
            return None  # said about a matter that a person is working on
        if solved:
            consultations.rate(case.id, visit.now, "解决了")
            return Reply(phrases.SOLVED, {"decision": "feedback", "consultation": case.number})
        consultations.rate(case.id, visit.now, "没解决")
        return self._escalation.hand_over(visit, case, phrases.UNSOLVED)

    def _stars(self, visit: Visit, stars: int) -> Reply | None:
        """A figure after an adviser's answer; otherwise it may number something else."""
        case = self._answered_by_a_person(visit)
        if not case or case.satisfaction:
            return None
        visit.unit.consultations.rate(case.id, visit.now, satisfaction=stars)
        return Reply(phrases.rated(stars), {"decision": "feedback", "consultation": case.number})

    def _will_ask_back(self, visit: Visit) -> Reply:
        case = self._answered_by_a_person(visit)
        if not case:
            return Reply(phrases.NOTHING_TO_RATE)
        visit.unit.residents.expect(visit.person.id, {"kind": "ask_back", "case": case.id})
        return Reply(phrases.ask_back(case), {"decision": "command", "command": "ask_back"})

    def _ask_back(self, visit: Visit, text: str) -> Reply | None:
        """The words after 追问 go to the adviser who answered."""
        case = visit.unit.consultations.get(visit.person.pending["case"])
        visit.unit.residents.expect(visit.person.id, {})
        if case.state not in (State.ANSWERED, State.DELIVERED) or case.adviser_id is None:
            return None
        adviser = visit.unit.advisers.get(case.adviser_id)
        deadlines = self._routing.deadlines(adviser.kind, visit.now)
        case = visit.unit.consultations.ask_back(case.id, text, visit.now, deadlines)
        tell(visit.unit, Notice(case, adviser, "asked_back"), visit.now)
        return Reply(phrases.asked_back(case), {"decision": "addition", "consultation": case.number})

    def _read_last(self, visit: Visit) -> Case | None:
        """The newest; but words that fetched an adviser's answer may have been taken for a question, and it is the
        answer that was read."""
        cases = visit.unit.consultations.of(visit.person.id)
        if not cases or cases[0].state in _ANSWERED:
            return cases[0] if cases else None
        fetched = (one for one in cases[1:] if one.delivered_at and one.delivered_at >= cases[0].opened_at)
        return next(fetched, cases[0])

    def _answered_by_a_person(self, visit: Visit) -> Case | None:
        case = self._read_last(visit)
        return case if case and case.state in _ANSWERED and case.answer and not case.entry_id else None
