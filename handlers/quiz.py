"""法律测试: ten questions in the chat, answered by number or letter; anything else ends it, says so, and is heard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.message import Reply
from bot.visit import Handler, Visit
from handlers import phrases
from handlers.picking import picked
from knowledge.quiz import Question

LENGTH = 10
_START = ("法律测试", "法律知识测试", "测一测")
_STOP = ("退出测试", "不测了", "停止测试", "结束测试")
_LEAVE = (*_STOP, "退出", "不答了", "不做了", "算了")
"""While one runs."""
_SKIP = ("不知道", "不晓得", "不会", "不清楚", "下一题", "跳过")
_UNCLEAR = 2
"""Characters of a reply that is a slip rather than a question."""
_TRACE = {"decision": "quiz"}


@dataclass(frozen=True)
class Quiz:
    questions: Sequence[Question]
    rest: Sequence[Handler]
    """Whoever hears what is no answer."""

    def __call__(self, visit: Visit) -> Reply | None:
        if visit.message.kind not in ("text", "click"):
            return None
        text, runs = visit.message.text.strip(" 　。.!！~"), visit.person.pending.get("kind") == "quiz"
        if text in _START:
            return self._begin(visit)
        if text in (_LEAVE if runs else _STOP):
            visit.unit.residents.expect(visit.person.id, {})
            return Reply(phrases.QUIZ_STOPPED, _TRACE)
        if not runs:
            return None
        chosen = picked(text)
        if chosen or text in _SKIP or len(text) <= _UNCLEAR:
            return self._answered(visit, chosen, skipped=text in _SKIP)
        visit.unit.residents.expect(visit.person.id, {})
        heard = next((reply for handler in self.rest if (reply := handler(visit))), None)
        return replace(heard, text=f"{heard.text}\n\n{phrases.QUIZ_LEFT}") if heard and heard.text else heard

    def _begin(self, visit: Visit) -> Reply:
        off = visit.unit.quizzes.off()
        open_ones = [one.id for one in self.questions if one.id not in off]
        if len(open_ones) < LENGTH:
            return Reply(phrases.QUIZ_EMPTY, _TRACE)
        chosen = Random(visit.message.key).sample(open_ones, LENGTH)  # noqa: S311 - a quiz, no secret
        return self._ask(visit, chosen, 0, 0, "")

    def _answered(self, visit: Visit, chosen: int, *, skipped: bool) -> Reply:
        pending = visit.person.pending
        asked, at, right = pending["asked"], pending["at"], pending["right"]
        question = next((one for one in self.questions if one.id == asked[at]), None)
        if not question:  # taken out of the file meanwhile
            return self._ask(visit, asked, at, right, "")
        if not (skipped or 1 <= chosen <= len(question.options)):
            again = phrases.QUIZ_NO_SUCH if chosen else phrases.QUIZ_UNCLEAR
            return Reply(phrases.quiz_question(question, at + 1, LENGTH, again), _TRACE)
        good = question.is_right(chosen)
        verdict = phrases.quiz_verdict(question, right=good, skipped=skipped)
        return self._ask(visit, asked, at + 1, right + good, verdict)

    def _ask(self, visit: Visit, asked: Sequence[str], at: int, right: int, verdict: str) -> Reply:
        by_id = {one.id: one for one in self.questions}
        while at < len(asked) and asked[at] not in by_id:
            at += 1
        if at >= len(asked):
            visit.unit.residents.expect(visit.person.id, {})
            visit.unit.quizzes.finished(visit.person.id, right * 100 // LENGTH, visit.now)
            return Reply(phrases.quiz_over(right, LENGTH, verdict), _TRACE)
        visit.unit.residents.expect(visit.person.id, {"kind": "quiz", "asked": list(asked), "at": at, "right": right})
        return Reply(phrases.quiz_question(by_id[asked[at]], at + 1, LENGTH, verdict), _TRACE)
