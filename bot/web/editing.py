"""The office's own entries, to change: made from an answered consultation, edited, published, taken back."""

import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from bot.clock import Clock
from bot.errors import ConsultationError
from bot.masking import masked
from bot.store.database import Database
from bot.web.auth import OFFICE, Gate, Member
from bot.web.consultation import case_for
from bot.web.drafts import draft_for, faults_of
from bot.web.numbers import Id
from handlers.phrases import shorten
from knowledge.desk import Desk

_QUESTION = 30
_SPACES = re.compile(r"[\s,，、;；]+")
Words = Annotated[str, Form(max_length=4000)]


def router(database: Database, desk: Desk, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/workbench")
    Signed = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - it is a type
    Reviewer = Annotated[Member, Depends(gate.allowed(*OFFICE))]  # noqa: N806

    def back(draft_id: int, said: str) -> RedirectResponse:
        return RedirectResponse(f"/workbench/drafts/{draft_id}?said={quote(said)}", 303)

    @routes.post("/c/{number}/draft")
    def make(member: Signed, number: str) -> RedirectResponse:
        """A draft with the question, what the resident said, and the answer; made once for a consultation."""
        with database.unit() as unit:
            case = case_for(unit, member, number, clock())
            if not case.answer:
                raise HTTPException(404)
            draft = unit.drafts.of_case(case.id)
            if not draft:
                said = [turn.text for turn in unit.consultations.conversation(case.id) if turn.author == "resident"]
                row = {
                    "question": shorten(masked(case.question), _QUESTION),
                    "similar": [masked(text) for text in dict.fromkeys(said) if text], "keywords": [],
                    "answer": case.answer, "law": [], "topic": case.topic, "service": "adviser",
                }  # fmt: skip
                draft = unit.drafts.new(row, member.name, clock(), case.id)
                unit.accounts.record(member.account_id, member.name, f"写成条目 {draft.entry_id}", clock(), case.id)
            unit.commit()
        return back(draft.id, "已经放进草稿，补齐问法、关键词和法条，再请别人审核")

    @routes.post("/drafts/{draft_id}")
    def save(
        member: Signed, draft_id: Id, question: Words, answer: Words, topic: Words, service: Words,
        similar: Words = "", keywords: Words = "", law: Words = "",
    ) -> RedirectResponse:  # fmt: skip
        row: dict[str, Any] = {
            "question": question.strip(), "similar": _lines(similar), "keywords": _words(keywords),
            "answer": answer.replace("\r\n", "\n").strip(), "law": [_citation(one) for one in _words(law)],
            "topic": topic, "service": service,
        }  # fmt: skip
        with database.unit() as unit:
            draft_for(unit, member, draft_id)
            unit.drafts.save(draft_id, row, member.name, clock())
            unit.accounts.record(member.account_id, member.name, f"改了条目 local-{draft_id:06d}", clock())
            unit.commit()
        return back(draft_id, "已保存")

    @routes.post("/drafts/{draft_id}/publish")
    def publish(member: Reviewer, draft_id: Id) -> RedirectResponse:
        with database.unit() as unit:
            draft = draft_for(unit, member, draft_id)
            if faults_of(draft, desk, clock().date()):
                return back(draft_id, "没有发布：还有下面这些要改")
            try:
                unit.drafts.publish(draft_id, member.name, clock())
            except ConsultationError as error:
                return back(draft_id, f"没有发布：{error}")
            unit.accounts.record(member.account_id, member.name, f"发布条目 {draft.entry_id}", clock())
            unit.commit()
        return back(draft_id, "已发布，十秒内居民就能问到")

    @routes.post("/drafts/{draft_id}/withdraw")
    def withdraw(member: Reviewer, draft_id: Id) -> RedirectResponse:
        with database.unit() as unit:
            draft = draft_for(unit, member, draft_id)
            unit.drafts.withdraw(draft_id, clock())
            unit.accounts.record(member.account_id, member.name, f"撤下条目 {draft.entry_id}", clock())
            unit.commit()
        return back(draft_id, "已撤下")

    return routes


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in _SPACES.split(text.strip()) if word))


def _citation(text: str) -> str:
    """民法典675条, as people write it, beside 民法典#675."""
    found = re.fullmatch(r"《?([^《》#\d第]+)》?第?(\d+)条(之[一二三四五六七八九十])?", text)
    return f"{found[1]}#{found[2]}{found[3] or ''}" if found else text
