"""Rows of the ledgers: kept with every change, struck out rather than deleted."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.errors import RecordError
from bot.store.dialect import insert_into
from bot.store.models import LedgerChange, LedgerRow, Serial

CREATED = "登记"
Changes = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Record:
    """One row; secrets in `row` are sealed."""

    id: int
    book: str
    number: str
    day: dt.date
    village: str
    row: Mapping[str, Any]
    void: str
    version: int
    case_id: int | None
    author: str
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass(frozen=True)
class Change:
    version: int
    actor: str
    changes: Changes
    at: dt.datetime


@dataclass(frozen=True)
class Wanted:
    """Which rows of a book: of a period (`end` not included), of some villages, with some words."""

    book: str
    start: dt.date | None = None
    end: dt.date | None = None
    villages: Collection[str] | None = None
    """None for all of them."""
    words: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    """What has to stand in these columns."""
    void: bool = False
    """What was struck out, instead of what counts."""


class Records:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, book: str, number: str, day: dt.date, village: str, row: Mapping[str, Any], words: str, actor: str,
        now: dt.datetime, case_id: int | None = None,
    ) -> Record:  # fmt: skip
        """Raises RecordError when this consultation has its row in this book already."""
        if case_id is not None and (known := self.of_case(book, case_id)):
            raise RecordError(f"这件咨询已经登记过，编号 {known.number}")
        line = LedgerRow(
            book=book, number=number, day=day, village=village, row=dict(row), words=words, void="", version=1,
            consultation_id=case_id, author=actor, created_at=now, updated_at=now,
        )  # fmt: skip
        self._session.add(line)
        self._session.flush()
        self._session.add(LedgerChange(row_id=line.id, version=1, actor=actor, changes={}, at=now))
        return record_of(line)

    def change(
        self, record_id: int, seen_version: int, number: str, day: dt.date, village: str, row: Mapping[str, Any],
        words: str, changes: Changes, actor: str, now: dt.datetime,
    ) -> Record:  # fmt: skip
        """Raises RecordError when somebody else changed it meanwhile, or it is struck out."""
        line = self._locked(record_id)
        if line.version != seen_version:
            raise self._overtaken(line, "改")
        if line.void:
            raise RecordError("这一行已经作废，不能再改")
        line.number, line.day, line.village, line.row, line.words = number, day, village, dict(row), words
        self._changed(line, changes, actor, now)
        return record_of(line)

    def strike_out(self, record_id: int, seen_version: int, reason: str, actor: str, now: dt.datetime) -> Record:
        """It is counted no more. Raises RecordError without a reason, for one that is struck out, and when somebody
        changed it meanwhile."""
        line = self._locked(record_id)
        if not reason.strip():
            raise RecordError("作废要写原因")
        if line.void:
            raise RecordError("这一行已经作废了")
        if line.version != seen_version:
            raise self._overtaken(line, "作废")
        line.void = reason.strip()
        self._changed(line, {"作废": ("", line.void)}, actor, now)
        return record_of(line)

    def untie(self, record_id: int) -> None:
        """Its consultation may be brought into this book again."""
        self._locked(record_id).consultation_id = None

    def get(self, record_id: int) -> Record:
        """Raises RecordError."""
        line = self._session.get(LedgerRow, record_id)
        if not line:
            raise RecordError("没有这一行登记")
        return record_of(line)

    def of_case(self, book: str, case_id: int) -> Record | None:
        """What this book holds of a consultation."""
        wanted = select(LedgerRow).where(LedgerRow.book == book, LedgerRow.consultation_id == case_id)
        line = self._session.scalar(wanted)
        return record_of(line) if line else None

    def find(self, wanted: Wanted, limit: int, offset: int = 0) -> list[Record]:
        """Newest first."""
        rows = _where(select(LedgerRow), wanted).order_by(LedgerRow.day.desc(), LedgerRow.id.desc())
        return [record_of(line) for line in self._session.scalars(rows.limit(limit).offset(offset))]

    def each(self, wanted: Wanted) -> Iterator[Record]:
        """All of them, oldest first, read a few at a time."""
        rows = _where(select(LedgerRow), wanted).order_by(LedgerRow.day, LedgerRow.id)
        for line in self._session.scalars(rows.execution_options(yield_per=500)):
            yield record_of(line)

    def unfinished(self, book: str, begun: str, ended: str) -> Iterator[Record]:
        """Rows in which the one column is filled in and the other is not, oldest first."""
        rows = _where(select(LedgerRow), Wanted(book)).where(
            LedgerRow.row[begun].as_string() > "", func.coalesce(LedgerRow.row[ended].as_string(), "") == ""
        )
        return map(record_of, self._session.scalars(rows.order_by(LedgerRow.day, LedgerRow.id)))

    def count(self, wanted: Wanted) -> int:
        return self._session.scalar(_where(select(func.count(LedgerRow.id)), wanted)) or 0

    def history(self, record_id: int) -> list[Change]:
        """Oldest first; the first says who entered it."""
        rows = select(LedgerChange).where(LedgerChange.row_id == record_id).order_by(LedgerChange.version)
        return [
            Change(one.version, one.actor, {key: (was, now) for key, (was, now) in one.changes.items()}, one.at)
            for one in self._session.scalars(rows)
        ]

    def next_serial(self, scope: str) -> int:
        """1, 2, 3 … within the scope; a number given out is never given again."""
        statement = insert_into(self._session, Serial).values(scope=scope, last=1)
        statement = statement.on_conflict_do_update(index_elements=["scope"], set_={"last": Serial.last + 1})
        return self._session.execute(statement.returning(Serial.last)).scalar_one()

    def first_time(self, scope: str) -> bool:
        """Whether nobody asked this for the scope before: of several processes one hears yes."""
        statement = insert_into(self._session, Serial).values(scope=scope, last=1).on_conflict_do_nothing()
        return self._session.execute(statement.returning(Serial.last)).first() is not None

    def _changed(self, line: LedgerRow, changes: Changes, actor: str, now: dt.datetime) -> None:
        line.version, line.updated_at = line.version + 1, now
        told = {key: list(pair) for key, pair in changes.items()}
        self._session.add(LedgerChange(row_id=line.id, version=line.version, actor=actor, changes=told, at=now))

    def _overtaken(self, line: LedgerRow, meant: str) -> RecordError:
        last = self._session.get_one(LedgerChange, (line.id, line.version))
        return RecordError(f"{last.actor}刚刚改过这一行，您这次没有保存。请重新打开，看过再{meant}")

    def _locked(self, record_id: int) -> LedgerRow:
        line = self._session.get(LedgerRow, record_id, with_for_update=True, populate_existing=True)
        if not line:
            raise RecordError("没有这一行登记")
        return line


def void_cases(book: str) -> Select[Any]:
    """The consultations whose row in this book is struck out; there are few."""
    return select(LedgerRow.consultation_id).where(
        LedgerRow.book == book, LedgerRow.void > "", LedgerRow.consultation_id.is_not(None)
    )


def _where(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    statement = statement.where(LedgerRow.book == wanted.book)
    if wanted.start:
        statement = statement.where(LedgerRow.day >= wanted.start)
    if wanted.end:
        statement = statement.where(LedgerRow.day < wanted.end)
    if wanted.villages is not None:
        statement = statement.where(LedgerRow.village.in_(wanted.villages))
    for key, value in wanted.columns:
        statement = statement.where(LedgerRow.row[key].as_string() == value)
    for word in wanted.words:
        plain = word.replace("%", "").replace("_", "")
        statement = statement.where(LedgerRow.number.contains(plain) | LedgerRow.words.contains(plain))
    return statement.where(LedgerRow.void > "" if wanted.void else LedgerRow.void == "")


def record_of(line: LedgerRow) -> Record:
    """A row as everybody but the store sees it."""
    return Record(
        line.id, line.book, line.number, line.day, line.village, line.row, line.void, line.version,
        line.consultation_id, line.author, line.created_at, line.updated_at,
    )  # fmt: skip
