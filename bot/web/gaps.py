"""What residents asked and nothing answered, grouped: where the knowledge base has to grow."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bot.clock import Clock
from bot.store.database import Database
from bot.web.auth import Gate, Member
from bot.web.pages import page
from knowledge.desk import Desk
from knowledge.gaps import gaps

DAYS = 90
_MOST_QUESTIONS, _MOST_GROUPS = 300, 30
"""Grouping takes a comparison with every group, so that the newest questions have to do."""


def router(database: Database, desk: Desk, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/staff/gaps")
    Office = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type

    @routes.get("")
    def listing(request: Request, member: Office) -> Response:
        with database.reading() as unit:
            asked = unit.consultations.unanswered(clock() - dt.timedelta(days=DAYS))
        found = gaps(desk, asked[-_MOST_QUESTIONS:])
        return page(
            request, "gaps.html", member=member, gaps=found[:_MOST_GROUPS], groups=len(found), asked=len(asked),
            most=_MOST_QUESTIONS, days=DAYS,
        )  # fmt: skip

    return routes
