"""The consultation record: opened by a resident's question, answered by the bot or an adviser, never lost."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.clock import local
from bot.errors import ConsultationError
from bot.store.dialect import insert_into
from bot.store.models import Adviser, Consultation, Counter, Turn

BOT = "机器人"


@dataclass(frozen=True)
class Counsel:
    """An adviser: 律师, 法律明白人, 调解员 or the township's 司法所."""

    id: int
    name: str
    kind: str
    villages: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    author: str
    kind: str
    text: str
    media_id: str
    said_at: dt.datetime


@dataclass(frozen=True)
class Case:
    """A consultation as handlers, advisers and staff see it: no OpenID."""

    id: int
    number: str
    person_id: int
    channel: str
    village: str
    topic: str
    question: str
    answer: str
    answerer: str
    entry_id: str
    state: str
    outcome: str
    urgent: str
    feedback: str
    acknowledged: bool
    adviser: str
    opened_at: dt.datetime
    escalated_at: dt.datetime | None
    due_at: dt.datetime | None
    answered_at: dt.datetime | None


class Consultations:
    def __init__(self, session: Session) -> None:
        self._session = session

    # --- writing -----------------------------------------------------------------------------------------------

    def open(
        self, person_id: int, village: str, question: str, now: dt.datetime, *,
        state: str, outcome: str, topic: str = "其他", kind: str = "text", media_id: str = "", channel: str = "公众号",
    ) -> Case:  # fmt: skip
        """A new consultation with the resident's words as its first turn."""
        row = Consultation(
            number=self._next_number(now), resident_id=person_id, channel=channel, village=village, topic=topic,
            question=question, state=state, outcome=outcome, opened_at=now,
            answer="", answerer="", entry_id="", law=[], urgent="", feedback="",
            legal_aid_hinted=False, acknowledged=False,
        )  # fmt: skip
        row.turns.append(Turn(author="resident", kind=kind, text=question, media_id=media_id, said_at=now))
        self._session.add(row)
        self._session.flush()
        return _case(row)

    def add_turn(
        self, case_id: int, author: str, text: str, now: dt.datetime, kind: str = "text", media: str = ""
    ) -> None:
        self._session.add(
            Turn(consultation_id=case_id, author=author, kind=kind, text=text, media_id=media, said_at=now)
        )

    def put_question(self, case_id: int, question: str, topic: str, now: dt.datetime) -> Case:
        """The words that were missing beside a picture or recording."""
        self.add_turn(case_id, "resident", question, now)
        row = self._row(case_id)
        row.question, row.topic, row.state, row.outcome = question, topic, "choosing", "待选择"
        self._session.flush()
        return _case(row)

    def answer_by_bot(
        self, case_id: int, *, entry_id: str, answer: str, topic: str, confidence: float, law: list[Any],
        legal_aid_hinted: bool, now: dt.datetime,
    ) -> None:  # fmt: skip
        row = self._row(case_id)
        row.entry_id, row.answer, row.topic, row.law = entry_id, answer, topic, law
        row.confidence, row.answerer, row.legal_aid_hinted = confidence, BOT, legal_aid_hinted
        row.state, row.outcome, row.answered_at = "answered", "当场答复", now

    def escalate(
        self, case_id: int, adviser_id: int | None, now: dt.datetime, due: dt.datetime, urgent: str = ""
    ) -> Case:
        """Hand a consultation to a person; an earlier automatic answer stays in the record."""
        row = self._row(case_id)
        row.state, row.outcome, row.adviser_id = "open", "转顾问", adviser_id
        row.escalated_at, row.due_at, row.answered_at = now, due, None
        row.urgent = urgent or row.urgent
        self._session.flush()
        self._session.refresh(row, ["adviser"])
        return _case(row)

    def move(self, case_id: int, village: str, adviser_id: int | None) -> Case:
        """Put a consultation under another village and its adviser."""
        row = self._row(case_id)
        row.village, row.adviser_id = village, adviser_id
        self._session.flush()
        self._session.refresh(row, ["adviser"])
        return _case(row)

    def acknowledge(self, case_id: int) -> None:
        """The one sentence that additions were received has been said."""
        self._row(case_id).acknowledged = True

    def rate(self, case_id: int, feedback: str) -> None:
        self._row(case_id).feedback = feedback

    def answer_by_adviser(self, number: str, text: str, adviser: str, now: dt.datetime) -> Case:
        """Record a person's answer. Raises ConsultationError if the consultation is not waiting for one.

        The state is changed by a guarded update, so that of two advisers only the first one's answer is taken.
        """
        row = self._by_number(number)
        taken = self._session.execute(
            update(Consultation)
            .where(Consultation.id == row.id, Consultation.state.in_(("open", "details")))
            .values(state="answered", answer=text, answerer=adviser, answered_at=now, outcome="转顾问")
            .returning(Consultation.id)
        ).scalar_one_or_none()
        if taken is None:
            done = {"answered": f"已由{row.answerer}答复", "withdrawn": "居民已撤回", "choosing": "居民还没有选好问题"}
            raise ConsultationError(
                f"咨询 {number} {done[row.state]}，不能再答复。用 legalbot consult show {number} 查看"
            )
        self._session.refresh(row)
        self.add_turn(row.id, "adviser", text, now)
        return _case(row)

    def withdraw_open(self, person_id: int) -> None:
        """Close what still waits for this resident, who no longer wants it."""
        self._session.execute(
            update(Consultation)
            .where(Consultation.resident_id == person_id, Consultation.state != "answered")
            .values(state="withdrawn")
        )

    def seed_advisers(self, seeds: list[tuple[str, str, tuple[str, ...]]]) -> None:
        """Bring the register in line with (name, kind, villages) rows in order; those left out become inactive."""
        known = {row.name: row for row in self._session.scalars(select(Adviser))}
        for row in known.values():
            row.active = False
        for rank, (name, kind, villages) in enumerate(seeds):
            row = known.get(name) or Adviser(name=name)
            row.kind, row.villages, row.rank, row.active = kind, list(villages), rank, True
            self._session.add(row)

    # --- reading -----------------------------------------------------------------------------------------------

    def advisers(self) -> list[Counsel]:
        """The active ones, in the configured order."""
        rows = self._session.scalars(select(Adviser).where(Adviser.active).order_by(Adviser.rank))
        return [Counsel(row.id, row.name, row.kind, tuple(row.villages)) for row in rows]

    def waiting_of(self, person_id: int, *states: str) -> Case | None:
        """The resident's newest consultation in one of these states."""
        row = self._session.scalar(
            select(Consultation)
            .where(Consultation.resident_id == person_id, Consultation.state.in_(states))
            .order_by(Consultation.id.desc())
            .limit(1)
        )
        return _case(row) if row else None

    def of(self, person_id: int, limit: int = 5) -> list[Case]:
        """The resident's own consultations, newest first."""
        rows = self._session.scalars(
            select(Consultation)
            .where(Consultation.resident_id == person_id, Consultation.state != "withdrawn")
            .order_by(Consultation.id.desc())
            .limit(limit)
        )
        return [_case(row) for row in rows]

    def get(self, case_id: int) -> Case:
        return _case(self._row(case_id))

    def by_number(self, number: str) -> Case:
        """Raises ConsultationError for an unknown number."""
        return _case(self._by_number(number))

    def conversation(self, case_id: int) -> list[Said]:
        return [
            Said(turn.author, turn.kind, turn.text, turn.media_id, turn.said_at) for turn in self._row(case_id).turns
        ]

    def queue(self) -> list[Case]:
        """What waits for a person: urgent first, then by the time by which an answer was promised."""
        rows = self._session.scalars(
            select(Consultation)
            .where(Consultation.state.in_(("open", "details")))
            .order_by(Consultation.urgent == "", Consultation.due_at.is_(None), Consultation.due_at, Consultation.id)
        )
        return [_case(row) for row in rows]

    def unanswered(self, since: dt.datetime) -> list[str]:
        """Questions in words that the bot handed over, or answered without solving the matter, since a moment.

        Urgent ones are left out: no entry should answer them. So are those whose words were erased.
        """
        rows = self._session.scalars(
            select(Consultation.question)
            .join(Consultation.turns)
            .where(
                Consultation.opened_at >= since, Consultation.urgent == "", Consultation.question != "",
                Consultation.escalated_at.is_not(None) | (Consultation.feedback == "没解决"), Turn.kind == "text",
            )
            .group_by(Consultation.id, Consultation.question)
            .order_by(Consultation.id)
        )  # fmt: skip
        return list(rows)

    def _row(self, case_id: int) -> Consultation:
        return self._session.get_one(Consultation, case_id)

    def _by_number(self, number: str) -> Consultation:
        row = self._session.scalar(select(Consultation).where(Consultation.number == number))
        if not row:
            raise ConsultationError(f"没有编号为 {number} 的咨询。编号形如 2026-000123，用 legalbot consult list 查看")
        return row

    def _next_number(self, now: dt.datetime) -> str:
        year = local(now).year
        statement = insert_into(self._session, Counter).values(year=year, last=1)
        statement = statement.on_conflict_do_update(index_elements=["year"], set_={"last": Counter.last + 1})
        last = self._session.execute(statement.returning(Counter.last)).scalar_one()
        return f"{year}-{last:06d}"


def _case(row: Consultation) -> Case:
    return Case(
        id=row.id, number=row.number, person_id=row.resident_id, channel=row.channel, village=row.village,
        topic=row.topic, question=row.question, answer=row.answer, answerer=row.answerer, entry_id=row.entry_id,
        state=row.state, outcome=row.outcome, urgent=row.urgent, feedback=row.feedback,
        acknowledged=row.acknowledged, adviser=row.adviser.name if row.adviser else "", opened_at=row.opened_at,
        escalated_at=row.escalated_at, due_at=row.due_at, answered_at=row.answered_at,
    )  # fmt: skip
