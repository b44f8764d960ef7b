"""One way to keep every ledger, so that pages, sheets and referrals need not know what kind of row it holds."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.clerk import Clerk
from bot.errors import RecordError
from bot.ledger.book import Book, Reading
from bot.ledger.fields import Value
from bot.store.database import Unit
from bot.store.records import Change, Record, Wanted


class Keeping(Protocol):
    """Writes into the unit it is given; raises RecordError, or ConfigError where there is no key to seal with."""

    @property
    def book(self) -> Book: ...

    def find(self, unit: Unit, wanted: Wanted, limit: int, offset: int = 0) -> list[Record]:
        """Newest first."""

    def each(self, unit: Unit, wanted: Wanted) -> Iterator[Record]:
        """All of them, oldest first, read a few at a time."""

    def count(self, unit: Unit, wanted: Wanted) -> int: ...

    def get(self, unit: Unit, record_id: int) -> Record: ...

    def history(self, unit: Unit, record: Record) -> list[Change]:
        """Oldest first."""

    def fixed(self, record: Record) -> tuple[str, ...]:
        """Columns that nobody can change by hand."""

    def read(self, unit: Unit, raw: Mapping[str, str], now: dt.datetime, was: Record | None = None) -> Reading: ...

    def add(
        self, unit: Unit, values: Mapping[str, Value], actor: str, now: dt.datetime, case_id: int | None = None
    ) -> Record: ...

    def change(
        self, unit: Unit, was: Record, seen_version: int, values: Mapping[str, Value], actor: str, now: dt.datetime
    ) -> Record: ...

    def strike_out(
        self, unit: Unit, was: Record, seen_version: int, reason: str, actor: str, now: dt.datetime
    ) -> None: ...


@dataclass(frozen=True)
class Rows:
    """A ledger whose rows are nothing else besides."""

    clerk: Clerk
    book: Book

    def find(self, unit: Unit, wanted: Wanted, limit: int, offset: int = 0) -> list[Record]:
        return unit.records.find(wanted, limit, offset)

    def each(self, unit: Unit, wanted: Wanted) -> Iterator[Record]:
        return unit.records.each(wanted)

    def count(self, unit: Unit, wanted: Wanted) -> int:
        return unit.records.count(wanted)

    def get(self, unit: Unit, record_id: int) -> Record:
        record = unit.records.get(record_id)
        if record.book != self.book.slug:
            raise RecordError(f"{self.book.title}台账里没有这一行登记")
        return record

    def history(self, unit: Unit, record: Record) -> list[Change]:
        return unit.records.history(record.id)

    def fixed(self, _record: Record) -> tuple[str, ...]:
        return ()

    def read(self, unit: Unit, raw: Mapping[str, str], now: dt.datetime, was: Record | None = None) -> Reading:
        return self.clerk.read(unit, self.book, raw, now, was)

    def add(
        self, unit: Unit, values: Mapping[str, Value], actor: str, now: dt.datetime, case_id: int | None = None
    ) -> Record:
        return self.clerk.add(unit, self.book, values, actor, now, case_id)

    def change(
        self, unit: Unit, was: Record, seen_version: int, values: Mapping[str, Value], actor: str, now: dt.datetime
    ) -> Record:
        return self.clerk.change(unit, self.book, was, seen_version, values, actor, now)

    def strike_out(self, unit: Unit, was: Record, seen_version: int, reason: str, actor: str, now: dt.datetime) -> None:
        """What it was entered from, a consultation or an exam, may be entered again."""
        unit.records.strike_out(was.id, seen_version, reason, actor, now)
        unit.records.untie(was.id)
        unit.quizzes.untie(was.id)
