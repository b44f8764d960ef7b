"""The workbench: what waits, what was answered, search, and the stream that says when to look again.

Plain GET pages and POST + 303, so that everything works with scripts off; the stream only saves reloading.
"""

import time
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from bot.clock import Clock
from bot.store.board import Scope
from bot.store.database import Database, Unit
from bot.web.auth import Gate, Member
from bot.web.numbers import PageNumber
from bot.web.pages import page

ON_A_PAGE = 30
_LOOK_SECONDS = 2.0
_STREAM_SECONDS = 300.0
"""After this the browser connects anew, so that the stream of somebody who was signed out ends."""


def scope_of(unit: Unit, member: Member) -> Scope:
    """Staff see all; advisers and mediators their own, and what waits in their villages without an adviser."""
    if member.adviser_id is None:
        return Scope(everything=member.role in ("staff", "admin"))
    counsel = unit.advisers.get(member.adviser_id)
    everything = member.role in ("staff", "admin")
    return Scope(everything=everything, adviser_id=counsel.id, name=counsel.name, villages=counsel.villages)


def router(database: Database, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/workbench")
    Signed = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - it is a type

    @routes.get("")
    def board(request: Request, member: Signed, tab: str = "waiting", number: PageNumber = 1) -> Response:
        done = tab == "done"
        with database.reading() as unit:
            scope = scope_of(unit, member)
            listed = unit.board.done if done else unit.board.waiting
            cases = listed(scope, ON_A_PAGE + 1, (number - 1) * ON_A_PAGE)
            mark = unit.board.mark(scope)
        return page(
            request, "board.html", member=member, tab="done" if done else "waiting", cases=cases[:ON_A_PAGE],
            page=number, more=len(cases) > ON_A_PAGE, query="tab=done&" if done else "", mark=mark, now=clock(),
        )  # fmt: skip

    @routes.get("/search")
    def search(request: Request, member: Signed, q: str = "", number: PageNumber = 1) -> Response:
        words = q.split()[:5]
        with database.reading() as unit:
            scope = scope_of(unit, member)
            cases = unit.board.search(scope, words, ON_A_PAGE + 1, (number - 1) * ON_A_PAGE) if words else []
        return page(
            request, "search.html", member=member, q=q, cases=cases[:ON_A_PAGE], page=number,
            more=len(cases) > ON_A_PAGE, now=clock(),
        )  # fmt: skip

    @routes.get("/stream")
    def stream(member: Signed) -> StreamingResponse:
        return StreamingResponse(marks(member), media_type="text/event-stream")

    async def marks(member: Member) -> AsyncIterator[str]:
        """A line whenever the list has changed, else a comment, so that a dead connection is noticed.

        Asynchronous, unlike everything else here: an open page must not hold one of the threads that answer residents.
        """
        last, until = "", time.monotonic() + _STREAM_SECONDS
        while time.monotonic() < until:
            mark = await run_in_threadpool(mark_of, member)
            yield f"data: {mark}\n\n" if mark != last else ": \n\n"
            last = mark
            await anyio.sleep(_LOOK_SECONDS)

    def mark_of(member: Member) -> str:
        with database.reading() as unit:
            return unit.board.mark(scope_of(unit, member))

    return routes
