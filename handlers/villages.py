"""Villages: recognising one in what a resident types, and the question which one is theirs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.lifecycle import WAITING
from bot.message import Reply
from bot.visit import Visit
from handlers import phrases
from handlers.escalation import Escalation

_SIMILAR = 70.0
"""rapidfuzz ratio of two-to-five-character names below which a village is asked for again instead of guessed."""
_AROUND = re.compile(r"^(我是|我们是|我在|我家在|我住|住在|是)|(的人|的|人|村民|哈|嘛|啊|[，。！!.,\s])+$")


@dataclass(frozen=True)
class Village:
    """A village with what residents call it, and the scene of the code on its notice board."""

    name: str
    aliases: tuple[str, ...] = ()
    scene: str = ""


def recognise(text: str, villages: Sequence[Village]) -> str:
    """The village a text names, spelt right or nearly; empty when none or more than one fits."""
    names = {name: village.name for village in villages for name in (village.name, *village.aliases)}
    contained = {village for name, village in names.items() if name in text}
    if len(contained) == 1:
        return contained.pop()
    if contained:
        return ""
    bare = _AROUND.sub("", _AROUND.sub("", text.strip()))
    close = process.extract(bare, list(names), scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=2)
    best = {names[name] for name, score, _ in close if score == close[0][1]}
    return best.pop() if len(best) == 1 else ""


class VillageQuestion:
    """Takes the answer to "which village are you from", asked at a hand-over or by 换村."""

    def __init__(self, villages: Sequence[Village], escalation: Escalation) -> None:
        self._villages = villages
        self._names = [village.name for village in villages]
        self._escalation = escalation

    def __call__(self, visit: Visit) -> Reply | None:
        pending = visit.person.pending
        if pending.get("kind") != "village" or visit.message.kind not in ("text", "click"):
            return None
        residents, consultations = visit.unit.residents, visit.unit.consultations
        village = recognise(visit.message.text, self._villages)
        case = consultations.waiting_of(visit.person.id, *WAITING)
        if village:
            residents.expect(visit.person.id, {})
            residents.move(visit.person.id, village)
            if case:
                case = self._escalation.move(visit, case, village)
            return Reply(phrases.village_known(village, case), {"village": village})
        if pending.get("asked", 1) >= 2 or not case:
            # Not a village name twice over: it is about the matter, and the next handlers take it.
            residents.expect(visit.person.id, {})
            return None
        residents.expect(visit.person.id, {**pending, "asked": 2})
        consultations.add(case.id, visit.message.text, visit.now)
        return Reply(phrases.village_unclear(self._names), {"village": None})
