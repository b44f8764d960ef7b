"""Days of law publicity: whom each has reached, and a draft for the platform's own mass sending."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bot.clock import Clock, local
from bot.store.database import Database
from bot.web.auth import Gate, Member
from bot.web.pages import page
from handlers.phrases import mass_message
from knowledge.publicity import Publicity


def router(database: Database, publicity: Publicity, township: str, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/staff/publicity")
    Office = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type

    @routes.get("")
    def days(request: Request, member: Office) -> Response:
        today = local(clock()).date()
        first = dt.date(today.year, 1, 1)
        with database.reading() as unit:
            reached = unit.readers.days(first, today + dt.timedelta(days=1))
        listed = [(day, next((reached[date] for date in reached if day.is_on(date)), 0)) for day in publicity.days]
        day = publicity.next(today)
        return page(
            request, "publicity.html", member=member, days=listed, next=day, today=today,
            draft=mass_message(day, township) if day else "",
        )  # fmt: skip

    return routes
