"""Which rows of a ledger a page lists: what the address asks for, within what the member may see."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi.exceptions import HTTPException

from bot.clock import month_bounds
from bot.ledger.book import Book
from bot.ledger.consultation import CONSULTATION
from bot.ledger.fields import Choices, Kind, Row
from bot.store.counting import ACCOUNT, BOT
from bot.store.database import Unit
from bot.store.intake import PERSONS
from bot.store.records import Record, Wanted
from bot.web.auth import Member

EVERYTHING = ("staff", "admin")
_YEARS = 10


@dataclass(frozen=True)
class Reach:
    """The rows of a book that are somebody's to read and write."""

    name: str = ""
    """Theirs in the register of advisers, if the book is not theirs as a whole."""
    villages: tuple[str, ...] = ()
    """Empty for all villages."""
    columns: tuple[tuple[str, str], ...] = ()
    """What has to stand in these columns."""

    def holds(self, village: str, row: Row) -> bool:
        in_village = not self.villages or village in self.villages
        return in_village and all(row.get(key) == value for key, value in self.columns)


def reach_of(unit: Unit, member: Member, book: Book) -> Reach:
    """Staff all; a mediator the disputes of their villages, an adviser their own visits. Raises HTTPException 403."""
    if member.role in EVERYTHING:
        return Reach()
    if member.role not in book.writers or member.adviser_id is None:
        raise HTTPException(403)
    counsel = unit.advisers.get(member.adviser_id)
    if member.role == "mediator":
        return Reach(counsel.name, counsel.villages)
    return Reach(counsel.name, columns=(("adviser", counsel.name),))


def may_open(member: Member, book: Book) -> bool:
    return member.role in EVERYTHING or (member.role in book.writers and member.adviser_id is not None)


@dataclass(frozen=True)
class Choice:
    """A column to filter by."""

    key: str
    label: str
    options: tuple[str, ...]
    chosen: str


@dataclass(frozen=True)
class Sieve:
    """The filter of a list. Whatever cannot be meant is left out of it."""

    year: int | None
    month: int | None
    village: str
    q: str
    choices: tuple[Choice, ...]
    void: bool = False
    """What was struck out, instead of what counts."""

    def wanted(self, book: Book, reach: Reach) -> Wanted:
        start, end = _period(self.year, self.month)
        villages: tuple[str, ...] | None = reach.villages or None
        if self.village:
            villages = (self.village,) if not villages or self.village in villages else ()
        asked = tuple((one.key, one.chosen) for one in self.choices if one.chosen)
        return Wanted(book.slug, start, end, villages, tuple(self.q.split()[:5]), asked + reach.columns, self.void)

    @property
    def query(self) -> str:
        """For the links to other pages of the same list."""
        asked = {"year": self.year, "month": self.month, "village": self.village, "q": self.q, "void": int(self.void)}
        asked |= {one.key: one.chosen for one in self.choices}
        return urlencode({key: value for key, value in asked.items() if value})

    @property
    def words(self) -> str:
        """For the head of a printed list."""
        period = f"{self.year}年" + (f"{self.month}月" if self.month else "") if self.year else "全部年份"
        rest = [self.village, *(one.chosen for one in self.choices), self.q and f"“{self.q}”", self.void and "作废的"]
        return " · ".join([period, *(one for one in rest if one)])


def sieve_of(book: Book, registers: Choices, asked: Mapping[str, str]) -> Sieve:
    year, month = _number(asked.get("year", "")), _number(asked.get("month", ""))
    good_year = year if year and 1949 < year < 2200 else None
    villages = tuple(registers.get("village", ()))
    village = asked.get("village", "")
    choices = tuple(
        Choice(key, label, options, asked.get(key, "") if asked.get(key, "") in options else "")
        for key, label, options in _columns(book, registers)
    )
    return Sieve(
        good_year, month if good_year and month and 1 <= month <= 12 else None, village if village in villages else "",
        asked.get("q", "").strip()[:100], choices, asked.get("void") == "1",
    )  # fmt: skip


def years(today: dt.date) -> range:
    """What a list offers, the latest first."""
    return range(today.year, today.year - _YEARS, -1)


def this_year(book: Book, reach: Reach, today: dt.date) -> Wanted:
    start, end = _period(today.year, None)
    return Wanted(book.slug, start, end, reach.villages or None, (), reach.columns)


def outside(book: Book, reach: Reach, record: Record) -> bool:
    return not reach.holds(record.village, record.row) or record.book != book.slug


def _columns(book: Book, registers: Choices) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the list shows and can be chosen from; of consultations also by whom they were answered."""
    columns = [
        (field.key, field.label, field.options(registers))
        for field in map(book.field, book.headline)
        if field.kind is Kind.CHOICE and field.key != book.village
    ]
    if book.slug != CONSULTATION.slug:
        return columns
    answerer = book.field("answerer")
    known = [(key, label, (ACCOUNT, *options) if key == "channel" else options) for key, label, options in columns]
    return [*known, (answerer.key, answerer.label, (BOT, PERSONS, *answerer.options(registers)))]


def _period(year: int | None, month: int | None) -> tuple[dt.date | None, dt.date | None]:
    if not year:
        return None, None
    if not month:
        return dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    first, after = month_bounds(year, month)
    return first.date(), after.date()


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None
