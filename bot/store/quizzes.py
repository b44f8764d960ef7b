"""Tests of legal knowledge: which questions are off, exams that staff hold, and what those who sat them scored."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.errors import RecordError
from bot.store.models import Exam, QuestionOff, Sitting

GRACE = dt.timedelta(seconds=30)
"""A paper that is sent in the last second takes a while to arrive."""


@dataclass(frozen=True)
class Held:
    """An exam that staff hold."""

    id: int
    title: str
    who: str
    questions: tuple[str, ...]
    minutes: int
    until: dt.datetime
    record_id: int | None
    """Its row in the ledger, once it is there."""


@dataclass(frozen=True)
class Sat:
    id: int
    sealed_name: str
    unit: str
    score: int | None
    """Of 100; none before the paper came."""
    started_at: dt.datetime
    ended_at: dt.datetime | None


class Quizzes:
    def __init__(self, session: Session) -> None:
        self._session = session

    # --- questions ---------------------------------------------------------------------------------------------

    def off(self) -> dict[str, str]:
        """Questions that an editor has taken out, and who did."""
        return {row.question: row.editor for row in self._session.scalars(select(QuestionOff))}

    def switch(self, question: str, editor: str, *, on: bool) -> None:
        row = self._session.get(QuestionOff, question)
        if on and row:
            self._session.delete(row)
        elif not on and not row:
            self._session.add(QuestionOff(question=question, editor=editor))

    # --- in the chat -------------------------------------------------------------------------------------------

    def finished(self, person_id: int, score: int, now: dt.datetime) -> None:
        """A resident came to the end of a quiz in the chat."""
        self._session.add(Sitting(resident_id=person_id, score=score, started_at=now, ended_at=now))

    def in_chat(self, start: dt.datetime, end: dt.datetime) -> tuple[int, float | None]:
        """How often a quiz was finished in the chat, and the mean score."""
        mine = (Sitting.exam_id.is_(None), Sitting.ended_at >= start, Sitting.ended_at < end)
        number, mean = self._session.execute(select(func.count(), func.avg(Sitting.score)).where(*mine)).one()
        return number, float(mean) if mean is not None else None

    # --- exams -------------------------------------------------------------------------------------------------

    def hold(
        self, title: str, who: str, questions: Sequence[str], minutes: int, until: dt.datetime, author: str,
        now: dt.datetime, token_of: Callable[[int], str],
    ) -> Held:  # fmt: skip
        """A new exam. Its address holds a token, made by its id and kept only as a digest."""
        row = Exam(
            title=title, who=who, questions=list(questions), minutes=minutes, until=until, author=author,
            digest=secrets.token_hex(32), created_at=now,
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        row.digest = _digest(token_of(row.id))
        return _held(row)

    def exams(self) -> list[Held]:
        """Newest first."""
        return [_held(row) for row in self._session.scalars(select(Exam).order_by(Exam.id.desc()).limit(100))]

    def exam(self, exam_id: int, *, alone: bool = False) -> Held:
        """Nobody else hands in or counts it meanwhile, if this unit is to be `alone` with it. Raises RecordError."""
        row = self._session.get(Exam, exam_id, with_for_update=alone)
        if not row:
            raise RecordError("没有这次测试")
        return _held(row)

    def open(self, token: str, now: dt.datetime) -> Held | None:
        """The exam at this address, while it may be sat."""
        row = self._session.scalar(select(Exam).where(Exam.digest == _digest(token)))
        return _held(row) if row and now < row.until else None

    def begin(self, exam_id: int, sealed_name: str, unit: str, now: dt.datetime) -> str:
        """Somebody has the paper before them; the token of their own page."""
        token = secrets.token_urlsafe(12)
        self._session.add(Sitting(exam_id=exam_id, name=sealed_name, unit=unit, digest=_digest(token), started_at=now))
        return token

    def paper(self, token: str) -> tuple[Held, Sat] | None:
        row = self._session.scalar(select(Sitting).where(Sitting.digest == _digest(token)))
        return (self.exam(row.exam_id), _sat(row)) if row and row.exam_id else None

    def hand_in(self, token: str, score: int, now: dt.datetime) -> bool:
        """Once, in time, and before the ledger has its row; False otherwise."""
        row = self._session.scalar(select(Sitting).where(Sitting.digest == _digest(token)).with_for_update())
        if not row or not row.exam_id or row.ended_at:
            return False
        exam = self.exam(row.exam_id, alone=True)
        if exam.record_id or now > row.started_at + dt.timedelta(minutes=exam.minutes) + GRACE:
            return False
        row.score, row.ended_at = score, now
        return True

    def scores(self, exam_id: int) -> list[Sat]:
        """Best first; who has not handed in comes last."""
        rows = select(Sitting).where(Sitting.exam_id == exam_id)
        order = (Sitting.score.is_(None), Sitting.score.desc(), Sitting.ended_at)
        return [_sat(row) for row in self._session.scalars(rows.order_by(*order))]

    def recorded(self, exam_id: int, record_id: int, now: dt.datetime) -> None:
        """Its row stands in the ledger, so it is over: a paper handed in later would be in no figure.

        Raises RecordError when the row stands there already.
        """
        row = self._session.get_one(Exam, exam_id)
        if row.record_id is not None:
            raise RecordError("这次测试已经登记到台账了")
        row.record_id, row.until = record_id, min(row.until, now)

    def untie(self, record_id: int) -> None:
        """The row was struck out: the exam, if it was of one, may be entered again."""
        self._session.execute(update(Exam).where(Exam.record_id == record_id).values(record_id=None))


def firsts(sat: Iterable[Sat], names: Mapping[int, str]) -> list[Sat]:
    """The first paper of each name and unit: who tries again is no second person. `names` are by the id of Sat."""
    handed = sorted((one for one in sat if one.ended_at), key=lambda one: (one.ended_at, one.id))
    return list({("".join(names[one.id].split()), one.unit): one for one in reversed(handed)}.values())


def mean(sat: Collection[Sat]) -> tuple[int, int | None]:
    """How many handed in, and their mean score, rounded half up."""
    scores = [one.score for one in sat if one.score is not None]
    return len(scores), (sum(scores) * 2 + len(scores)) // (len(scores) * 2) if scores else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _held(row: Exam) -> Held:
    return Held(row.id, row.title, row.who, tuple(row.questions), row.minutes, row.until, row.record_id)


def _sat(row: Sitting) -> Sat:
    return Sat(row.id, row.name, row.unit, row.score, row.started_at, row.ended_at)
