"""One consultation as a conversation, with what helps to answer it."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import HTTPException

from bot.clock import Clock, local
from bot.lifecycle import State
from bot.masking import hides
from bot.store.consultations import Case
from bot.store.database import Database, Unit
from bot.web.attachments import served, shown
from bot.web.auth import Gate, Member
from bot.web.numbers import Id
from bot.web.pages import page
from bot.web.referral import referrals
from bot.web.workbench import scope_of
from handlers.casework import REFERRALS, RESULTS, may_touch
from handlers.phrases import CANNED
from knowledge.desk import Desk
from knowledge.entry import TOPICS

_NEAR = 4


def router(
    database: Database, desk: Desk, gate: Gate, clock: Clock, villages: Sequence[str], *, fetches: bool
) -> APIRouter:
    """`fetches`: whether pictures and recordings are being fetched from the platform."""
    routes = APIRouter(prefix="/workbench/c/{number}")
    Signed = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - it is a type

    @routes.get("")
    def show(
        request: Request, member: Signed, number: str, insert: str = "", canned: int = -1, law: str = "", said: str = ""
    ) -> Response:
        with database.unit() as unit:
            case = case_for(unit, member, number, clock())
            others = unit.board.look(case.id, member.account_id, clock())
            turns, steps = unit.consultations.conversation(case.id), unit.consultations.history(case.id)
            attachments = {one.turn_id: one for one in unit.media.of(case.id)}
            earlier = unit.board.earlier(case)
            advisers, load = unit.advisers.all(), unit.consultations.load()
            linked = referrals(unit, member, case)
            unit.commit()
        near = [one.entry for one in desk.decide(case.question).candidates[:_NEAR]] if case.question else []
        citation = desk.statutes.asked_for(law) if law else None
        return page(
            request, "consultation.html", member=member, case=case, turns=turns, steps=steps, earlier=earlier,
            sent={
                turn.id: shown(attachments[turn.id], turn.said_at, clock(), fetches=fetches)
                for turn in turns if turn.id in attachments
            },
            others=others, villages=villages, load=load, today=local(clock()).date(), elsewhere=REFERRALS, near=near,
            advisers=advisers, referrals=linked, topics=TOPICS, results=RESULTS, canned=CANNED, now=clock(),
            article=desk.statutes.article(citation, clock().date()) if citation else None,
            law=law, said=said, text=_prefilled(desk, insert, canned),
            topic=case.topic if case.topic != "其他" or not near else near[0].topic,
            hidden=any(hides(turn.text) for turn in turns), open=case.waits or case.state == State.WORDLESS,
        )  # fmt: skip

    @routes.post("/reveal")
    def reveal(request: Request, member: Signed, number: str) -> Response:
        """The hidden numbers, this once and on record."""
        with database.unit() as unit:
            case = case_for(unit, member, number, clock())
            unit.accounts.record(member.account_id, member.name, "看了隐藏的号码", clock(), case.id)
            turns = [turn for turn in unit.consultations.conversation(case.id) if hides(turn.text)]
            unit.commit()
        return page(request, "revealed.html", member=member, case=case, turns=turns)

    @routes.get("/media/{turn_id}")
    def media(member: Signed, number: str, turn_id: Id) -> Response:
        """A picture or recording as it was sent. Whoever opens it is looking at the consultation."""
        with database.unit() as unit:
            case = case_for(unit, member, number, clock())
            found = next((one for one in unit.media.of(case.id) if one.turn_id == turn_id and one.kind), None)
            content = unit.media.content(turn_id) if found else b""
            if not found or not content:
                raise HTTPException(404, "这张图片或这段录音还没有取到，或者已经删掉了。")
            unit.board.look(case.id, member.account_id, clock())
            unit.commit()
        return served(found, content, case.number)

    return routes


def case_for(unit: Unit, member: Member, number: str, now: dt.datetime) -> Case:
    """The consultation, if this member may see it. Raises HTTPException 404 otherwise, as for one that is not there."""
    case = unit.consultations.find(number, now) if number.replace("-", "").isdigit() else None
    if not case or not may_see(unit, member, case):
        raise HTTPException(404)
    return case


def may_see(unit: Unit, member: Member, case: Case) -> bool:
    if scope_of(unit, member).everything:
        return True
    return member.adviser_id is not None and may_touch(unit.advisers.get(member.adviser_id), case)


def _prefilled(desk: Desk, insert: str, canned: int) -> str:
    """The answer's text that a click asked for: an entry's answer, or one of the ready sentences."""
    if insert:
        try:
            return desk.entry(insert).answer
        except KeyError:
            return ""
    return CANNED[canned] if 0 <= canned < len(CANNED) else ""
