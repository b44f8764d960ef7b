"""What is due: every term that the law or the office sets, the most pressing first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bot.agenda import Agenda
from bot.clock import Clock, local
from bot.store.database import Database
from bot.web.auth import Gate, Member
from bot.web.pages import page


def router(database: Database, agenda: Agenda, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/staff/due")
    Office = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type

    @routes.get("")
    def due(request: Request, member: Office) -> Response:
        now = clock()
        with database.reading() as unit:
            dues = agenda.on(unit, now)
        return page(request, "due.html", member=member, dues=dues, today=local(now).date())

    return routes
