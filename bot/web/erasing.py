"""Erasing a person whose consultations were entered by hand. Residents of the account do it there themselves."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.exceptions import HTTPException

from bot.clock import Clock
from bot.errors import RecordError
from bot.ledger.consultation import CONSULTATION
from bot.store.counting import ACCOUNT
from bot.store.database import Database
from bot.web.auth import OFFICE, Gate, Member
from bot.web.bookkeeping import back
from bot.web.ledgers import BOOKS_PAGE
from bot.web.numbers import Id
from handlers.erasure import erase


def router(database: Database, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix=f"{BOOKS_PAGE}/{CONSULTATION.slug}")
    Office = Annotated[Member, Depends(gate.allowed(*OFFICE))]  # noqa: N806 - it is a type

    @routes.post("/{record_id}/erase")
    def forget(member: Office, record_id: Id, asked: Annotated[bool, Form()] = False) -> Response:
        """Everything of the person whom this consultation is of; the numbers stay."""
        with database.unit() as unit:
            try:
                case = unit.intake.get(record_id)
            except RecordError:
                raise HTTPException(404) from None
            if case.channel == ACCOUNT:
                raise RecordError("从公众号来的，请本人在公众号里发“删除我的记录”")
            if not asked:
                return back(CONSULTATION, case.id, "没有抹去：请先勾选“是本人要求的”")
            erase(unit, case.person_id, clock())
            unit.accounts.record(member.account_id, member.name, "按本人要求抹去了记录", clock(), case.id)
            unit.commit()
        return back(CONSULTATION, case.id, "已抹去他说过的话和身份，只留下件数统计")

    return routes
