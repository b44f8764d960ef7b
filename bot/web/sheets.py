"""Excel sheets of the ledgers: the empty one to fill, the filled one to take in, what is kept to take out."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from bot.clerk import Clerk
from bot.clock import Clock, local
from bot.errors import RecordError
from bot.ledger import sheets
from bot.ledger.book import Book
from bot.ledger.sheets import Cell, CellFault, Filled, Sheet
from bot.ledger.shelf import BOOKS
from bot.masking import masked
from bot.store.database import Database, Unit
from bot.store.records import Record, Wanted
from bot.web.auth import Gate, Member
from bot.web.pages import download, page
from bot.web.sieve import Reach, sieve_of
from handlers.keeping import Keeping

MOST_EXPORTED = 25_000
"""Rows; more would take longer than somebody waits for a page."""
_MOST_FAULTS = 200
"""Shown at once; who has more has taken the wrong sheet."""


def router(database: Database, clerk: Clerk, ledgers: Mapping[str, Keeping], gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/staff/books/{slug}")
    Office = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type

    @routes.get("/template.xlsx")
    def empty(slug: str, _member: Office) -> Response:
        book = book_of(slug)
        with database.reading() as unit:
            registers = clerk.registers(unit, local(clock()).date())
        return download(partial(sheets.template, book, registers), sheets.MIME, f"{book.title}空表.xlsx")

    @routes.get("/export.xlsx")
    def export(request: Request, slug: str, member: Office) -> Response:
        """What the list shows with the same filter; columns that identify people only in part, and who took it."""
        book, now = book_of(slug), clock()
        heads = [sheets.NUMBER, *(field.label for field in book.fields)]
        with database.reading() as unit:
            sieve = sieve_of(book, clerk.registers(unit, local(now).date()), request.query_params)
            wanted = sieve.wanted(book, Reach())
            if (count := ledgers[slug].count(unit, wanted)) > MOST_EXPORTED:
                said = f"没有导出：筛出 {count} 行，一次最多 {MOST_EXPORTED} 行，请选一年或者一个月"
                return RedirectResponse(f"/staff/books/{slug}?{sieve.query}&said={quote(said)}", 303)
            records = ledgers[slug].each(unit, wanted)
            rows = _rows(clerk, book, records)
            note = f"{book.title}，{masked(sieve.words)}，一行一{book.unit}。{book.rule}"
            response = download(
                partial(sheets.export, [Sheet(book.title, heads, rows)], note), sheets.MIME, f"{book.title}.xlsx"
            )
        with database.unit() as unit:
            words = masked(sieve.words)
            unit.accounts.record(member.account_id, member.name, f"导出{book.title}台账", now, detail=words)
            unit.commit()
        return response

    @routes.get("/import")
    def choose(request: Request, slug: str, member: Office) -> Response:
        return page(request, "import.html", member=member, book=book_of(slug), faults=())

    @routes.post("/import")
    def take_in(
        request: Request, slug: str, member: Office, file: UploadFile, again: Annotated[bool, Form()] = False
    ) -> Response:
        """All rows, or none: every fault is listed, and what is there already is refused unless it is meant."""
        book, now = book_of(slug), clock()

        def refused(*faults: CellFault) -> Response:
            shown = sorted(faults, key=lambda fault: fault.row)
            return page(
                request, "import.html", 409, member=member, book=book, faults=shown[:_MOST_FAULTS], count=len(shown)
            )

        try:
            with database.reading() as unit:
                filled = sheets.read(file.file.read(), book, clerk.reader(unit, book, now))
        except RecordError as error:
            return refused(CellFault(0, "", str(error)))
        if filled.faults:
            return refused(*filled.faults)
        done = f"导入{book.title} {len(filled.rows)} 行"
        with database.unit() as unit:
            unit.records.next_serial(f"import/{slug}")  # one at a time, so that a file sent twice meets itself
            if not again and (same := list(_known(unit, clerk, ledgers[slug], filled))):
                return refused(*same)
            for reading in filled.rows.values():
                ledgers[slug].add(unit, reading.values, member.name, now)
            unit.accounts.record(member.account_id, member.name, done, now)
            unit.commit()
        return RedirectResponse(f"/staff/books/{slug}?said={quote(f'已{done}')}", 303)

    return routes


def book_of(slug: str) -> Book:
    """Raises HTTPException 404."""
    try:
        return BOOKS[slug]
    except KeyError:
        raise HTTPException(404) from None


def _known(unit: Unit, clerk: Clerk, ledger: Keeping, filled: Filled) -> Iterator[CellFault]:
    """Rows that say the same as one that is kept already, or as one before them in the sheet."""
    book = ledger.book
    days = [book.day_of(reading.values) for reading in filled.rows.values()]
    period = Wanted(book.slug, min(days), max(days) + dt.timedelta(days=1))
    known = {_same(book, clerk.values(book, one, revealed=True)): f"已经登记的 {one.number}"
             for one in ledger.each(unit, period)}  # fmt: skip
    for number, reading in filled.rows.items():
        same = _same(book, {field.key: field.show(reading.values.get(field.key)) for field in book.fields})
        if same in known:
            why = f"和{known[same]} 一样。重复的请从表里删掉；确实是另一{book.unit}的，勾选“一样的也导入”"
            yield CellFault(number, "整行", why)
        known.setdefault(same, f"第 {number} 行")


def _same(book: Book, texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(texts[field.key] for field in book.fields)


def _rows(clerk: Clerk, book: Book, records: Iterable[Record]) -> Iterator[list[Cell]]:
    written = [(field.key, sheets.writer(field)) for field in book.fields]
    for record in records:
        shown = clerk.values(book, record)
        yield [record.number, *(write(shown[key]) for key, write in written)]
