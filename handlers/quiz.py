"""法律测试: ten questions in the chat, answered by number or letter; anything else ends it and is heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.message import Reply
from bot.visit import Visit
from handlers import phrases
from knowledge.quiz import LETTERS, Question

LENGTH = 10
_START = ("法律测试", "法律知识测试", "测一测")
_STOP = ("退出测试", "不测了", "退出")
_TRACE = {"decision": "quiz"}


@dataclass(frozen=True)
class Quiz:
    questions: Sequence[Question]

    def __call__(self, visit: Visit) -> Reply | None:
        if visit.message.kind not in ("text", "click"):
            return None
        text, pending = visit.message.text.strip(), visit.person.pending
        if text in _START:
            return self._begin(visit)
        if pending.get("kind") != "quiz":
            return None
        chosen = _number(text)
        if chosen:
            return self._answered(visit, chosen)
        visit.unit.residents.expect(visit.person.id, {})
        return Reply(phrases.QUIZ_STOPPED, _TRACE) if text in _STOP else None

    def _begin(self, visit: Visit) -> Reply:
        off = visit.unit.quizzes.off()
        open_ones = [one.id for one in self.questions if one.id not in off]
        if len(open_ones) < LENGTH:
            return Reply(phrases.QUIZ_EMPTY, _TRACE)
        chosen = Random(visit.message.key).sample(open_ones, LENGTH)  # noqa: S311 - a quiz, no secret
        return self._ask(visit, chosen, 0, 0, "")

    def _answered(self, visit: Visit, chosen: int) -> Reply:
        pending = visit.person.pending
        asked, at, right = pending["asked"], pending["at"], pending["right"]
        question = next((one for one in self.questions if one.id == asked[at]), None)
        if not question:  # taken out of the file meanwhile
            return self._ask(visit, asked, at, right, "")
        if chosen > len(question.options):
            return Reply(phrases.quiz_question(question, at + 1, LENGTH, phrases.QUIZ_NO_SUCH), _TRACE)
        good = question.is_right(chosen)
        return self._ask(visit, asked, at + 1, right + good, phrases.quiz_verdict(question, right=good))

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


def _number(text: str) -> int:
    """1 to 4, or a letter; 0 for anything else."""
    plain = text.strip(" .、。）)").upper()
    if len(plain) != 1:
        return 0
    return LETTERS.find(plain) + 1 if plain in LETTERS else int(plain) if plain in "1234" else 0
