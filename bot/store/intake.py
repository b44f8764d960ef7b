"""Consultations as a ledger: those entered by hand, lists of all of them, and what has to be erased of their rows."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from bot.clock import SHANGHAI
from bot.errors import RecordError
from bot.store.consultations import Case, case_of
from bot.store.counting import BOT
from bot.store.dialect import insert_into
from bot.store.models import Consultation, LedgerChange, LedgerRow, Resident, Turn
from bot.store.records import Record, Wanted, record_of, void_cases

BOOK = "consultation"
PERSONS = "人工"
"""Answered by whichever person, in a filter."""
KEPT = ("anonymous", "sex", "age", "category", "consented", "tags", "aid_told", "serious_reported", "visited")
"""What of the particulars outlives an erasure: marks and dates that can be counted and name nobody."""


@dataclass(frozen=True)
class Known:
    """What a consultation itself holds of a row entered by hand."""

    at: dt.datetime
    channel: str
    village: str
    topic: str
    question: str
    answer: str
    answerer: str
    outcome: str
    satisfaction: int | None


@dataclass(frozen=True)
class Brief:
    """A consultation as far as a row of the ledger tells of it."""

    id: int
    number: str
    channel: str
    village: str
    topic: str
    question: str
    answer: str
    answerer: str
    outcome: str
    satisfaction: int | None
    version: int
    opened_at: dt.datetime


def counted() -> ColumnElement[bool]:
    """Consultations that are not struck out of the ledger."""
    return Consultation.id.not_in(void_cases(BOOK))


class Intake:
    def __init__(self, session: Session) -> None:
        self._session = session

    def person(self, digest: str, village: str, now: dt.datetime) -> int:
        """The person with this digest of a contact; without one, somebody new."""
        new: dict[str, Any] = {
            "contact_digest": digest or None, "village": village, "following": False, "pending": {},
            "created_at": now, "pushes": 0, "tap_pushes": 0,
        }  # fmt: skip
        statement = insert_into(self._session, Resident).values(new)
        if not digest:
            return self._session.execute(statement.returning(Resident.id)).scalar_one()
        self._session.execute(statement.on_conflict_do_nothing(index_elements=["contact_digest"]))
        return self._session.scalars(select(Resident.id).where(Resident.contact_digest == digest)).one()

    def get(self, case_id: int) -> Case:
        """Raises RecordError."""
        row = self._session.get(Consultation, case_id)
        if not row:
            raise RecordError("没有这一件咨询")
        return case_of(row)

    def lock(self, case_id: int) -> Case:
        """The consultation as it is now, which nobody else changes before this unit ends."""
        return case_of(self._locked(case_id))

    def correct(self, case_id: int, person_id: int, known: Known) -> Case:
        """Put right what was entered by hand. Raises RecordError where an answer would vanish."""
        row = self._locked(case_id)
        if row.answered_at and not known.answer:
            raise RecordError("这件咨询已经答复，答复不能清空；写错了请改成对的")
        before = row.opened_at
        row.resident_id, row.opened_at, row.channel = person_id, known.at, known.channel
        row.village, row.topic, row.question = known.village, known.topic, known.question
        row.outcome, row.satisfaction = known.outcome, known.satisfaction
        first = self._turn(case_id, "resident", newest=False)
        first.text, first.said_at = known.question, known.at
        if row.answered_at:
            self._correct_answer(row, known, before)
        self._session.flush()
        return case_of(row)

    def find(self, wanted: Wanted, limit: int, offset: int = 0) -> list[Case]:
        """Newest first, whichever way they came."""
        rows = _where(select(Consultation), wanted).order_by(Consultation.opened_at.desc(), Consultation.id.desc())
        return [case_of(row) for row in self._session.scalars(rows.limit(limit).offset(offset))]

    def each(self, wanted: Wanted) -> Iterator[tuple[Brief, Record | None]]:
        """All of them with their particulars, oldest first, read a few at a time."""
        told = [getattr(Consultation, field.name) for field in fields(Brief)]
        rows = _where(select(*told, LedgerRow), wanted).outerjoin(
            LedgerRow, (LedgerRow.book == BOOK) & (LedgerRow.consultation_id == Consultation.id)
        )
        ordered = rows.order_by(Consultation.opened_at, Consultation.id).execution_options(yield_per=1000)
        for *values, line in self._session.execute(ordered):
            yield Brief(*values), record_of(line) if line else None

    def count(self, wanted: Wanted) -> int:
        return self._session.scalar(_where(select(func.count()).select_from(Consultation), wanted)) or 0

    def erase_particulars(self, cases: Select[Any]) -> None:
        """Secrets and free words of these consultations' rows, with their history; what is counted stays."""
        mine = select(LedgerRow).where(LedgerRow.book == BOOK, LedgerRow.consultation_id.in_(cases))
        for line in self._session.scalars(mine):
            line.row, line.words = _kept(line.row), ""
            history = select(LedgerChange).where(LedgerChange.row_id == line.id)
            for change in self._session.scalars(history):
                change.changes = _kept(change.changes)
        self._session.flush()

    def _correct_answer(self, row: Consultation, known: Known, before: dt.datetime) -> None:
        if row.answer != known.answer or row.answerer != known.answerer:
            said = self._turn(row.id, "adviser", newest=True)
            said.text, said.who = known.answer, known.answerer
        row.answer, row.answerer = known.answer, known.answerer
        if row.answered_at == before:  # answered on the spot, so that the day of the one is the day of the other
            row.answered_at = row.delivered_at = row.closed_at = known.at
            moved = update(Turn).where(Turn.consultation_id == row.id, Turn.said_at == before).values(said_at=known.at)
            self._session.execute(moved, execution_options={"synchronize_session": "fetch"})

    def _turn(self, case_id: int, author: str, *, newest: bool) -> Turn:
        order = Turn.id.desc() if newest else Turn.id
        wanted = select(Turn).where(Turn.consultation_id == case_id, Turn.author == author).order_by(order)
        return self._session.scalars(wanted.limit(1)).one()

    def _locked(self, case_id: int) -> Consultation:
        return self._session.get_one(Consultation, case_id, with_for_update=True, populate_existing=True)


def _where(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.start:
        statement = statement.where(Consultation.opened_at >= _midnight(wanted.start))
    if wanted.end:
        statement = statement.where(Consultation.opened_at < _midnight(wanted.end))
    if wanted.villages is not None:
        statement = statement.where(Consultation.village.in_(wanted.villages))
    for key, value in wanted.columns:
        statement = statement.where(_column(key, value))
    for word in wanted.words:
        plain = word.replace("%", "").replace("_", "")
        told = select(LedgerRow.consultation_id).where(LedgerRow.book == BOOK, LedgerRow.words.contains(plain))
        statement = statement.where(
            Consultation.number.contains(plain) | Consultation.question.contains(plain)
            | Consultation.answer.contains(plain) | Consultation.id.in_(told)
        )  # fmt: skip
    return statement.where(~counted() if wanted.void else counted())


def _column(key: str, value: str) -> ColumnElement[bool]:
    columns: Mapping[str, Any] = {
        "channel": Consultation.channel, "topic": Consultation.topic, "outcome": Consultation.outcome,
        "answerer": Consultation.answerer,
    }  # fmt: skip
    if (key, value) == ("answerer", PERSONS):
        return Consultation.answerer.not_in(("", BOT))
    return columns[key] == value  # type: ignore[no-any-return]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in KEPT}
