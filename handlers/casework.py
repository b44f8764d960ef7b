"""What advisers and staff do with a consultation: the same from WeChat, from the page and from the command line."""

import datetime as dt
from collections.abc import Sequence

from bot.clock import local
from bot.errors import ConsultationError
from bot.lifecycle import State
from bot.routing import Routing
from bot.store.advisers import OFFICE, Counsel
from bot.store.consultations import Case
from bot.store.database import Unit
from handlers import pickup
from handlers.notices import tell
from handlers.phrases import answer_taken_back, details_wanted

RESULTS = ("转顾问", "约期", "转调解", "转法援", "转部门")
"""The ledger's results that a person can choose; 转顾问 is the plain case: handed to the adviser, who answered."""
RETRACT = dt.timedelta(minutes=2)
LONGEST_LEAVE = dt.timedelta(days=180)


class Casework:
    """Every method writes into the unit it is given, and raises ConsultationError that says what is not possible."""

    def __init__(self, routing: Routing) -> None:
        self._routing = routing

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

    def close(self, unit: Unit, case: Case, result: str, name: str, now: dt.datetime) -> Case:
        return unit.consultations.close(case.id, known_result(result), name, now)

    def retract(self, unit: Unit, case: Case, kind: str, name: str, now: dt.datetime) -> tuple[Case, bool]:
        """Take an answer back within two minutes; says whether the resident had not been sent it yet."""
        if not case.answered_at or now - case.answered_at > RETRACT:
            raise ConsultationError("撤回要在发送后两分钟内，过了时间可以再答一次更正")
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
