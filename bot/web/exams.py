"""Exams that staff hold: drawn by lot, taken at an address of their own, with scores and a row in the ledger."""

import datetime as dt
from collections.abc import Sequence
from random import SystemRandom
from typing import Annotated
from urllib.parse import quote

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from bot.clerk import Clerk
from bot.clock import SHANGHAI, Clock, local
from bot.errors import RecordError
from bot.ledger.activities import EXAM
from bot.seal import Seal
from bot.store.database import Database
from bot.store.quizzes import Sat, firsts, mean
from bot.web.auth import Gate, Member
from bot.web.numbers import Id
from bot.web.pages import page
from bot.web.quizzes import FEWEST, MOST, WHO, back
from knowledge.quiz import Question

_LAST = dt.date(2199, 12, 31)


def router(
    database: Database, questions: Sequence[Question], clerk: Clerk, seal: Seal, site: str, gate: Gate, clock: Clock
) -> APIRouter:
    routes = APIRouter(prefix="/staff/quiz/exams")
    Office = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type

    def token_of(exam_id: int) -> str:
        """Nobody guesses it without the key, and the office can show the address again while the exam runs."""
        return seal.digest(f"exam/{exam_id}")[:24]

    def opened(sat: Sequence[Sat]) -> dict[int, str]:
        return {one.id: seal.open(one.sealed_name) for one in sat}

    @routes.post("")
    def hold(
        member: Office, title: Annotated[str, Form(min_length=1, max_length=60)],
        who: Annotated[str, Form()], number: Annotated[int, Form()], minutes: Annotated[int, Form(ge=1, le=180)],
        until: Annotated[dt.date, Form(le=_LAST)],
    ) -> Response:  # fmt: skip
        """A paper of questions drawn by lot."""
        now, title = clock(), " ".join(title.split())
        ends = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), SHANGHAI)
        with database.unit() as unit:
            off = unit.quizzes.off()
            usable = [one.id for one in questions if one.id not in off]
            if not title:
                return back("没有开始：要写名称")
            if who not in WHO or not FEWEST <= number <= min(MOST, len(usable)) or ends <= now:
                return back(f"没有开始：题数要在 {FEWEST} 到 {min(MOST, len(usable))} 之间，截止日期不能是过去的")
            drawn = SystemRandom().sample(usable, number)
            exam = unit.quizzes.hold(title, who, drawn, minutes, ends, member.name, now, token_of)
            unit.accounts.record(member.account_id, member.name, f"组织测试 {title}", now)
            unit.commit()
        said = "已开始。把网址发给参加的人，或者让他们扫码"
        return RedirectResponse(f"/staff/quiz/exams/{exam.id}?said={quote(said)}", 303)

    @routes.get("/{exam_id}")
    def scores(request: Request, member: Office, exam_id: Id, said: str = "") -> Response:
        with database.reading() as unit:
            exam, token = unit.quizzes.exam(exam_id), token_of(exam_id)
            sat, runs = unit.quizzes.scores(exam_id), unit.quizzes.open(token, clock())
        address = f"{site or str(request.base_url).rstrip('/')}/quiz/{token}" if runs else ""
        picture = Markup(segno.make(address).svg_inline(scale=4, border=2)) if runs else ""  # noqa: S704 - our own address
        names = opened(sat)
        counted = firsts(sat, names)
        number, average = mean(counted)
        return page(
            request, "exam.html", member=member, exam=exam, sat=sat, names=names, number=number, average=average,
            address=address, picture=picture, said=said,
            again={one.id for one in sat if one.ended_at} - {one.id for one in counted},
        )  # fmt: skip

    @routes.post("/{exam_id}/ledger")
    def record(member: Office, exam_id: Id) -> RedirectResponse:
        """One row in the ledger, of the day on which it ended, with how many took it and their mean score. Who has not
        handed in by now is too late."""
        now = clock()
        try:
            with database.unit() as unit:
                exam = unit.quizzes.exam(exam_id, alone=True)
                sat = unit.quizzes.scores(exam_id)
                number, average = mean(firsts(sat, opened(sat)))
                held = min(local(now), local(exam.until - dt.timedelta(seconds=1))).date()
                raw = {
                    "day": held.isoformat(), "title": exam.title, "who": exam.who,
                    **({"people": str(number), "average": str(average)} if number else {}),
                }  # fmt: skip
                reading = clerk.read(unit, EXAM, raw, now)
                if reading.faults:
                    raise RecordError("；".join(fault.text for fault in reading.faults))
                added = clerk.add(unit, EXAM, reading.values, member.name, now)
                unit.quizzes.recorded(exam_id, added.id, now)
                unit.accounts.record(member.account_id, member.name, f"登记法律知识测试 {added.number}", now)
                unit.commit()
            said = f"已登记到台账：{added.number}"
        except RecordError as error:
            said = f"没有登记：{error}"
        return RedirectResponse(f"/staff/quiz/exams/{exam_id}?said={quote(said)}", 303)

    return routes
