"""The office's own entries, to read: what waits for review, one with what is wrong with it, all as a file."""

import datetime as dt
from typing import Annotated

import tomli_w
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import HTTPException

from bot.clock import Clock
from bot.errors import ConsultationError
from bot.store.database import Database, Unit
from bot.store.drafts import Draft, keys_of
from bot.web.auth import OFFICE, Gate, Member
from bot.web.numbers import Id
from bot.web.pages import download, page
from handlers import phrases
from knowledge.check import check_new
from knowledge.corpus import read_entry
from knowledge.desk import Desk
from knowledge.entry import SERVICES, TOPICS
from knowledge.fault import Fault, KnowledgeError


def router(database: Database, desk: Desk, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/workbench")
    Signed = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - it is a type
    Reviewer = Annotated[Member, Depends(gate.allowed(*OFFICE))]  # noqa: N806

    @routes.get("/drafts")
    def listing(request: Request, member: Signed) -> Response:
        with database.reading() as unit:
            drafts = [one for one in unit.drafts.all() if reviews(member) or one.author == member.name]
        return page(request, "drafts.html", member=member, drafts=drafts, reviews=reviews(member))

    @routes.get("/drafts/export.toml")
    def export(_member: Reviewer) -> Response:
        """What is published, as a knowledge file."""
        with database.reading() as unit:
            rows = [keys_of(draft) for draft in unit.drafts.published()]
        return download(
            lambda file: tomli_w.dump({"entry": rows}, file, multiline_strings=True), "application/toml", "local.toml"
        )

    @routes.get("/drafts/{draft_id}")
    def show(request: Request, member: Signed, draft_id: Id, said: str = "") -> Response:
        with database.reading() as unit:
            draft = draft_for(unit, member, draft_id)
        return page(
            request, "draft.html", member=member, draft=draft, row=draft.row, said=said,
            faults=faults_of(draft, desk, clock().date()), topics=TOPICS, services=SERVICES,
            reviews=reviews(member) and draft.author != member.name,
        )  # fmt: skip

    return routes


def faults_of(draft: Draft, desk: Desk, on: dt.date) -> list[Fault]:
    """What has to be mended before it can be published."""
    try:
        entry = read_entry(keys_of(draft), f"草稿 {draft.id}")
    except KnowledgeError as error:
        return error.faults
    return check_new(entry, desk.corpus, desk.statutes, desk.normaliser, on, phrases.answer)


def draft_for(unit: Unit, member: Member, draft_id: int) -> Draft:
    """The draft, if this member may see it: staff all, others their own. Raises HTTPException 404 otherwise."""
    try:
        draft = unit.drafts.get(draft_id)
    except ConsultationError:
        raise HTTPException(404) from None
    if not (reviews(member) or draft.author == member.name):
        raise HTTPException(404)
    return draft


def reviews(member: Member) -> bool:
    """Whether this member reviews and publishes what others wrote."""
    return member.role in OFFICE
