"""What advisers and staff do with a consultation: the same from WeChat, from the page and from the command line."""

import datetime as dt
from collections.abc import Sequence

from bot.clock import local
from bot.errors import ConsultationError
from bot.lifecycle import State
from bot.routing import Routing
from bot.store.advisers import MEDIATOR, OFFICE, Counsel
from bot.store.consultations import Case
from bot.store.database import Unit
from handlers import pickup
from handlers.adviser_phrases import referred_to_mediation
from handlers.notices import tell
from handlers.phrases import answer_taken_back, closed_without_answer, details_wanted, referral
from knowledge.entry import TOPICS

RESULTS = ("转顾问", "约期", "转调解", "转法援", "转部门")
"""The ledger's results that a person can choose; 转顾问 is the plain case: handed to the adviser, who answered."""
MEDIATION, LEGAL_AID, DEPARTMENT = REFERRALS = ("转调解", "转法援", "转部门")
"""Where else a matter can be taken up; the resident is told how."""
_NO_MEDIATION = ("violence", "child")
"""Dangers in which nobody is sent to sit down with the other side first."""
RETRACT = dt.timedelta(minutes=2)
LONGEST_LEAVE = dt.timedelta(days=180)


class Casework:
    """Every method writes into the unit it is given, and raises ConsultationError that says what is not possible."""

    def __init__(self, routing: Routing, villages: Sequence[str]) -> None:
        self._routing = routing
        self.villages = tuple(villages)

    def answer(
        self, unit: Unit, case_id: int, text: str, name: str, now: dt.datetime, *, result: str = RESULTS[0],
        topic: str = "", seen_version: int | None = None,
    ) -> Case:  # fmt: skip
        """Record an answer and put it on its way."""
        if not text.strip():
            raise ConsultationError("答复是空的，没有保存。请写上答复：先说结论，再说怎么办")
        case = unit.consultations.answer(
            case_id, text.strip(), name, now, outcome=known_result(result), topic=topic, seen_version=seen_version
        )
        pickup.deposit(unit, case, now)
        return case

    def ask(self, unit: Unit, case: Case, words: str, name: str, now: dt.datetime) -> Case:
        """Ask the resident for details."""
        if not words.strip():
            raise ConsultationError("没有写要居民补充什么，没有发出")
        case = unit.consultations.ask_for_details(case.id, words.strip(), name, now)
        pickup.bring(unit, case, details_wanted(case, name, words.strip()), now)
        return case

    def transfer(self, unit: Unit, case: Case, to: Counsel, actor: str, now: dt.datetime) -> Case:
        """Give it to somebody else, who is told."""
        if to.away_on(local(now).date()):
            raise ConsultationError(f"{to.name}请假了，请转给别人")
        case, notice = self._routing.transfer(unit, case, to, actor, now)
        tell(unit, notice, now)
        return case

    def refer(
        self, unit: Unit, case: Case, to: str, words: str, name: str, now: dt.datetime,
        seen_version: int | None = None,
    ) -> Case:  # fmt: skip
        """Answer with where else to go, what to bring and what will happen; `words` are the adviser's own.

        The mediator of the village is told.
        """
        if to not in REFERRALS:
            raise ConsultationError(f"不能转到“{to}”。可以是：{'、'.join(REFERRALS)}")
        if to == DEPARTMENT and not words.strip():
            raise ConsultationError("转部门要写明找哪个部门、在哪里")
        if to == MEDIATION and case.urgent in _NO_MEDIATION:
            raise ConsultationError("这是急事，先保证人的安全，不转调解。请直接答复，或转法援")
        text = referral(to, case.village, words.strip())
        answered = self.answer(unit, case.id, text, name, now, result=to, seen_version=seen_version)
        if to == MEDIATION:
            self._tell_mediator(unit, answered, now)
        return answered

    def close(self, unit: Unit, case: Case, result: str, words: str, name: str, now: dt.datetime) -> Case:
        """Done. A resident who still waits is told, with these words; one who is sent elsewhere, where and how."""
        if case.waits and known_result(result) in REFERRALS:
            return self.refer(unit, case, result, words, name, now)
        closed = unit.consultations.close(case.id, known_result(result), name, now)
        if case.waits:
            pickup.bring(unit, closed, closed_without_answer(closed, name, words.strip()), now)
        return closed

    def sort(self, unit: Unit, case: Case, village: str, topic: str, name: str, now: dt.datetime) -> Case:
        """Which village and kind of dispute it is; one that nobody works on goes to whom these lead."""
        if village and village not in self.villages:
            raise ConsultationError(f"没有叫“{village}”的村。可以是：{'、'.join(self.villages)}")
        if topic not in TOPICS:
            raise ConsultationError(f"没有“{topic}”这一类")
        case = unit.consultations.sort(case.id, village, topic, name, now)
        if case.waits and not case.claimed_at and not case.urgent:
            case, notice = self._routing.assign(unit, case, now)
            if notice:
                tell(unit, notice, now)
        return case

    def _tell_mediator(self, unit: Unit, case: Case, now: dt.datetime) -> None:
        here = [one for one in unit.advisers.all() if one.kind == MEDIATOR and case.village in one.villages]
        present = [one for one in here if not one.away_on(local(now).date())]
        for mediator in (present or here)[:1]:
            unit.outbox.notify(mediator.id, referred_to_mediation(case), now, case.id)

    def retract(self, unit: Unit, case: Case, kind: str, name: str, now: dt.datetime) -> tuple[Case, bool]:
        """Take an answer back within two minutes; says whether the resident had not been sent it yet."""
        if not case.answered_at or now - case.answered_at > RETRACT:
            raise ConsultationError("撤回要在发送后两分钟内。要更正，请打电话告诉居民，或请他点“追问”")
        in_time = unit.outbox.withdraw(case.id, case.answered_at)
        case = unit.consultations.retract(case.id, name, now, self._routing.deadlines(kind, now))
        if not in_time:
            pickup.bring(unit, case, answer_taken_back(case), now)
        return case, in_time

    def told(self, unit: Unit, parcel_id: int, name: str, now: dt.datetime) -> None:
        """What was stuck on its way has been told by telephone."""
        case_id = unit.outbox.told(parcel_id, now)
        if case_id:
            unit.consultations.delivered(case_id, now, "电话", name)

    def leave(self, unit: Unit, counsel: Counsel, last: dt.date, now: dt.datetime) -> int:
        """Away from today to `last`; returns how many consultations went on to others."""
        today = local(now).date()
        if not today <= last < today + LONGEST_LEAVE:
            raise ConsultationError(f"请假到哪天，要从今天算起，最多 {LONGEST_LEAVE.days} 天")
        unit.advisers.leave(counsel.id, today, last)
        return self.pass_on(unit, unit.consultations.queue(counsel.id), "请假", now)

    def switch_off(self, unit: Unit, counsel: Counsel, now: dt.datetime) -> int:
        """No longer an adviser; returns how many consultations went on to others."""
        unit.advisers.switch(counsel.id, on=False)
        return self.pass_on(unit, unit.consultations.queue(counsel.id), "顾问停用", now)

    def pass_on(self, unit: Unit, cases: Sequence[Case], reason: str, now: dt.datetime) -> int:
        """What nobody has begun to work on goes to the next adviser; returns how many."""
        moved = 0
        for case in cases:
            if case.claimed_at or case.state != State.ASSIGNED:
                continue
            returned = unit.consultations.put_back(case.id, now, reason)
            _, notice = self._routing.assign(unit, returned, now)
            if notice:
                tell(unit, notice, now)
            moved += 1
        return moved


def known_result(result: str) -> str:
    """Raises ConsultationError that lists the ledger's results."""
    if result not in RESULTS:
        raise ConsultationError(f"没有“{result}”这种结果。可以是：{'、'.join(RESULTS)}")
    return result


def may_touch(counsel: Counsel, case: Case) -> bool:
    """Whether it is this adviser's to read and answer.

    Their own; one in the queue of a village of theirs; for the township's office all of them.
    """
    if counsel.kind == OFFICE or case.adviser_id == counsel.id or case.answerer == counsel.name:
        return True
    return case.adviser_id is None and (not counsel.villages or case.village in counsel.villages)
