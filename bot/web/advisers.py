"""The register of advisers: who is asked first, their codes, their leave."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from bot.clock import local
from bot.config import Settings
from bot.errors import ConsultationError, SendError
from bot.invitation import picture_holds, sentence
from bot.routing import in_order
from bot.store.advisers import CODE_LIFE, KINDS, Counsel, Seed
from bot.store.database import Unit
from bot.web.auth import OFFICE, Gate, Member
from bot.web.numbers import Id
from bot.web.office import Name, Text, act
from bot.web.pages import ROOT, page
from handlers.casework import LONGEST_LEAVE, Casework
from knowledge.entry import TOPICS

ADVISERS = f"{ROOT}/advisers"


@dataclass(frozen=True)
class NewAdviser:
    """What the form for a new adviser holds."""

    name: Name
    kind: Text
    villages: Annotated[list[str], Form(default_factory=list)]
    topics: Annotated[list[str], Form(default_factory=list)]
    email: Text = ""
    duty: Annotated[bool, Form()] = False


def router(gate: Gate, casework: Casework, settings: Settings) -> APIRouter:
    routes = APIRouter(prefix=ADVISERS)
    Office = Annotated[Member, Depends(gate.allowed(*OFFICE))]  # noqa: N806 - a type

    @routes.get("")
    def listing(request: Request, member: Office, said: str = "") -> Response:
        today = local(gate.now()).date()
        with gate.database.reading() as unit:
            load = unit.consultations.load()
            rows, off = in_order(unit.advisers.all(), load), unit.advisers.switched_off()
        return page(
            request, "advisers.html", member=member, rows=rows, off=off, load=load, said=said, today=today,
            last=today + LONGEST_LEAVE - dt.timedelta(days=1), kinds=KINDS, topics=TOPICS,
            villages=[village.name for village in settings.villages],
        )  # fmt: skip

    @routes.post("")
    def add(member: Office, new: Annotated[NewAdviser, Depends()]) -> RedirectResponse:
        def work(unit: Unit) -> str:
            section = settings.new_adviser(
                name=new.name.strip(), kind=new.kind, villages=new.villages, topics=new.topics,
                email=new.email.strip(), duty=new.duty,
            )  # fmt: skip
            return unit.advisers.add(Seed(**section.model_dump())).name

        return act(gate, member, ADVISERS, "添加顾问", work)

    @routes.post("/{adviser_id}/code")
    def code(request: Request, member: Office, adviser_id: Id) -> Response:
        """The only time that a code is shown: of what is kept it cannot be told."""
        with gate.database.unit() as unit:
            counsel = active(unit, adviser_id)
            new = unit.advisers.new_code(counsel.id, gate.now())
            unit.accounts.record(member.account_id, member.name, "发绑定码", gate.now(), detail=counsel.name)
            unit.commit()
        holds, problem = sentence(new), ""
        try:
            holds = picture_holds(new, settings.wechat, gate.database)
        except SendError as error:
            problem = f"微信没有给二维码（{error}）。顾问可以直接发下面这句话，一样能绑定。"
        return page(
            request, "adviser_code.html", member=member, counsel=counsel, sentence=sentence(new),
            scans=holds != sentence(new), problem=problem, until=gate.now() + CODE_LIFE,
            picture=segno.make(holds, error="m").svg_inline(scale=6, border=4, light="#fff", title="绑定用的二维码"),
        )  # fmt: skip

    @routes.post("/{adviser_id}/leave")
    def leave(member: Office, adviser_id: Id, until: Annotated[dt.date, Form()]) -> RedirectResponse:
        def work(unit: Unit) -> str:
            counsel = active(unit, adviser_id)
            moved = casework.leave(unit, counsel, until, gate.now())
            return f"{counsel.name}，到 {until}，转出 {moved} 件"

        return act(gate, member, ADVISERS, "替顾问请假", work)

    @routes.post("/{adviser_id}/back")
    def back(member: Office, adviser_id: Id) -> RedirectResponse:
        def work(unit: Unit) -> str:
            return unit.advisers.leave(active(unit, adviser_id).id, None, None).name

        return act(gate, member, ADVISERS, "替顾问销假", work)

    @routes.post("/{adviser_id}/off")
    def off(member: Office, adviser_id: Id) -> RedirectResponse:
        def work(unit: Unit) -> str:
            counsel = active(unit, adviser_id)
            return f"{counsel.name}，转出 {casework.switch_off(unit, counsel, gate.now())} 件"

        return act(gate, member, ADVISERS, "停用顾问", work)

    @routes.post("/{adviser_id}/on")
    def on(member: Office, adviser_id: Id) -> RedirectResponse:
        def work(unit: Unit) -> str:
            if adviser_id not in [one.id for one in unit.advisers.switched_off()]:
                raise ConsultationError("这位顾问没有停用")
            return unit.advisers.switch(adviser_id, on=True).name

        return act(gate, member, ADVISERS, "重新启用顾问", work)

    return routes


def active(unit: Unit, adviser_id: int) -> Counsel:
    """Raises HTTPException 404 for one who is not there or switched off."""
    found = next((one for one in unit.advisers.all() if one.id == adviser_id), None)
    if not found:
        raise HTTPException(404, "没有这位顾问，可能刚被停用。请回到顾问名单再看。")
    return found
