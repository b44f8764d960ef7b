"""Tests of legal knowledge, for staff: the questions, which an editor can take out, and the exams."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from bot.clock import SHANGHAI, Clock, local
from bot.ledger.activities import EXAM
from bot.store.database import Database
from bot.web.auth import Gate, Member
from bot.web.pages import page
from knowledge.quiz import Question

FEWEST, MOST = 5, 50
WHO = EXAM.field("who").choices


def router(database: Database, questions: Sequence[Question], gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/staff/quiz")
    Office = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type

    @routes.get("")
    def listing(request: Request, member: Office, said: str = "") -> Response:
        now = clock()
        new_year = dt.datetime(local(now).year, 1, 1, tzinfo=SHANGHAI)
        with database.reading() as unit:
            off, exams = unit.quizzes.off(), unit.quizzes.exams()
            finished, average = unit.quizzes.in_chat(new_year, now + dt.timedelta(days=1))
        return page(
            request, "quizzes.html", member=member, questions=questions, off=off, exams=exams, said=said, who=WHO,
            finished=finished, average=average, now=now, most=min(MOST, len(questions) - len(off)), fewest=FEWEST,
        )  # fmt: skip

    @routes.post("/questions/{question_id}/{state}")
    def switch(member: Office, question_id: str, state: str) -> RedirectResponse:
        if question_id not in {one.id for one in questions} or state not in ("on", "off"):
            raise HTTPException(404)
        with database.unit() as unit:
            unit.quizzes.switch(question_id, member.name, on=state == "on")
            done = f"{'用' if state == 'on' else '停用'}测试题 {question_id}"
            unit.accounts.record(member.account_id, member.name, done, clock())
            unit.commit()
        return back(f"已{done}")

    return routes


def back(said: str) -> RedirectResponse:
    return RedirectResponse(f"/staff/quiz?said={quote(said)}", 303)
