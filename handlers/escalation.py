"""Handing a matter to a person: whom, by when, and what the resident and the adviser are told."""

from collections.abc import Sequence

from bot.lifecycle import State
from bot.message import Reply
from bot.routing import Routing
from bot.store.consultations import Case
from bot.visit import Visit
from handlers import phrases
from handlers.notices import tell
from knowledge.statutes import Article


class Escalation:
    def __init__(self, villages: Sequence[str], routing: Routing, notify_at: str) -> None:
        self._villages = list(villages)
        self._routing = routing
        self._notify_at = notify_at

    def open(self, visit: Visit, question: str) -> Case:
        """A new consultation for a question that goes straight to a person."""
        return visit.unit.consultations.open(
            visit.person.id, visit.person.village, question, visit.now, state=State.CHOOSING, outcome="待选择"
        )

    def assign(self, visit: Visit, case: Case, urgent: str = "") -> Case:
        """Give a consultation to the right person and forget what the resident was last offered."""
        visit.unit.residents.expect(visit.person.id, {})
        case = visit.unit.consultations.escalate(case.id, visit.now, urgent)
        return self.route(visit, case)

    def move(self, visit: Visit, case: Case, village: str) -> Case:
        """The resident has said which village; its adviser takes over unless somebody is at work on it already."""
        visit.unit.consultations.move(case.id, village)
        case = visit.unit.consultations.get(case.id)
        return case if case.urgent or case.claimed_at else self.route(visit, case)

    def route(self, visit: Visit, case: Case) -> Case:
        """Find the person for a consultation that is in the queue."""
        case, notice = self._routing.assign(visit.unit, case, visit.now, visit.person.village)
        if notice:
            tell(visit.unit, notice, visit.now)
        return case

    def hand_over(self, visit: Visit, case: Case, opening: str, see: Sequence[Article] = ()) -> Reply:
        """Assign, and tell the resident why, who answers, by when and what to read meanwhile.

        Asks for the village if it is unknown.
        """
        case = self.assign(visit, case)
        known = bool(case.village or visit.person.village)
        if not known and self._villages:
            visit.unit.residents.expect(visit.person.id, {"kind": "village"})
        text = phrases.handed_over(opening, case, known_village=known, villages=self._villages)
        if self._notify_at:
            token = visit.unit.subscriptions.offer(case.id, visit.now)
            text += phrases.notify_me(f"{self._notify_at}/{token}")
        if see:
            text += "\n\n" + phrases.may_bear_on_it(see)
        return Reply(text, {"decision": "handover", "consultation": case.number, "adviser": case.adviser})
