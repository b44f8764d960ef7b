"""Greetings, thanks and gibberish are answered here, so that they never reach an adviser."""

from bot.message import Reply
from bot.visit import Visit
from handlers import phrases
from knowledge.desk import Desk


class SmallTalk:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, visit: Visit) -> Reply | None:
        # After 律师 the next words go to a person, whatever they are.
        if visit.message.kind not in ("text", "other") or visit.person.pending.get("kind") == "person":
            return None
        kind = self._desk.chatter(visit.message.text)
        return Reply(phrases.SMALL_TALK[kind], {"decision": "smalltalk", "kind": kind}) if kind else None
