"""The consultation record: opened by a resident's question, answered by the bot or an adviser, never lost.

Every change of state is an event: `bot.lifecycle` says which are possible, and all of them are kept.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import local
from bot.errors import ConsultationError
from bot.lifecycle import WAITING, Happened, State, advance
from bot.store.counting import ACCOUNT, BOT
from bot.store.dialect import insert_into
from bot.store.media import to_fetch
from bot.store.models import Consultation, Counter, Event, Turn

RESIDENT = "居民"
SYSTEM = "系统"
OPENED = "opened"


@dataclass(frozen=True)
class Said:
    id: int
    author: str
    who: str
    kind: str
    text: str
    media_id: str
    said_at: dt.datetime


@dataclass(frozen=True)
class Step:
    """One event in the life of a consultation."""

    number: int
    kind: str
    actor: str
    data: dict[str, Any]
    at: dt.datetime


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
    version: int
    outcome: str
    urgent: str
    feedback: str
    satisfaction: int | None
    acknowledged: bool
    adviser_id: int | None
    adviser: str
    tried: tuple[int, ...]
    claimed_at: dt.datetime | None
    opened_at: dt.datetime
    escalated_at: dt.datetime | None
    remind_at: dt.datetime | None
    due_at: dt.datetime | None
    seen_at: dt.datetime | None
    answered_at: dt.datetime | None
    delivered_at: dt.datetime | None
    closed_at: dt.datetime | None

    @property
    def waits(self) -> bool:
        """For a person's answer."""
        return self.state in WAITING

    @property
    def nobody_left(self) -> bool:
        """Every adviser who could take it let the time pass: staff must see to it."""
        return self.state == State.OPEN and bool(self.tried)


class Consultations:
    def __init__(self, session: Session) -> None:
        self._session = session

    # --- what residents and the bot do -------------------------------------------------------------------------

    def open(
        self, person_id: int, village: str, question: str, now: dt.datetime, *,
        state: State, outcome: str, topic: str = "其他", kind: str = "text", media_id: str = "",
        channel: str = ACCOUNT,
    ) -> Case:  # fmt: skip
        """A new consultation with the resident's words as its first turn."""
        row = Consultation(
            number=self._next_number(now), resident_id=person_id, channel=channel, village=village, topic=topic,
            question=question, state=state, version=1, outcome=outcome, opened_at=now, tried=[],
            answer="", answerer="", entry_id="", law=[], urgent="", feedback="",
            legal_aid_hinted=False, acknowledged=False,
        )  # fmt: skip
        row.turns.append(
            Turn(
                author="resident", who="", kind=kind, text=question, media_id=media_id, said_at=now,
                media=to_fetch(kind, media_id, now),
            )
        )  # fmt: skip
        row.events.append(Event(number=1, kind=OPENED, actor=RESIDENT, data={"state": state}, at=now))
        self._session.add(row)
        self._session.flush()
        return case_of(row)

    def add(
        self, case_id: int, text: str, now: dt.datetime, kind: str = "text", media_id: str = "",
        deadlines: tuple[dt.datetime, dt.datetime] | None = None,
    ) -> Case:  # fmt: skip
        """What the resident adds while a person has the matter.

        Details that were asked for bring it back to the adviser, with new (reminder, end) deadlines.
        """
        row = self._locked(case_id)
        if deadlines:
            row.remind_at, row.due_at = deadlines
        self._say(row, "resident", text, now, kind=kind, media_id=media_id)
        return self._happen(row, Happened.ADDED, RESIDENT, now)

    def keep_media(self, case_id: int, detail: str, now: dt.datetime, kind: str, media_id: str) -> None:
        """Another picture or recording before there are words."""
        self._say(self._locked(case_id), "resident", detail, now, kind=kind, media_id=media_id)

    def put_question(self, case_id: int, question: str, topic: str, now: dt.datetime) -> Case:
        """The words that were missing beside a picture or recording."""
        row = self._locked(case_id)
        self._say(row, "resident", question, now)
        row.question, row.topic, row.outcome = question, topic, "待选择"
        return self._happen(row, Happened.WORDS_CAME, RESIDENT, now)

    def answer_by_bot(
        self, case_id: int, *, entry_id: str, answer: str, topic: str, confidence: float, law: list[Any],
        legal_aid_hinted: bool, now: dt.datetime,
    ) -> None:  # fmt: skip
        row = self._locked(case_id)
        row.entry_id, row.answer, row.topic, row.law = entry_id, answer, topic, law
        row.confidence, row.answerer, row.legal_aid_hinted = confidence, BOT, legal_aid_hinted
        row.outcome, row.answered_at, row.delivered_at = "当场答复", now, now
        self._happen(row, Happened.BOT_ANSWERED, BOT, now, entry=entry_id)

    def escalate(self, case_id: int, now: dt.datetime, urgent: str = "") -> Case:
        """Put a consultation into the queue for a person; an earlier automatic answer stays in the record."""
        row = self._locked(case_id)
        row.outcome, row.escalated_at, row.answered_at, row.delivered_at = "转顾问", now, None, None
        row.urgent = urgent or row.urgent
        row.adviser_id, row.claimed_at, row.tried, row.seen_at = None, None, [], None
        return self._happen(row, Happened.ESCALATED, RESIDENT, now, **({"urgent": urgent} if urgent else {}))

    def ask_back(self, case_id: int, text: str, now: dt.datetime, deadlines: tuple[dt.datetime, dt.datetime]) -> Case:
        """A question about the answer just read goes to the adviser who gave it."""
        row = self._locked(case_id)
        self._say(row, "resident", text, now)
        row.remind_at, row.due_at = deadlines
        row.answered_at, row.delivered_at = None, None
        return self._happen(row, Happened.ASKED_BACK, RESIDENT, now)

    def move(self, case_id: int, village: str) -> None:
        """Put a consultation under another village."""
        self._row(case_id).village = village

    def acknowledge_additions(self, case_id: int) -> None:
        """The one sentence that additions were received has been said."""
        self._row(case_id).acknowledged = True

    def rate(self, case_id: int, now: dt.datetime, feedback: str = "", satisfaction: int | None = None) -> Case:
        """解决了 or 没解决, or 1 to 5."""
        row = self._locked(case_id)
        row.feedback = feedback or row.feedback
        row.satisfaction = satisfaction or row.satisfaction
        return self._happen(row, Happened.RATED, RESIDENT, now, feedback=feedback, satisfaction=satisfaction)

    def withdraw_open(self, person_id: int, now: dt.datetime) -> None:
        """Close what still waits for this resident, who no longer wants it."""
        waiting = (State.CHOOSING, State.WORDLESS, *WAITING)
        for row in self._session.scalars(
            select(Consultation)
            .where(Consultation.resident_id == person_id, Consultation.state.in_(waiting))
            .with_for_update()
        ):
            self._happen(row, Happened.WITHDRAWN, RESIDENT, now)

    # --- what advisers, staff and the clock do -----------------------------------------------------------------

    def assign(
        self, case_id: int, adviser_id: int, now: dt.datetime, due: dt.datetime, remind: dt.datetime,
        actor: str = SYSTEM, *, transferred: bool = False,
    ) -> Case:  # fmt: skip
        """Give it to an adviser, with the time of the reminder and the time by which an answer was promised."""
        row = self._locked(case_id)
        row.adviser_id, row.claimed_at, row.due_at, row.remind_at = adviser_id, None, due, remind
        happened = Happened.TRANSFERRED if transferred else Happened.ASSIGNED
        return self._happen(row, happened, actor, now, adviser=adviser_id)

    def promise(self, case_id: int, due: dt.datetime) -> Case:
        """Nobody in particular has it; this is the time by which an answer was promised."""
        row = self._locked(case_id)
        row.due_at = due
        return case_of(row)

    def put_back(self, case_id: int, now: dt.datetime, reason: str) -> Case:
        """Back to the queue; the adviser who had it is not asked again unless staff say so."""
        row = self._locked(case_id)
        if row.adviser_id is not None:
            row.tried = [*row.tried, row.adviser_id]
        row.adviser_id, row.claimed_at, row.remind_at = None, None, None
        return self._happen(row, Happened.RETURNED, SYSTEM, now, reason=reason)

    def claim(self, case_id: int, adviser_id: int, name: str, now: dt.datetime) -> Case:
        """Begin to work on it. Raises ConsultationError naming who was first, if it was somebody else."""
        row = self._locked(case_id)
        if row.claimed_at and row.adviser_id != adviser_id:
            raise ConsultationError(
                f"咨询 {row.number} {local(row.claimed_at):%H:%M} 已由{row.adviser.name if row.adviser else '别人'}接手"
            )
        if row.claimed_at:
            return case_of(row)
        row.adviser_id, row.claimed_at = adviser_id, now
        return self._happen(row, Happened.CLAIMED, name, now)

    def remind(self, case_id: int, now: dt.datetime, again: dt.datetime | None = None) -> Case:
        """The adviser was reminded; `again` is when the next reminder is due, if any."""
        row = self._locked(case_id)
        row.remind_at = again
        return self._happen(row, Happened.REMINDED, SYSTEM, now)

    def acknowledge_urgent(self, case_id: int, name: str, now: dt.datetime) -> Case:
        """The duty officer has seen it."""
        row = self._locked(case_id)
        row.seen_at = row.seen_at or now
        return self._happen(row, Happened.ACKNOWLEDGED, name, now)

    def ask_for_details(self, case_id: int, text: str, name: str, now: dt.datetime) -> Case:
        row = self._locked(case_id)
        self._say(row, "adviser", text, now, who=name)
        return self._happen(row, Happened.DETAILS_ASKED, name, now)

    def answer(
        self, case_id: int, text: str, name: str, now: dt.datetime, *, outcome: str = "转顾问", topic: str = "",
        seen_version: int | None = None,
    ) -> Case:  # fmt: skip
        """Record a person's answer.

        Raises ConsultationError if it is not waiting for one, or if something happened since the version that the
        adviser had read: of two advisers only the first one's answer is taken, and the second reads who was first.
        """
        row = self._locked(case_id)
        _refuse_second(row)
        if seen_version is not None and seen_version != row.version:
            raise ConsultationError(f"咨询 {row.number} 刚才有变化（居民补充了，或别人动过），请看过再发")
        self._say(row, "adviser", text, now, who=name)
        row.answer, row.answerer, row.answered_at, row.outcome = text, name, now, outcome
        row.topic, row.entry_id, row.claimed_at = topic or row.topic, "", None
        return self._happen(row, Happened.ANSWERED, name, now, outcome=outcome)

    def refuse_answer(self, case_id: int) -> None:
        """Raises ConsultationError if somebody has answered already, or nobody can."""
        row = self._locked(case_id)
        _refuse_second(row)
        advance(State(row.state), Happened.ANSWERED)

    def retract(self, case_id: int, name: str, now: dt.datetime, deadlines: tuple[dt.datetime, dt.datetime]) -> Case:
        """Take an answer back; the record keeps what was said."""
        row = self._locked(case_id)
        row.answer, row.answerer, row.answered_at, row.delivered_at = "", "", None, None
        row.remind_at, row.due_at = deadlines
        return self._happen(row, Happened.RETRACTED, name, now)

    def delivered(self, case_id: int, now: dt.datetime, way: str, actor: str = SYSTEM) -> None:
        """The answer reached the platform, rode on a reply or was told by telephone; only the first time counts."""
        row = self._locked(case_id)
        if row.delivered_at or row.state not in (State.ANSWERED, State.CLOSED):
            return
        row.delivered_at = now
        self._happen(row, Happened.DELIVERED, actor, now, way=way)

    def close(self, case_id: int, result: str, name: str, now: dt.datetime) -> Case:
        """Done, with one of the ledger's results."""
        row = self._locked(case_id)
        row.outcome, row.closed_at, row.remind_at = result, now, None
        return self._happen(row, Happened.CLOSED, name, now, result=result)

    def note(self, case_id: int, text: str, name: str, now: dt.datetime) -> Case:
        """An internal note, which the resident never sees."""
        row = self._locked(case_id)
        self._say(row, "note", text, now, who=name)
        return self._happen(row, Happened.NOTED, name, now)

    def sort(self, case_id: int, village: str, topic: str, name: str, now: dt.datetime) -> Case:
        """Put it under this village and kind of dispute, on record."""
        row = self._locked(case_id)
        row.village, row.topic = village, topic
        return self._happen(row, Happened.SORTED, name, now, reason=f"{village or '未说明哪个村'}、{topic}")

    # --- reading -----------------------------------------------------------------------------------------------

    def waiting_of(self, person_id: int, *states: State) -> Case | None:
        """The resident's newest consultation in one of these states."""
        row = self._session.scalar(
            select(Consultation)
            .where(Consultation.resident_id == person_id, Consultation.state.in_(states))
            .order_by(Consultation.id.desc())
            .limit(1)
        )
        return case_of(row) if row else None

    def of(self, person_id: int, limit: int = 5) -> list[Case]:
        """The resident's own consultations, newest first."""
        rows = self._session.scalars(
            select(Consultation)
            .where(Consultation.resident_id == person_id, Consultation.state != "withdrawn")
            .order_by(Consultation.id.desc())
            .limit(limit)
        )
        return [case_of(row) for row in rows]

    def get(self, case_id: int) -> Case:
        return case_of(self._row(case_id))

    def by_number(self, number: str) -> Case:
        """Raises ConsultationError for an unknown number."""
        return case_of(self._by_number(number))

    def find(self, said: str, now: dt.datetime) -> Case | None:
        """By its number as people say it: 2026-000023, or 23 for this year's."""
        number = said if "-" in said else f"{local(now).year}-{int(said):06d}"
        row = self._session.scalar(select(Consultation).where(Consultation.number == number))
        return case_of(row) if row else None

    def conversation(self, case_id: int) -> list[Said]:
        return [
            Said(turn.id, turn.author, turn.who, turn.kind, turn.text, turn.media_id, turn.said_at)
            for turn in self._row(case_id).turns
        ]

    def history(self, case_id: int) -> list[Step]:
        """Every event, in order."""
        return [
            Step(event.number, event.kind, event.actor, event.data, event.at) for event in self._row(case_id).events
        ]

    def queue(self, adviser_id: int | None = None) -> list[Case]:
        """What waits for a person, or for one adviser: urgent first, then by the time an answer was promised by."""
        wanted = select(Consultation).where(Consultation.state.in_((*WAITING, State.WORDLESS)))
        if adviser_id is not None:
            wanted = wanted.where(Consultation.adviser_id == adviser_id)
        rows = self._session.scalars(
            wanted.order_by(
                Consultation.urgent == "", Consultation.due_at.is_(None), Consultation.due_at, Consultation.id
            )
        )
        return [case_of(row) for row in rows]

    def load(self) -> dict[int, int]:
        """How many consultations wait for each adviser."""
        rows = self._session.execute(
            select(Consultation.adviser_id, func.count())
            .where(Consultation.state.in_(WAITING), Consultation.adviser_id.is_not(None))
            .group_by(Consultation.adviser_id)
        )
        return {adviser_id: number for adviser_id, number in rows if adviser_id is not None}

    def to_remind(self, now: dt.datetime) -> list[Case]:
        """Whose reminder is due."""
        return self._due(Consultation.remind_at <= now)

    def late(self, now: dt.datetime) -> list[Case]:
        """With an adviser, and past the time by which an answer was promised."""
        return self._due(Consultation.due_at <= now, Consultation.adviser_id.is_not(None))

    def _due(self, *when: Any) -> list[Case]:
        wanted = select(Consultation).where(Consultation.state.in_((State.OPEN, State.ASSIGNED)), *when)
        return [case_of(row) for row in self._session.scalars(wanted.order_by(Consultation.id))]

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

    def last_answered_by(self, name: str) -> Case | None:
        """The consultation this adviser answered last."""
        row = self._session.scalar(
            select(Consultation)
            .where(Consultation.answerer == name, Consultation.answered_at.is_not(None))
            .order_by(Consultation.answered_at.desc(), Consultation.id.desc())
            .limit(1)
        )
        return case_of(row) if row else None

    def _happen(self, row: Consultation, happened: Happened, actor: str, now: dt.datetime, **data: Any) -> Case:
        row.state = advance(State(row.state), happened)
        row.version += 1
        self._session.add(
            Event(consultation_id=row.id, number=row.version, kind=happened, actor=actor, data=data, at=now)
        )
        self._session.flush()
        self._session.refresh(row, ["adviser"])
        return case_of(row)

    def _say(
        self, row: Consultation, author: str, text: str, now: dt.datetime, *, who: str = "", kind: str = "text",
        media_id: str = "",
    ) -> None:  # fmt: skip
        self._session.add(
            Turn(
                consultation_id=row.id, author=author, who=who, kind=kind, text=text, media_id=media_id, said_at=now,
                media=to_fetch(kind, media_id, now),
            )
        )  # fmt: skip

    def _row(self, case_id: int) -> Consultation:
        return self._session.get_one(Consultation, case_id)

    def _locked(self, case_id: int) -> Consultation:
        """The row as it is now, kept by this unit to its end, so that two people cannot change it at once."""
        return self._session.get_one(Consultation, case_id, with_for_update=True, populate_existing=True)

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


def _refuse_second(row: Consultation) -> None:
    if row.state in (State.ANSWERED, State.DELIVERED) and row.answered_at:
        raise ConsultationError(
            f"咨询 {row.number} {local(row.answered_at):%H:%M} 已由{row.answerer}答复，没有再收答复"
        )


def case_of(row: Consultation) -> Case:
    """A row as handlers, advisers and staff see it."""
    return Case(
        id=row.id, number=row.number, person_id=row.resident_id, channel=row.channel, village=row.village,
        topic=row.topic, question=row.question, answer=row.answer, answerer=row.answerer, entry_id=row.entry_id,
        state=row.state, version=row.version, outcome=row.outcome, urgent=row.urgent, feedback=row.feedback,
        satisfaction=row.satisfaction, acknowledged=row.acknowledged, adviser_id=row.adviser_id,
        adviser=row.adviser.name if row.adviser else "", tried=tuple(row.tried), claimed_at=row.claimed_at,
        opened_at=row.opened_at, escalated_at=row.escalated_at, remind_at=row.remind_at, due_at=row.due_at,
        seen_at=row.seen_at, answered_at=row.answered_at, delivered_at=row.delivered_at, closed_at=row.closed_at,
    )  # fmt: skip
