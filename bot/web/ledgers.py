"""The township's ledgers, to read: which there are, a list with a filter, one row with its history, its secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import HTTPException

from bot.agenda import Agenda
from bot.clerk import Clerk
from bot.clock import Clock, local
from bot.errors import RecordError
from bot.ledger.book import Book
from bot.ledger.consultation import CONSULTATION
from bot.ledger.fields import Field
from bot.ledger.registers import COMMITTEE, MEDIATOR
from bot.masking import hides
from bot.store.consultations import Case
from bot.store.database import Database, Unit
from bot.store.records import Change, Record
from bot.web.auth import Gate, Member
from bot.web.consultation import may_see
from bot.web.numbers import Id, PageNumber
from bot.web.pages import STAFF, page
from bot.web.referral import referrals
from bot.web.sieve import EVERYTHING, Reach, may_open, outside, reach_of, sieve_of, this_year, years
from handlers.keeping import Keeping

BOOKS_PAGE = f"{STAFF}/books"
ON_A_PAGE = 50
_REGISTERS = (COMMITTEE.slug, MEDIATOR.slug)


@dataclass(frozen=True)
class Ledgers:
    """The shelf as members reach it."""

    shelf: Mapping[str, Keeping]
    clerk: Clerk

    def open(self, unit: Unit, member: Member, slug: str) -> tuple[Keeping, Reach]:
        """Raises HTTPException 404 for a book that is not there, 403 for one that is not theirs."""
        if slug not in self.shelf:
            raise HTTPException(404)
        keeping = self.shelf[slug]
        return keeping, reach_of(unit, member, keeping.book)

    def row(self, unit: Unit, member: Member, slug: str, record_id: int) -> tuple[Keeping, Reach, Record]:
        """Raises HTTPException as `open`, and 404 for a row that is not there or not theirs."""
        keeping, reach = self.open(unit, member, slug)
        try:
            record = keeping.get(unit, record_id)
        except RecordError:
            raise HTTPException(404) from None
        if outside(keeping.book, reach, record):
            raise HTTPException(404)
        return keeping, reach, record


@dataclass(frozen=True)
class Told:
    """One change of a row as a person reads it."""

    actor: str
    at: str
    columns: list[tuple[str, str, str]]
    """Label, before, after."""


def router(database: Database, gate: Gate, ledgers: Ledgers, agenda: Agenda, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix=BOOKS_PAGE)
    Signed = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - it is a type

    @routes.get("")
    def shelf(request: Request, member: Signed) -> Response:
        today = local(clock()).date()
        with database.reading() as unit:
            registers = ledgers.clerk.registers(unit, today)
            counts = {
                slug: len(registers[slug])
                if slug in _REGISTERS
                else keeping.count(unit, this_year(keeping.book, reach_of(unit, member, keeping.book), today))
                for slug, keeping in ledgers.shelf.items()
                if may_open(member, keeping.book)
            }
        books = [(ledgers.shelf[slug].book, count, slug in _REGISTERS) for slug, count in counts.items()]
        return page(request, "ledgers.html", member=member, books=books, year=today.year)

    @routes.get("/{slug}")
    def listing(request: Request, member: Signed, slug: str, number: PageNumber = 1, said: str = "") -> Response:
        today = local(clock()).date()
        with database.reading() as unit:
            keeping, reach = ledgers.open(unit, member, slug)
            registers = ledgers.clerk.registers(unit, today)
            sieve = sieve_of(keeping.book, registers, request.query_params)
            wanted = sieve.wanted(keeping.book, reach)
            records = keeping.find(unit, wanted, ON_A_PAGE, (number - 1) * ON_A_PAGE)
            count = keeping.count(unit, wanted)
        return page(
            request, "ledger.html", member=member, book=keeping.book, sieve=sieve, count=count, page=number,
            rows=[(one, [(field, field.show(one.row.get(field.key))) for field in _headline(keeping.book)])
                  for one in records],
            more=count > number * ON_A_PAGE, years=years(today), villages=reach.villages or registers["village"],
            consultations=slug == CONSULTATION.slug, now=clock(), said=said,
        )  # fmt: skip

    @routes.get("/{slug}/{record_id}")
    def show(request: Request, member: Signed, slug: str, record_id: Id, said: str = "") -> Response:
        now = clock()
        with database.reading() as unit:
            keeping, _, record = ledgers.row(unit, member, slug, record_id)
            case = _case_of(unit, member, record)
            texts = ledgers.clerk.values(keeping.book, record)
            history = [_told(keeping.book, one) for one in keeping.history(unit, record)]
            linked = referrals(unit, member, case) if case and slug == CONSULTATION.slug else []
            erased = slug == CONSULTATION.slug and case is not None and unit.residents.erased(case.person_id)
        return page(
            request, "record.html", member=member, book=keeping.book, record=record, said=said, case=case,
            columns=[(field, texts[field.key]) for field in keeping.book.fields], history=history, referrals=linked,
            dues=agenda.of(record, now), today=local(now).date(),
            sealed=any((field.secret and texts[field.key]) or hides(texts[field.key]) for field in keeping.book.fields),
            strikes=not record.void and not keeping.fixed(record), erased=erased,
            erases=slug == CONSULTATION.slug and member.role in EVERYTHING and not (erased or keeping.fixed(record)),
        )  # fmt: skip

    @routes.post("/{slug}/{record_id}/reveal")
    def reveal(request: Request, member: Signed, slug: str, record_id: Id) -> Response:
        """What identifies people, this once and on record."""
        with database.unit() as unit:
            keeping, _, record = ledgers.row(unit, member, slug, record_id)
            detail = f"{keeping.book.title} {record.number}"
            unit.accounts.record(
                member.account_id, member.name, "看了台账里隐藏的内容", clock(), record.case_id, detail
            )
            texts = ledgers.clerk.values(keeping.book, record, revealed=True)
            unit.commit()
        columns = [
            (field, texts[field.key])
            for field in keeping.book.fields
            if texts[field.key] and (field.secret or hides(texts[field.key]))
        ]
        return page(
            request, "record_revealed.html", member=member, book=keeping.book, record=record, columns=columns
        )  # fmt: skip

    return routes


def _headline(book: Book) -> list[Field]:
    return [book.field(key) for key in book.headline]


def _case_of(unit: Unit, member: Member, record: Record) -> Case | None:
    """The consultation it belongs to, for those who may see that."""
    case = unit.consultations.get(record.case_id) if record.case_id is not None else None
    return case if case and (member.role in EVERYTHING or may_see(unit, member, case)) else None


def _told(book: Book, change: Change) -> Told:
    labels = {field.key: field.label for field in book.fields}
    columns = [(labels.get(key, key), was, now) for key, (was, now) in change.changes.items()]
    return Told(change.actor, f"{local(change.at):%Y-%m-%d %H:%M}", columns)
