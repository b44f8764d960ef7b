"""An adviser at work inside WeChat: 待办, 看, 答, 问, 转, 结, 收到, 请假, and an answer written in several messages.

Stands before everything else for a bound account: an adviser's answer may well hold danger words.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from bot.clock import local
from bot.errors import ConsultationError
from bot.lifecycle import State
from bot.message import Reply
from bot.routing import Routing
from bot.store.advisers import OFFICE, Counsel
from bot.store.consultations import Case
from bot.visit import Visit
from handlers import adviser_phrases as phrases
from handlers import pickup
from handlers.notices import tell
from handlers.phrases import answer_taken_back, details_wanted
from knowledge.desk import Desk
from knowledge.entry import TOPICS

RETRACT = dt.timedelta(minutes=2)
_COMMAND = re.compile(r"^(看|答|问|转|结|收到)\s*(\d{1,6}|\d{4}-\d{6})(?!\d)\s*[，,:：]?\s*(.*)$", re.DOTALL)
_CODES = re.compile(r"^(类型|结果)\s*(\S+)$")
_LEAVE = re.compile(r"^请假\s*(\d{1,3}|[一二两三四五六七八九十])?\s*天?$")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_LONGEST_LEAVE = 180


class Adviser:
    def __init__(self, desk: Desk, routing: Routing) -> None:
        self._desk = desk
        self._routing = routing

    def __call__(self, visit: Visit) -> Reply | None:
        text = visit.message.text.strip()
        counsel = visit.unit.advisers.bound_to(visit.person.id)
        drafting = visit.person.pending.get("kind") == "draft"
        if not counsel:
            meant = visit.message.kind == "text" and (text == "待办" or _COMMAND.match(text))
            return Reply(phrases.NOT_BOUND, {"decision": "command", "command": "unbound"}) if meant else None
        if visit.message.kind not in ("text", "click"):
            busy = drafting and visit.message.kind in ("image", "voice", "video", "location", "link", "other")
            return Reply(phrases.WORDS_ONLY, {"decision": "command", "command": "draft"}) if busy else None
        try:
            with visit.unit.savepoint():
                reply = self._command(visit, counsel, text)
                if reply is None and drafting:
                    reply = self._more(visit, text)
        except ConsultationError as error:
            reply = Reply(phrases.refused(str(error)))
        return reply.traced(decision="command", command="adviser") if reply else None

    def _command(self, visit: Visit, counsel: Counsel, text: str) -> Reply | None:
        if found := _COMMAND.match(text):
            return self._about(visit, counsel, *found.groups())
        if found := _LEAVE.match(text):
            return self._leave(visit, counsel, found[1])
        if (found := _CODES.match(text)) and visit.person.pending.get("kind") == "draft":
            return self._code(visit, *found.groups())
        actions = {
            "待办": self._to_do, "发送": self._send, "取消": self._drop, "撤回": self._retract, "销假": self._back,
        }  # fmt: skip
        if text in actions:
            return actions[text](visit, counsel)
        if text == "改类型":
            return Reply(phrases.choose_topic(TOPICS))
        return Reply(phrases.choose_result()) if text == "改结果" else None

    def _to_do(self, visit: Visit, counsel: Counsel) -> Reply:
        return Reply(phrases.to_do(visit.unit.consultations.queue(counsel.id), visit.now))

    # --- one consultation --------------------------------------------------------------------------------------

    def _about(self, visit: Visit, counsel: Counsel, command: str, number: str, words: str) -> Reply:
        case = visit.unit.consultations.find(number, visit.now)
        if not case:
            return Reply(phrases.unknown_number(number))
        if not _may_touch(counsel, case):
            return Reply(phrases.not_yours(case))
        if command in ("问", "转", "结") and not words.strip():
            return Reply(phrases.empty(command, phrases.short_number(case.number)))
        acts = {
            "看": self._show, "收到": self._seen, "答": self._begin, "问": self._ask, "转": self._transfer,
            "结": self._close,
        }  # fmt: skip
        return acts[command](visit, counsel, case, words.strip())

    def _seen(self, visit: Visit, counsel: Counsel, case: Case, _words: str) -> Reply:
        seen = visit.unit.consultations.acknowledge_urgent(case.id, counsel.name, visit.now)
        return Reply(phrases.acknowledged(case, seen.seen_at or visit.now))

    def _show(self, visit: Visit, _counsel: Counsel, case: Case, _words: str) -> Reply:
        said = visit.unit.consultations.conversation(case.id)
        near = [candidate.entry.question for candidate in self._desk.decide(case.question).candidates[:3]]
        return Reply(phrases.one(case, said, near if case.question else [], visit.now))

    def _ask(self, visit: Visit, counsel: Counsel, case: Case, words: str) -> Reply:
        case = visit.unit.consultations.ask_for_details(case.id, words, counsel.name, visit.now)
        pickup.bring(visit.unit, case, details_wanted(case, counsel.name, words), visit.now)
        return Reply(phrases.asked(case))

    def _transfer(self, visit: Visit, counsel: Counsel, case: Case, words: str) -> Reply:
        everyone = visit.unit.advisers.all()
        office = next((one for one in everyone if one.kind == OFFICE), None) if words == OFFICE else None
        to = office or visit.unit.advisers.named(words)
        if to.away_on(local(visit.now).date()):
            raise ConsultationError(f"{to.name}请假了，请转给别人")
        case, notice = self._routing.transfer(visit.unit, case, to, counsel.name, visit.now)
        tell(visit.unit, notice, visit.now)
        return Reply(phrases.transferred(case, to.name))

    def _close(self, visit: Visit, counsel: Counsel, case: Case, words: str) -> Reply:
        if words not in phrases.RESULTS:
            return Reply(phrases.unknown_result(words))
        return Reply(phrases.closed(visit.unit.consultations.close(case.id, words, counsel.name, visit.now), words))

    # --- the answer, in one or several messages ----------------------------------------------------------------

    def _begin(self, visit: Visit, counsel: Counsel, case: Case, words: str) -> Reply:
        if not (case.waits or case.state == State.WORDLESS):
            # Says who was first before anything is typed in vain.
            visit.unit.consultations.refuse_answer(case.id)
        if case.waits:
            case = visit.unit.consultations.claim(case.id, counsel.id, counsel.name, visit.now)
        draft = visit.person.pending if visit.person.pending.get("case") == case.id else {}
        topic = draft.get("topic") or self._likely_topic(case)
        return self._keep(visit, case, {
            "kind": "draft", "case": case.id, "version": case.version, "topic": topic,
            "result": draft.get("result", phrases.RESULTS[0]),
            "parts": [*draft.get("parts", []), *([words] if words else [])],
        })  # fmt: skip

    def _likely_topic(self, case: Case) -> str:
        """What the bot takes the question for, so that the adviser need not look for it."""
        if case.topic != "其他" or not case.question:
            return case.topic
        candidates = self._desk.decide(case.question).candidates
        return candidates[0].entry.topic if candidates else case.topic

    def _more(self, visit: Visit, text: str) -> Reply:
        draft = visit.person.pending
        case = visit.unit.consultations.get(draft["case"])
        return self._keep(visit, case, {**draft, "parts": [*draft["parts"], text]})

    def _code(self, visit: Visit, which: str, code: str) -> Reply:
        draft = visit.person.pending
        if which == "类型" and code not in TOPICS:
            return Reply(phrases.unknown_topic(code))
        if which == "结果" and code not in phrases.RESULTS:
            return Reply(phrases.unknown_result(code))
        case = visit.unit.consultations.get(draft["case"])
        return self._keep(visit, case, {**draft, "topic" if which == "类型" else "result": code})

    def _keep(self, visit: Visit, case: Case, draft: dict[str, Any]) -> Reply:
        visit.unit.residents.expect(visit.person.id, draft)
        return Reply(phrases.drafting(case, draft["parts"], draft["topic"], draft["result"]))

    def _send(self, visit: Visit, counsel: Counsel) -> Reply:
        draft = visit.person.pending
        if draft.get("kind") != "draft" or not draft["parts"]:
            return Reply(phrases.NOTHING_TO_SEND)
        case = visit.unit.consultations.answer(
            draft["case"], "\n".join(draft["parts"]), counsel.name, visit.now,
            outcome=draft["result"], topic=draft["topic"], seen_version=draft["version"],
        )  # fmt: skip
        visit.unit.residents.expect(visit.person.id, {})
        pickup.deposit(visit.unit, case, visit.now)
        return Reply(phrases.sent(case))

    def _drop(self, visit: Visit, _counsel: Counsel) -> Reply | None:
        if visit.person.pending.get("kind") != "draft":
            return None
        visit.unit.residents.expect(visit.person.id, {})
        return Reply(phrases.DRAFT_DROPPED)

    def _retract(self, visit: Visit, counsel: Counsel) -> Reply:
        case = visit.unit.consultations.last_answered_by(counsel.name)
        if not case or not case.answered_at:
            return Reply(phrases.NOTHING_TO_RETRACT)
        if visit.now - case.answered_at > RETRACT:
            return Reply(phrases.ONLY_TWO_MINUTES)
        deadlines = self._routing.deadlines(counsel.kind, visit.now)
        in_time = visit.unit.outbox.withdraw(case.id, case.answered_at)
        case = visit.unit.consultations.retract(case.id, counsel.name, visit.now, deadlines)
        if not in_time:
            pickup.bring(visit.unit, case, answer_taken_back(case), visit.now)
        return Reply(phrases.retracted(case, in_time=in_time))

    # --- leave -------------------------------------------------------------------------------------------------

    def _leave(self, visit: Visit, counsel: Counsel, said: str | None) -> Reply:
        days = _DIGITS.get(said or "") or int(said or 0)
        if not 1 <= days <= _LONGEST_LEAVE:
            return Reply(phrases.LEAVE_HOW)
        today = local(visit.now).date()
        last = today + dt.timedelta(days=days - 1)
        visit.unit.advisers.leave(counsel.id, today, last)
        moved = self._pass_on(visit, visit.unit.consultations.queue(counsel.id))
        return Reply(phrases.away(last, moved))

    def _pass_on(self, visit: Visit, cases: Sequence[Case]) -> int:
        """What the adviser has not begun goes to the next one."""
        moved = 0
        for case in cases:
            if case.claimed_at or case.state != State.ASSIGNED:
                continue
            returned = visit.unit.consultations.put_back(case.id, visit.now, "请假")
            _, notice = self._routing.assign(visit.unit, returned, visit.now)
            if notice:
                tell(visit.unit, notice, visit.now)
            moved += 1
        return moved

    def _back(self, visit: Visit, counsel: Counsel) -> Reply:
        visit.unit.advisers.leave(counsel.id, None, None)
        return Reply(phrases.BACK_AT_WORK)


def _may_touch(counsel: Counsel, case: Case) -> bool:
    """Their own; one in the queue of a village of theirs; the township's office all of them."""
    if counsel.kind == OFFICE or case.adviser_id == counsel.id or case.answerer == counsel.name:
        return True
    return case.adviser_id is None and (not counsel.villages or case.village in counsel.villages)
