"""An adviser at work inside WeChat: 待办, 看, 答, 问, 转, 结, 收到, 请假, and an answer written in several messages.

Stands before everything else for a bound account: an adviser's answer may well hold danger words.
"""

import datetime as dt
import re
from typing import Any

from bot.clock import local
from bot.errors import ConsultationError
from bot.lifecycle import State
from bot.message import Reply
from bot.store.advisers import OFFICE, Counsel
from bot.store.consultations import Case
from bot.visit import Visit
from handlers import adviser_phrases as phrases
from handlers.casework import LONGEST_LEAVE, RESULTS, Casework, known_result, may_touch
from knowledge.desk import Desk
from knowledge.entry import TOPICS

_COMMAND = re.compile(r"^(看|答|问|转|结|收到)\s*(\d{1,6}|\d{4}-\d{6})(?!\d)\s*[，,:：]?\s*(.*)$", re.DOTALL)
_CODES = re.compile(r"^(类型|结果)\s*(\S+)$")
_LEAVE = re.compile(r"^请假\s*(\d{1,3}|[一二两三四五六七八九十])?\s*天?$")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


class Adviser:
    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk = desk
        self._casework = casework

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
        if not may_touch(counsel, case):
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
        return Reply(phrases.asked(self._casework.ask(visit.unit, case, words, counsel.name, visit.now)))

    def _transfer(self, visit: Visit, counsel: Counsel, case: Case, words: str) -> Reply:
        office = next((one for one in visit.unit.advisers.all() if one.kind == OFFICE), None)
        to = office if office and words == OFFICE else visit.unit.advisers.named(words)
        return Reply(
            phrases.transferred(self._casework.transfer(visit.unit, case, to, counsel.name, visit.now), to.name)
        )

    def _close(self, visit: Visit, counsel: Counsel, case: Case, words: str) -> Reply:
        result, _, own = words.partition(" ")
        closed = self._casework.close(visit.unit, case, result, own, counsel.name, visit.now)
        return Reply(phrases.closed(closed, result, told=case.waits))

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
            "result": draft.get("result", RESULTS[0]),
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
        if which == "结果":
            known_result(code)
        case = visit.unit.consultations.get(draft["case"])
        return self._keep(visit, case, {**draft, "topic" if which == "类型" else "result": code})

    def _keep(self, visit: Visit, case: Case, draft: dict[str, Any]) -> Reply:
        visit.unit.residents.expect(visit.person.id, draft)
        return Reply(phrases.drafting(case, draft["parts"], draft["topic"], draft["result"]))

    def _send(self, visit: Visit, counsel: Counsel) -> Reply:
        draft = visit.person.pending
        if draft.get("kind") != "draft" or not draft["parts"]:
            return Reply(phrases.NOTHING_TO_SEND)
        case = self._casework.answer(
            visit.unit, draft["case"], "\n".join(draft["parts"]), counsel.name, visit.now,
            result=draft["result"], topic=draft["topic"], seen_version=draft["version"],
        )  # fmt: skip
        visit.unit.residents.expect(visit.person.id, {})
        return Reply(phrases.sent(case))

    def _drop(self, visit: Visit, _counsel: Counsel) -> Reply | None:
        if visit.person.pending.get("kind") != "draft":
            return None
        visit.unit.residents.expect(visit.person.id, {})
        return Reply(phrases.DRAFT_DROPPED)

    def _retract(self, visit: Visit, counsel: Counsel) -> Reply:
        case = visit.unit.consultations.last_answered_by(counsel.name)
        if not case:
            return Reply(phrases.NOTHING_TO_RETRACT)
        case, in_time = self._casework.retract(visit.unit, case, counsel.kind, counsel.name, visit.now)
        return Reply(phrases.retracted(case, in_time=in_time))

    # --- leave -------------------------------------------------------------------------------------------------

    def _leave(self, visit: Visit, counsel: Counsel, said: str | None) -> Reply:
        days = _DIGITS.get(said or "") or int(said or 0)
        if not 1 <= days <= LONGEST_LEAVE.days:
            return Reply(phrases.LEAVE_HOW)
        last = local(visit.now).date() + dt.timedelta(days=days - 1)
        moved = self._casework.leave(visit.unit, counsel, last, visit.now)
        return Reply(phrases.away(last, moved))

    def _back(self, visit: Visit, counsel: Counsel) -> Reply:
        visit.unit.advisers.leave(counsel.id, None, None)
        return Reply(phrases.BACK_AT_WORK)
