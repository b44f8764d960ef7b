"""Handing a matter to a person: whom, by when, and what the resident is told."""

import datetime as dt
from collections.abc import Sequence

from bot.message import Reply
from bot.store.consultations import Case, Counsel
from bot.visit import Visit
from handlers import phrases
from knowledge.statutes import Article

OFFICE = "司法所"


def choose(advisers: Sequence[Counsel], village: str) -> Counsel | None:
    """The first adviser of the village, else one for all villages, the township's office last."""
    own = [adviser for adviser in advisers if village and village in adviser.villages and adviser.kind != OFFICE]
    everywhere = [adviser for adviser in advisers if not adviser.villages and adviser.kind != OFFICE]
    office = [adviser for adviser in advisers if adviser.kind == OFFICE]
    return next(iter([*own, *everywhere, *office]), None)


class Escalation:
    def __init__(self, villages: Sequence[str], first_answer: dt.timedelta) -> None:
        self._villages = list(villages)
        self._first_answer = first_answer

    def open(self, visit: Visit, question: str) -> Case:
        """A new consultation for a question that goes straight to a person."""
        return visit.unit.consultations.open(
            visit.person.id, visit.person.village, question, visit.now, state="open", outcome="转顾问"
        )

    def assign(self, visit: Visit, case: Case, urgent: str = "") -> Case:
        """Give a consultation to the right person and forget what the resident was last offered."""
        village = case.village or visit.person.village
        adviser = choose(visit.unit.consultations.advisers(), village)
        due = visit.now + self._first_answer
        visit.unit.residents.expect(visit.person.id, {})
        return visit.unit.consultations.escalate(case.id, adviser.id if adviser else None, visit.now, due, urgent)

    def hand_over(self, visit: Visit, case: Case, opening: str, see: Sequence[Article] = ()) -> Reply:
        """Assign, and tell the resident why, who answers, by when and what to read meanwhile.

        Asks for the village if it is unknown.
        """
        case = self.assign(visit, case)
        known = bool(case.village or visit.person.village)
        if not known and self._villages:
            visit.unit.residents.expect(visit.person.id, {"kind": "village"})
        text = phrases.handed_over(opening, case, known_village=known, villages=self._villages)
        if see:
            text += "\n\n" + phrases.may_bear_on_it(see)
        return Reply(text, {"decision": "handover", "consultation": case.number, "adviser": case.adviser})
