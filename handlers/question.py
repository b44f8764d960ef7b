"""A question: answered from the knowledge base when sure, offered as choices when nearly sure, else handed over."""

from dataclasses import replace
from typing import Any

from bot.lifecycle import State
from bot.message import Reply
from bot.store.consultations import Case
from bot.visit import Visit
from handlers import phrases
from handlers.escalation import Escalation
from knowledge.decide import Decision
from knowledge.desk import Desk
from knowledge.entry import Entry


class Question:
    def __init__(self, desk: Desk, escalation: Escalation) -> None:
        self._desk = desk
        self._escalation = escalation

    def __call__(self, visit: Visit) -> Reply | None:
        if visit.message.kind != "text":
            return None
        text = visit.message.text
        if visit.person.pending.get("kind") == "person":
            return self._escalation.hand_over(visit, self._escalation.open(visit, text), phrases.ASKED_FOR)
        decision = self._desk.decide(text)
        trace = decision.trace()
        case = self._record(visit, text, decision)
        if decision.kind == "answer":
            reply = self.answer(visit, case, decision.entry.id, decision.score, trace)
            return self._and_second(visit, reply, decision.entry, decision.second) if decision.second else reply
        if decision.kind == "choices":
            return self._offer(visit, case, decision, trace)
        day = visit.now.date()
        see = [article for one in decision.articles if (article := self._desk.statutes.article(one, day))]
        return self._escalation.hand_over(visit, case, phrases.UNSURE, see).traced(**trace)

    def answer(self, visit: Visit, case: Case, entry_id: str, confidence: float, trace: dict[str, Any]) -> Reply:
        """Send an entry's answer and log it with the articles' versions."""
        entry = self._desk.entry(entry_id)
        law = [
            {"article": str(citation), "digest": article.digest, "version": article.version.isoformat()}
            for citation in entry.law
            if (article := self._desk.statutes.article(citation, visit.now.date()))
        ]
        hinted = entry.service == "legal_aid" or "法律援助" in entry.answer
        visit.unit.consultations.answer_by_bot(
            case.id, entry_id=entry.id, answer=entry.answer, topic=entry.topic, confidence=confidence, law=law,
            legal_aid_hinted=hinted, now=visit.now,
        )  # fmt: skip
        visit.unit.residents.expect(visit.person.id, {})
        return Reply(phrases.answer(entry), {**trace, "entry": entry.id, "consultation": case.number})

    def open_second(self, visit: Visit, entry_id: str) -> Case:
        """A consultation of its own for the second question of a message, once the resident asks for it."""
        entry = self._desk.entry(entry_id)
        return visit.unit.consultations.open(
            visit.person.id, visit.person.village, entry.question, visit.now, topic=entry.topic,
            state=State.CHOOSING, outcome="待选择",
        )  # fmt: skip

    def _and_second(self, visit: Visit, reply: Reply, first: Entry, second: Entry) -> Reply:
        options = [(entry.id, entry.question) for entry in (first, second)]
        visit.unit.residents.expect(visit.person.id, {"kind": "choices", "case": None, "options": options})
        return replace(reply, text=phrases.and_second(reply.text, second.question))

    def _offer(self, visit: Visit, case: Case, decision: Decision, trace: dict[str, Any]) -> Reply:
        options = [(entry.id, entry.question) for entry in decision.offered]
        visit.unit.residents.expect(visit.person.id, {"kind": "choices", "case": case.id, "options": options})
        return Reply(phrases.choices([question for _, question in options]), {**trace, "consultation": case.number})

    def _record(self, visit: Visit, text: str, decision: Decision) -> Case:
        """The consultation this question belongs to: one begun with a picture or recording, else a new one."""
        consultations = visit.unit.consultations
        topic = decision.candidates[0].entry.topic if decision.candidates and decision.kind != "handover" else "其他"
        visit.unit.residents.expect(visit.person.id, {})
        if begun := consultations.waiting_of(visit.person.id, State.WORDLESS):
            return consultations.put_question(begun.id, text, topic, visit.now)
        return consultations.open(
            visit.person.id, visit.person.village, text, visit.now, topic=topic, state=State.CHOOSING, outcome="待选择"
        )
