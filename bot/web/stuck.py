"""Answers and notices that are stuck: no channel is left, or the resident has not come for them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from bot.store.database import Unit
from bot.web.auth import OFFICE, Gate, Member
from bot.web.numbers import Id
from bot.web.office import act
from bot.web.pages import ROOT, page
from handlers.casework import Casework

STUCK = f"{ROOT}/stuck"


def router(gate: Gate, casework: Casework) -> APIRouter:
    routes = APIRouter(prefix=STUCK)
    Office = Annotated[Member, Depends(gate.allowed(*OFFICE))]  # noqa: N806 - a type

    @routes.get("")
    def listing(request: Request, member: Office, said: str = "") -> Response:
        with gate.database.reading() as unit:
            rows = unit.outbox.stuck(gate.uncollected_since())
        return page(request, "stuck.html", member=member, rows=rows, said=said)

    @routes.post("/{parcel_id}/retry")
    def retry(member: Office, parcel_id: Id) -> RedirectResponse:
        def work(unit: Unit) -> str:
            unit.outbox.retry(parcel_id, gate.now())
            return f"第 {parcel_id} 号"

        return act(gate, member, STUCK, "卡住的再发一次", work, about(parcel_id))

    @routes.post("/{parcel_id}/told")
    def told(member: Office, parcel_id: Id) -> RedirectResponse:
        def work(unit: Unit) -> str:
            casework.told(unit, parcel_id, member.name, gate.now())
            return f"第 {parcel_id} 号"

        return act(gate, member, STUCK, "卡住的已电话告知", work, about(parcel_id))

    def about(parcel_id: int) -> int | None:
        with gate.database.reading() as unit:
            return unit.outbox.consultation_of(parcel_id)

    return routes
