"""What can be done with one consultation: plain forms, each one transaction, on record, and back to its page."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse

from bot.clock import Clock
from bot.errors import ConsultationError
from bot.store.advisers import OFFICE
from bot.store.consultations import Case
from bot.store.counting import ACCOUNT
from bot.store.database import Database, Unit
from bot.web.auth import Gate, Member
from bot.web.consultation import case_for
from handlers.casework import Casework
from knowledge.entry import TOPICS

_LONGEST = 4000
Text = Annotated[str, Form(max_length=_LONGEST)]


def router(database: Database, gate: Gate, casework: Casework, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/workbench/c/{number}")
    Signed = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - it is a type

    def act(
        member: Member, number: str, done: str, work: Callable[[Unit, Case], object], by_hand: str = ""
    ) -> RedirectResponse:
        """`by_hand` is said instead where the resident does not use the account, and nothing can be sent."""
        with database.unit() as unit:
            case = case_for(unit, member, number, clock())
            said = done if case.channel == ACCOUNT else by_hand or done
            try:
                with unit.savepoint():
                    work(unit, case)
                unit.accounts.record(member.account_id, member.name, done, clock(), case.id)
            except ConsultationError as error:
                said = f"没有办成：{error}。"
            unit.commit()
        return RedirectResponse(f"/workbench/c/{number}?said={quote(said)}#said", 303)

    @routes.post("/answer")
    def answer(
        member: Signed, number: str, text: Text, version: Annotated[int, Form()], topic: Annotated[str, Form()],
        result: Annotated[str, Form()],
    ) -> RedirectResponse:  # fmt: skip
        def work(unit: Unit, case: Case) -> None:
            if topic not in TOPICS:
                raise ConsultationError(f"没有“{topic}”这一类")
            casework.answer(unit, case.id, text, member.name, clock(), result=result, topic=topic, seen_version=version)

        by_hand = "答复已记下，请打电话或当面告诉问的人；两分钟内可以撤回"
        return act(member, number, "答复已发出，两分钟内可以撤回", work, by_hand)

    @routes.post("/claim")
    def claim(member: Signed, number: str) -> RedirectResponse:
        def work(unit: Unit, case: Case) -> None:
            if member.adviser_id is None:
                raise ConsultationError("您的账号没有对应的顾问，不能接手，可以分派给顾问")
            unit.consultations.claim(case.id, member.adviser_id, member.name, clock())

        return act(member, number, "已接手", work)

    @routes.post("/ask")
    def ask(member: Signed, number: str, text: Text) -> RedirectResponse:
        return act(member, number, "已问居民", lambda unit, case: casework.ask(unit, case, text, member.name, clock()))

    @routes.post("/transfer")
    def transfer(member: Signed, number: str, to: Annotated[str, Form()]) -> RedirectResponse:
        def work(unit: Unit, case: Case) -> None:
            casework.transfer(unit, case, unit.advisers.named(to), member.name, clock())

        return act(member, number, f"已转给{to}", work)

    @routes.post("/refer")
    def refer(
        member: Signed, number: str, to: Annotated[str, Form()], version: Annotated[int, Form()], text: Text = ""
    ) -> RedirectResponse:
        """To mediation, legal aid or another office; the resident is told where to go and what to bring."""
        return act(
            member, number, f"已{to}，并告诉居民怎么办",
            lambda unit, case: casework.refer(unit, case, to, text, member.name, clock(), version),
            f"已{to}，请打电话或当面告诉问的人怎么办",
        )  # fmt: skip

    @routes.post("/sort")
    def sort(
        member: Signed, number: str, village: Annotated[str, Form()], topic: Annotated[str, Form()]
    ) -> RedirectResponse:
        """Which village and kind of dispute it is; one that nobody works on goes to the right person."""
        return act(
            member, number, f"已改为 {village or '未说明哪个村'}、{topic}",
            lambda unit, case: casework.sort(unit, case, village, topic, member.name, clock()),
        )  # fmt: skip

    @routes.post("/close")
    def close(member: Signed, number: str, result: Annotated[str, Form()], text: Text = "") -> RedirectResponse:
        """Done without an answer, with one of the ledger's results; who still waits is told."""
        return act(
            member, number, f"已办结：{result}",
            lambda unit, case: casework.close(unit, case, result, text, member.name, clock()),
        )  # fmt: skip

    @routes.post("/retract")
    def retract(member: Signed, number: str) -> RedirectResponse:
        def work(unit: Unit, case: Case) -> None:
            if case.answerer != member.name:
                raise ConsultationError(f"这是{case.answerer}的答复，只有本人能撤回")
            kind = unit.advisers.get(member.adviser_id).kind if member.adviser_id is not None else OFFICE
            casework.retract(unit, case, kind, member.name, clock())

        return act(member, number, "答复已撤回", work)

    @routes.post("/note")
    def note(member: Signed, number: str, text: Text) -> RedirectResponse:
        def work(unit: Unit, case: Case) -> None:
            if not text.strip():
                raise ConsultationError("备注是空的")
            unit.consultations.note(case.id, text.strip(), member.name, clock())

        return act(member, number, "备注已记下，居民看不到", work)

    @routes.post("/acknowledge")
    def acknowledge(member: Signed, number: str) -> RedirectResponse:
        return act(
            member, number, "已确认收到急事",
            lambda unit, case: unit.consultations.acknowledge_urgent(case.id, member.name, clock()),
        )  # fmt: skip

    return routes
