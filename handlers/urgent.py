"""Danger words come before everything: hotlines first, then the duty officer's list."""

import logging

from bot.lifecycle import WAITING
from bot.message import Reply
from bot.visit import Visit
from handlers import phrases
from handlers.escalation import Escalation
from knowledge.desk import Desk

_log = logging.getLogger(__name__)


class Urgent:
    def __init__(self, desk: Desk, escalation: Escalation) -> None:
        self._desk = desk
        self._escalation = escalation

    def __call__(self, visit: Visit) -> Reply | None:
        if visit.message.kind != "text":
            return None
        danger = self._desk.danger(visit.message.text)
        if not danger:
            return None
        consultations = visit.unit.consultations
        case = consultations.waiting_of(visit.person.id, *WAITING)
        if case:
            consultations.add(case.id, visit.message.text, visit.now)
        else:
            case = self._escalation.open(visit, visit.message.text)
        case = self._escalation.assign(visit, case, urgent=danger)
        _log.warning("urgent consultation number=%s danger=%s", case.number, danger)
        return Reply(
            phrases.urgent(danger, case), {"decision": "urgent", "danger": danger, "consultation": case.number}
        )
