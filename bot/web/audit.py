"""Who saw and changed what, for the administrator to read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bot.web.auth import Gate, Member
from bot.web.numbers import PageNumber
from bot.web.pages import ROOT, page

ON_A_PAGE = 50


def router(gate: Gate) -> APIRouter:
    routes = APIRouter(prefix=ROOT)
    Admin = Annotated[Member, Depends(gate.allowed("admin"))]  # noqa: N806 - a type

    @routes.get("/audit")
    def audit(
        request: Request, member: Admin, name: str = "", consultation: str = "", number: PageNumber = 1
    ) -> Response:
        name, consultation = name.strip(), consultation.strip()
        with gate.database.reading() as unit:
            # Digits of other scripts are digits to Python too, hence ASCII; a year's number has six.
            said = consultation if consultation.isascii() and consultation.replace("-", "").isdigit() else ""
            case = unit.consultations.find(said, gate.now()) if said else None
            rows = []
            if case or not consultation:
                rows = unit.accounts.trail(
                    ON_A_PAGE + 1, case.id if case else None, name, offset=(number - 1) * ON_A_PAGE
                )
        return page(
            request, "audit.html", member=member, rows=rows[:ON_A_PAGE], more=len(rows) > ON_A_PAGE, page=number,
            name=name, consultation=consultation, unknown=bool(consultation) and not case,
        )  # fmt: skip

    return routes
