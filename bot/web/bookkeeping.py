"""The township's ledgers, to write: a new row, a change, striking one out. Plain forms, each one transaction."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.clock import Clock, local
from bot.errors import ConfigError, ConsultationError, RecordError
from bot.ledger.book import Book, Fault
from bot.ledger.fields import Value
from bot.masking import hides
from bot.store.consultations import Case
from bot.store.database import Database, Unit
from bot.store.records import Record
from bot.web.auth import Gate, Member
from bot.web.boxes import boxes, typed
from bot.web.consultation import case_for
from bot.web.ledgers import BOOKS_PAGE, Ledgers
from bot.web.numbers import Id
from bot.web.pages import page
from bot.web.referral import REFERRALS, prefilled
from bot.web.sieve import Reach
from handlers.keeping import Keeping

REFUSALS = (RecordError, ConsultationError, ConfigError)
"""What a clerk can do something about, without losing what was typed."""


@dataclass(frozen=True)
class Writing:
    """What every form of a ledger has in common."""

    ledgers: Ledgers
    clock: Clock

    def form(
        self, request: Request, unit: Unit, member: Member, keeping: Keeping, texts: Mapping[str, str], *,
        was: Record | None = None, version: str = "", case: Case | None = None, faults: tuple[Fault, ...] = (),
        problem: str = "",
    ) -> Response:  # fmt: skip
        registers = self.ledgers.clerk.choices(unit, keeping.book, local(self.clock()).date(), was)
        held = self.ledgers.clerk.values(keeping.book, was) if was else {}
        kept = {field.key: held[field.key] for field in keeping.book.fields if was and field.secret}
        fixed = keeping.fixed(was) if was else ()
        shown = {**texts, **{key: held[key] for key in fixed}}
        return page(
            request, "record_form.html", 422 if faults else 409 if problem else 200, member=member, book=keeping.book,
            boxes=boxes(keeping.book, shown, registers, faults, kept, fixed), record=was, case=case, problem=problem,
            version=version, once=texts.get("once") or secrets.token_hex(16), faulty=len(faults),
        )  # fmt: skip

    def attempt(
        self, unit: Unit, member: Member, keeping: Keeping, reach: Reach, raw: Mapping[str, str], was: Record | None,
        done: str, work: Callable[[Mapping[str, Value]], Record],
    ) -> tuple[tuple[Fault, ...], str, Record | None]:  # fmt: skip
        """The row written and committed; or what is wrong with the columns, or why it was refused."""
        problem = ""
        try:
            reading = keeping.read(unit, raw, self.clock(), was)
            faults = reading.faults or beyond(keeping.book, reach, reading.values)
            if not faults:
                with unit.savepoint():
                    record = work(reading.values)
                self.note(unit, member, done, keeping.book, record)
                unit.commit()
                return (), "", record
        except REFUSALS as refusal:
            faults, problem = (), str(refusal)
        return faults, problem, None

    def note(self, unit: Unit, member: Member, done: str, book: Book, record: Record) -> None:
        what = f"{book.title} {record.number}"
        unit.accounts.record(member.account_id, member.name, f"{done}台账", self.clock(), record.case_id, what)

    def origin_of(self, unit: Unit, member: Member, book: Book, number: str) -> Case | None:
        """The consultation that the row shall go on from. Raises HTTPException 404 for one they may not see."""
        return case_for(unit, member, number, self.clock()) if number and book.slug in REFERRALS else None


def router(database: Database, gate: Gate, ledgers: Ledgers, clock: Clock) -> APIRouter:
    writing = Writing(ledgers, clock)
    routes = APIRouter(prefix=BOOKS_PAGE + "/{slug}")
    Signed = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - it is a type
    Typed = Annotated[dict[str, str], Depends(typed)]  # noqa: N806

    @routes.get("/new")
    def blank(request: Request, member: Signed, slug: str, case: str = "") -> Response:
        with database.reading() as unit:
            keeping, reach = ledgers.open(unit, member, slug)
            origin = writing.origin_of(unit, member, keeping.book, case)
            texts = prefilled(keeping.book, reach, local(clock()).date(), origin)
            return writing.form(request, unit, member, keeping, texts, case=origin)

    @routes.post("/new")
    def add(request: Request, member: Signed, slug: str, raw: Typed) -> Response:
        with database.unit() as unit:
            keeping, reach = ledgers.open(unit, member, slug)
            origin = writing.origin_of(unit, member, keeping.book, raw.get("case", ""))

            def work(values: Mapping[str, Value]) -> Record:
                once(unit, raw.get("once", ""))
                return keeping.add(unit, values, member.name, clock(), origin.id if origin else None)

            faults, problem, record = writing.attempt(unit, member, keeping, reach, raw, None, "登记", work)
            if record:
                return back(keeping.book, record.id, f"已登记，编号 {record.number}")
            return writing.form(request, unit, member, keeping, raw, case=origin, faults=faults, problem=problem)

    @routes.get("/{record_id}/edit")
    def edit(request: Request, member: Signed, slug: str, record_id: Id) -> Response:
        with database.unit() as unit:
            keeping, _, was = ledgers.row(unit, member, slug, record_id)
            held = ledgers.clerk.values(keeping.book, was)
            texts = {field.key: "" if field.secret else held[field.key] for field in keeping.book.fields}
            if any(map(hides, texts.values())):  # to mend a text one has to see all of it
                writing.note(unit, member, "打开修改，看了隐藏的号码：", keeping.book, was)
                unit.commit()
            return writing.form(request, unit, member, keeping, texts, was=was, version=str(was.version))

    @routes.post("/{record_id}/edit")
    def change(request: Request, member: Signed, slug: str, record_id: Id, raw: Typed) -> Response:
        version = raw.get("version", "")
        with database.unit() as unit:
            keeping, reach, was = ledgers.row(unit, member, slug, record_id)

            def work(values: Mapping[str, Value]) -> Record:
                return keeping.change(unit, was, seen(version), values, member.name, clock())

            faults, problem, record = writing.attempt(unit, member, keeping, reach, raw, was, "改了", work)
            if record:
                return back(keeping.book, record.id, "已保存")
            return writing.form(
                request, unit, member, keeping, raw, was=was, version=version, faults=faults, problem=problem
            )  # fmt: skip

    @routes.post("/{record_id}/strike-out")
    def strike_out(
        member: Signed, slug: str, record_id: Id, reason: Annotated[str, Form(max_length=200)] = "",
        version: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        with database.unit() as unit:
            keeping, _, was = ledgers.row(unit, member, slug, record_id)
            try:
                with unit.savepoint():
                    keeping.strike_out(unit, was, seen(version), reason, member.name, clock())
            except REFUSALS as refusal:
                return back(keeping.book, was.id, f"没有作废：{refusal}")
            writing.note(unit, member, "作废", keeping.book, was)
            unit.commit()
        return back(keeping.book, was.id, "已作废，不再计数")

    return routes


def seen(version: str) -> int:
    """What the form was made from; -1, which nothing is, for what no form holds."""
    return int(version) if re.fullmatch("[0-9]{1,9}", version) else -1


def once(unit: Unit, form: str) -> None:
    """Raises RecordError for a form that was sent before: a slow connection and an impatient finger are one row."""
    if not re.fullmatch("[0-9a-f]{32}", form):
        raise RecordError("这张表不完整，请重新打开“登记”再填")
    if not unit.records.first_time(f"form/{form}"):
        raise RecordError("这张表刚才已经登记成功，不用再交。要登记另一件，请重新打开“登记”")


def back(book: Book, record_id: int, said: str) -> RedirectResponse:
    return RedirectResponse(f"{BOOKS_PAGE}/{book.slug}/{record_id}?said={quote(said)}", 303)


def beyond(book: Book, reach: Reach, values: Mapping[str, Value]) -> tuple[Fault, ...]:
    """What makes a row one that this member may not keep."""
    faults = [
        Fault(key, f"您只能登记自己的，{book.field(key).label}请填“{own}”")
        for key, own in reach.columns
        if values.get(key) != own
    ]
    if reach.villages and values.get(book.village) not in reach.villages:
        faults.append(Fault(book.village, f"您只能登记自己负责的村：{'、'.join(reach.villages)}"))
    return tuple(faults)
