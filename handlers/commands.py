"""Control words: 律师, 查询, 重发, 帮助, 换村, 新问题, 删除我的记录, and an article by its number."""

import datetime as dt
import re
from collections.abc import Sequence

from bot.lifecycle import WAITING, State
from bot.message import SILENCE, Reply
from bot.visit import Visit
from handlers import phrases
from handlers.erasure import erase
from handlers.escalation import Escalation
from handlers.phrases import Office
from knowledge.statutes import Statutes

_WORDS = {
    "律师": "person", "转人工": "person", "人工": "person", "找律师": "person", "人工服务": "person",
    "法律顾问": "person",
    "查询": "cases", "有消息没得": "cases", "有消息没": "cases", "有消息吗": "cases", "有回音没得": "cases",
    "有结果没得": "cases", "有结果了吗": "cases", "答复了没得": "cases", "答复了吗": "cases", "取件": "cases",
    "我的咨询": "cases", "重发": "repeat", "继续": "more",
    "帮助": "help", "菜单": "help", "怎么用": "help", "法律咨询": "help", "换村": "village", "新问题": "new",
    "删除我的记录": "erase", "确认删除": "erase_surely",
}  # fmt: skip
_CHASING = re.compile(
    r"(?:怎么)?(?:律师|顾问|人)?(?:给我|还)?(?:没|没有)?(?:回|答复|回复)(?:我|信|话)?了?(?:没得|没有|没|吗|啊)?"
    r"|(?:弄|办|答)?好了?(?:没得|没有|没)"
    r"|有(?:消息|回音|结果|答复|回复|信)了?(?:没得|没有|没|吗)"
)
"""Who asks where the answer stays asks no new question."""
_EDGES = re.compile(r"^[\s\W]+|[\s\W]+$")
_RECENT = dt.timedelta(hours=24)


class Commands:
    def __init__(self, office: Office, statutes: Statutes, villages: Sequence[str], escalation: Escalation) -> None:
        self._office = office
        self._statutes = statutes
        self._villages = villages
        self._escalation = escalation

    def __call__(self, visit: Visit) -> Reply | None:
        if visit.message.kind not in ("text", "click"):
            return None
        text = visit.message.text
        plain = _EDGES.sub("", text)
        if command := _WORDS.get(plain) or ("cases" if _CHASING.fullmatch(plain) else ""):
            reply: Reply = getattr(self, f"_{command}")(visit)
            return reply.traced(decision="command", command=command)
        if citation := self._statutes.asked_for(text):
            article = self._statutes.article(citation, visit.now.date())
            shown = phrases.article(article) if article else phrases.no_article(citation.law, citation.article)
            return Reply(shown, {"decision": "command", "article": str(citation)})
        return None

    def _person(self, visit: Visit) -> Reply:
        """律师: the question at hand goes to a person, else the next words do."""
        consultations = visit.unit.consultations
        if case := consultations.waiting_of(visit.person.id, *WAITING):
            return Reply(phrases.already_handed_over(case))
        latest = next(iter(consultations.of(visit.person.id, 1)), None)
        if latest and visit.now - latest.opened_at < _RECENT and latest.escalated_at is None:
            return self._escalation.hand_over(visit, latest, phrases.ASKED_FOR)
        visit.unit.residents.expect(visit.person.id, {"kind": "person"})
        return Reply(phrases.ASK_FOR_QUESTION)

    def _cases(self, visit: Visit) -> Reply:
        return Reply(phrases.own_cases(visit.unit.consultations.of(visit.person.id)))

    def _repeat(self, visit: Visit) -> Reply:
        return SILENCE if visit.unit.outbox.repeat(visit.person.id) else Reply(phrases.NOTHING_TO_REPEAT)

    def _more(self, visit: Visit) -> Reply:
        """What waits rides on this reply, so that there is nothing of its own to say."""
        return SILENCE if visit.unit.outbox.waiting(visit.person.id, visit.now) else Reply(phrases.NOTHING_TO_REPEAT)

    def _help(self, _visit: Visit) -> Reply:
        return Reply(phrases.help_text(self._office))

    def _village(self, visit: Visit) -> Reply:
        if not self._villages:
            return Reply(phrases.NO_VILLAGES)
        visit.unit.residents.expect(visit.person.id, {"kind": "village", "asked": 2})
        return Reply(phrases.ask_village(self._villages))

    def _new(self, visit: Visit) -> Reply:
        visit.unit.residents.expect(visit.person.id, {"kind": "new"})
        return Reply(phrases.NEW_QUESTION)

    def _erase(self, visit: Visit) -> Reply:
        if case := visit.unit.consultations.waiting_of(visit.person.id, *WAITING, State.WORDLESS):
            return Reply(phrases.confirm_erasure(case))
        return self._erase_surely(visit)

    def _erase_surely(self, visit: Visit) -> Reply:
        erase(visit.unit, visit.person.id, visit.now)
        return Reply(phrases.ERASED)
