"""An exam as whoever takes it sees it: a name, the paper, the result. Nobody signs in: the address invites."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import Clock
from bot.seal import Seal
from bot.store.database import Database
from bot.store.quizzes import Held
from bot.web.pages import page
from handlers.phrases import EXAM_OVER, EXAM_TOO_LATE
from knowledge.quiz import Question

Name = Annotated[str, Form(max_length=40, pattern=r"\S")]


async def filled(request: Request) -> dict[str, str]:
    """What was chosen, by question. Asynchronous, since only so a form can be read before its fields are known."""
    return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}


Filled = Annotated[dict[str, str], Depends(filled)]


def router(database: Database, questions: Sequence[Question], seal: Seal, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/quiz")
    known = {one.id: one for one in questions}

    def asked(exam: Held) -> list[Question]:
        """The questions of the paper that are still in the file."""
        return [known[one] for one in exam.questions if one in known]

    @routes.get("/{token}")
    def welcome(request: Request, token: str) -> Response:
        with database.reading() as unit:
            exam = unit.quizzes.open(token, clock())
        if not exam:
            return page(request, "paper_said.html", 410, text=EXAM_OVER)
        return page(request, "paper_name.html", exam=exam)

    @routes.post("/{token}")
    def begin(request: Request, token: str, name: Name, place: Annotated[str, Form(max_length=60)] = "") -> Response:
        sealed = seal.close(name.strip())
        with database.unit() as unit:
            exam = unit.quizzes.open(token, clock())
            if not exam:
                return page(request, "paper_said.html", 410, text=EXAM_OVER)
            own = unit.quizzes.begin(exam.id, sealed, place.strip(), clock())
            unit.commit()
        return RedirectResponse(f"/quiz/paper/{own}", 303)

    @routes.get("/paper/{own}")
    def paper(request: Request, own: str) -> Response:
        with database.reading() as unit:
            found = unit.quizzes.paper(own)
        if not found:
            return page(request, "paper_said.html", 404, text=EXAM_OVER)
        exam, sat = found
        if sat.score is not None:
            return page(request, "paper_result.html", exam=exam, score=sat.score, questions=asked(exam))
        until = sat.started_at + dt.timedelta(minutes=exam.minutes)
        return page(request, "paper.html", exam=exam, questions=asked(exam), until=until)

    @routes.post("/paper/{own}")
    def hand_in(request: Request, own: str, form: Filled) -> Response:
        with database.unit() as unit:
            found = unit.quizzes.paper(own)
            if not found:
                return page(request, "paper_said.html", 404, text=EXAM_OVER)
            paper_questions = asked(found[0])
            right = sum(form.get(one.id, "") == str(one.right) for one in paper_questions)
            score = (right * 200 + len(paper_questions)) // (2 * len(paper_questions)) if paper_questions else 0
            taken = unit.quizzes.hand_in(own, score, clock())
            unit.commit()
        if not taken and found[1].score is None:
            return page(request, "paper_said.html", 409, text=EXAM_TOO_LATE)
        return RedirectResponse(f"/quiz/paper/{own}", 303)

    return routes
