"""Following, scanning a village's code, and leaving."""

from collections.abc import Sequence

from bot.message import SILENCE, Reply
from bot.visit import Visit
from handlers import phrases
from handlers.phrases import Office
from handlers.villages import Village

EXAMPLES = ("邻居砌围墙占了我家的地怎么办", "借钱不还怎么办", "老板拖欠工资怎么办")


class Welcome:
    def __init__(self, office: Office, villages: Sequence[Village]) -> None:
        self._office = office
        self._scenes = {village.scene: village.name for village in villages if village.scene}

    def __call__(self, visit: Visit) -> Reply | None:
        kind, residents = visit.message.kind, visit.unit.residents
        if kind == "unsubscribe":
            return self._farewell(visit)
        if kind not in ("subscribe", "scan"):
            return None
        residents.follow(visit.person.id, True)
        village = self._scenes.get(visit.message.scene, "")
        if village:
            residents.move(visit.person.id, village)
        return Reply(phrases.welcome(self._office, village or visit.person.village, EXAMPLES), {"village": village})

    def _farewell(self, visit: Visit) -> Reply:
        """Leaving withdraws consent: everything is erased but what an adviser still owes an answer to."""
        residents = visit.unit.residents
        residents.follow(visit.person.id, False)
        owed = [case.id for case in visit.unit.consultations.of(visit.person.id, 100) if case.waits]
        residents.erase_words(visit.person.id, but=set(owed))
        if not owed:
            residents.erase_identity(visit.person.id, visit.now)
        return SILENCE
