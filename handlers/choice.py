"""The answer to offered choices: a number, a tapped question, or 都不是."""

from typing import Any

from bot.message import Reply
from bot.visit import Visit
from handlers import phrases
from handlers.escalation import Escalation
from handlers.picking import picked
from handlers.question import Question

_NEITHER = (phrases.NEITHER, "都不对", "以上都不是", "都不是的", "没有")


class Choice:
    def __init__(self, question: Question, escalation: Escalation) -> None:
        self._question = question
        self._escalation = escalation

    def __call__(self, visit: Visit) -> Reply | None:
        pending = visit.person.pending
        if pending.get("kind") != "choices" or visit.message.kind != "text":
            return None
        case = visit.unit.consultations.get(pending["case"]) if pending["case"] else None
        text = visit.message.text.strip()
        if case and text in _NEITHER:
            return self._escalation.hand_over(visit, case, phrases.ASKED_FOR)
        entry_id = _chosen(text, pending)
        visit.unit.residents.expect(visit.person.id, {})
        if text in _NEITHER:
            return Reply(phrases.LEFT_ALONE, {"decision": "choice"})
        if not entry_id:
            return None  # something else was said; the question stays on record as 待选择
        case = case or self._question.open_second(visit, entry_id)
        return self._question.answer(visit, case, entry_id, confidence=1.0, trace={"decision": "choice"})


def _chosen(text: str, pending: dict[str, Any]) -> str:
    """The entry that a number or the question's own words pick out of the offered (entry, question) pairs."""
    options: list[list[str]] = pending["options"]
    if number := picked(text):
        return options[number - 1][0] if number <= len(options) else ""
    return next((entry_id for entry_id, question in options if question == text), "")
