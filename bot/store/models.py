"""The schema, the same on SQLite and PostgreSQL. Private to bot.store and the migrations."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware moment, kept as UTC; SQLite has no time zones, so they are put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=dt.UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dt.datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Message(Base):
    """One message of the platform, claimed once. `key` is a digest without identity."""

    __tablename__ = "messages"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    """claimed (only inside its transaction) | done | failed | unreadable"""
    reply: Mapped[str] = mapped_column(Text, default="")
    trace: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error_id: Mapped[str] = mapped_column(String(12), default="")
    received_at: Mapped[dt.datetime]

    __table_args__ = (Index("ix_messages_state_received_at", "state", "received_at"),)


class Resident(Base):
    """A follower. `openid` is empty once erased; the row stays so that people can still be counted."""

    __tablename__ = "residents"

    id: Mapped[int] = mapped_column(primary_key=True)
    openid: Mapped[str | None] = mapped_column(String(64), unique=True)
    contact_digest: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    """Of somebody entered by hand, who has no OpenID: the keyed digest of the contact by which they are known again."""
    village: Mapped[str] = mapped_column(String(40), default="")
    following: Mapped[bool] = mapped_column(default=True)
    pending: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the next message may answer: offered choices or the village question; an adviser's half-written answer."""
    heard_at: Mapped[dt.datetime | None]
    """The last message, which lets the account send for 48 hours."""
    tapped_at: Mapped[dt.datetime | None]
    """The last tap, scan or follow, which lets the account send for one minute."""
    pushes: Mapped[int] = mapped_column(default=0)
    """Sent since `heard_at`."""
    tap_pushes: Mapped[int] = mapped_column(default=0)
    """Sent since `tapped_at`."""
    created_at: Mapped[dt.datetime]
    erased_at: Mapped[dt.datetime | None]


class Adviser(Base):
    """Who answers for which villages; a township office (司法所) answers for all."""

    __tablename__ = "advisers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    villages: Mapped[list[Any]] = mapped_column(default=list)
    topics: Mapped[list[Any]] = mapped_column(default=list)
    """The kinds of dispute they take; empty for all."""
    email: Mapped[str] = mapped_column(String(120), default="")
    duty: Mapped[bool] = mapped_column(default=False)
    """Urgent matters go to them first."""
    rank: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    configured: Mapped[bool] = mapped_column(default=True)
    """Stands in the configuration, which then decides; others are added by staff."""
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), unique=True)
    """Their own account as a follower, once bound."""
    binding_digest: Mapped[str] = mapped_column(String(64), default="")
    binding_until: Mapped[dt.datetime | None]
    away_from: Mapped[dt.date | None]
    away_until: Mapped[dt.date | None]
    """The last day of leave."""


class Counter(Base):
    """The last consultation number given out in a local year."""

    __tablename__ = "counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Consultation(Base):
    """One matter that a resident brought (一事一记), whoever answers it."""

    __tablename__ = "consultations"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    village: Mapped[str] = mapped_column(String(40), default="")
    topic: Mapped[str] = mapped_column(String(12), default="其他")
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    answerer: Mapped[str] = mapped_column(String(40), default="")
    entry_id: Mapped[str] = mapped_column(String(80), default="")
    confidence: Mapped[float | None]
    law: Mapped[list[Any]] = mapped_column(default=list)
    """Articles the answer rests on, each with the version of the text: [{"article": "民法典#1079", "digest": …}]."""
    state: Mapped[str] = mapped_column(String(12))
    """A bot.lifecycle.State, to which the last event led."""
    version: Mapped[int] = mapped_column(default=0)
    """The number of events so far."""
    outcome: Mapped[str] = mapped_column(String(8))
    """待选择 | 待补充 | 当场答复 | 转顾问 | 约期 | 转调解 | 转法援 | 转部门"""
    urgent: Mapped[str] = mapped_column(String(12), default="")
    feedback: Mapped[str] = mapped_column(String(8), default="")
    legal_aid_hinted: Mapped[bool] = mapped_column(default=False)
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("advisers.id"), index=True)
    claimed_at: Mapped[dt.datetime | None]
    """When that adviser began to work on it."""
    tried: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the advisers whose first answer did not come in time."""
    acknowledged: Mapped[bool] = mapped_column(default=False)
    """The resident was told once that additions are received."""
    satisfaction: Mapped[int | None]
    """1 to 5."""
    opened_at: Mapped[dt.datetime]
    escalated_at: Mapped[dt.datetime | None]
    remind_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None]
    seen_at: Mapped[dt.datetime | None]
    """When the duty officer acknowledged an urgent one."""
    answered_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]

    resident: Mapped[Resident] = relationship()
    adviser: Mapped[Adviser | None] = relationship()
    turns: Mapped[list["Turn"]] = relationship(order_by="Turn.id", back_populates="consultation")
    events: Mapped[list["Event"]] = relationship(order_by="Event.number", back_populates="consultation")

    __table_args__ = (
        Index("ix_consultations_state_due_at", "state", "due_at"),
        Index("ix_consultations_opened_at", "opened_at"),
        Index("ix_consultations_answered_at", "answered_at"),
        Index("ix_consultations_answerer", "answerer"),
        # All that the ledger filters by, so that counting and paging look at the index alone.
        Index(
            "ix_consultations_ledger",
            "opened_at",
            "channel",
            "village",
            "topic",
            "outcome",
            "answerer",
        ),
    )


class Turn(Base):
    """One utterance inside a consultation: what the resident, the bot or an adviser said or sent."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    author: Mapped[str] = mapped_column(String(10))
    """resident | bot | adviser | note (internal, never shown to the resident)"""
    who: Mapped[str] = mapped_column(String(40), default="")
    """The adviser's or staff member's name."""
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    media_id: Mapped[str] = mapped_column(String(200), default="")
    said_at: Mapped[dt.datetime]

    consultation: Mapped[Consultation] = relationship(back_populates="turns")
    media: Mapped["Media | None"] = relationship(back_populates="turn")

    __table_args__ = (Index("ix_turns_author_said_at_consultation_id", "author", "said_at", "consultation_id"),)


class Media(Base):
    """A picture or recording that a turn names, which the platform keeps for three days only."""

    __tablename__ = "media"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), default="")
    """Its content type, once it is here."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    fetched_at: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    """When it is to be fetched; empty once it is here or given up."""
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(120), default="")
    """Why the last attempt failed."""

    turn: Mapped[Turn] = relationship(back_populates="media")


class Event(Base):
    """What happened to a consultation, in order; its state is a function of these."""

    __tablename__ = "events"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """"opened", then a bot.lifecycle.Happened."""
    actor: Mapped[str] = mapped_column(String(40))
    """居民, 机器人, 系统, or the name of an adviser or member of staff."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[dt.datetime]

    consultation: Mapped[Consultation] = relationship(back_populates="events")


class Look(Base):
    """A member has this consultation open, or had a moment ago."""

    __tablename__ = "looks"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[dt.datetime]


class Token(Base):
    """The platform's access token, sealed with the account's secret, so that no backup holds a live one."""

    __tablename__ = "tokens"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The AppID."""
    sealed: Mapped[str] = mapped_column(Text, default="")
    good_until: Mapped[dt.datetime | None]
    claimed_until: Mapped[dt.datetime | None]
    """One process is fetching a new one."""


class Entry(Base):
    """An entry of the knowledge base that the office wrote itself."""

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The keys of a knowledge file."""
    state: Mapped[str] = mapped_column(String(10), index=True)
    """draft | published | withdrawn"""
    author: Mapped[str] = mapped_column(String(40))
    reviewer: Mapped[str] = mapped_column(String(40), default="")
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), unique=True)
    """The consultation it was made from."""
    updated_at: Mapped[dt.datetime]


class Parcel(Base):
    """Something to be brought to a resident or an adviser; written in the transaction that made it."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("advisers.id"))
    """A notice for an adviser; then `resident_id` is empty."""
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"))
    text: Mapped[str] = mapped_column(Text)
    rung: Mapped[str] = mapped_column(String(12), default="pickup")
    """The channel to be tried: push | robot | mail, or pickup, which waits for the next message."""
    state: Mapped[str] = mapped_column(String(10))
    """waiting | leased | sent (a channel accepted it) | offered (in a passive reply, which the platform never
    acknowledges) | dead | told (by telephone)"""
    lease: Mapped[str] = mapped_column(String(16), default="")
    leased_until: Mapped[dt.datetime | None]
    due_at: Mapped[dt.datetime]
    """Not to be sent before."""
    attempts: Mapped[int] = mapped_column(default=0)
    """On this rung."""
    error: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    offered_at: Mapped[dt.datetime | None]
    offers: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_outbox_resident_id_state", "resident_id", "state"),
        Index("ix_outbox_state_rung_due_at", "state", "rung", "due_at"),
        Index("ix_outbox_consultation_id", "consultation_id"),
        Index("ix_outbox_adviser_id", "adviser_id"),
    )


class Account(Base):
    """Who may sign in to the workbench."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(10))
    """adviser | mediator | staff | admin"""
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("advisers.id"))
    """An adviser's or mediator's own place in the register."""
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    """Argon2id; empty until a password is chosen."""
    totp_secret: Mapped[str] = mapped_column(String(200), default="")
    """Sealed with the workbench's key; empty when no code is asked for."""
    totp_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last code that was used, so that no code is used twice."""
    active: Mapped[bool] = mapped_column(default=True)
    failed: Mapped[int] = mapped_column(default=0)
    """Attempts since the last sign-in."""
    locked_until: Mapped[dt.datetime | None]
    setup_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    setup_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class Session(Base):
    """Somebody signed in on one device."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the random token that the browser holds."""
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]

    account: Mapped[Account] = relationship()


class Caller(Base):
    """A network address from which somebody tried to sign in, as a digest, and how often in vain."""

    __tablename__ = "callers"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed: Mapped[int]
    until: Mapped[dt.datetime] = mapped_column(index=True)
    """The end of the stretch of time in which these attempts are counted."""


class CallerKey(Base):
    """The key of one day's digests, random and soon deleted, so that no address can be found again from its digest."""

    __tablename__ = "caller_keys"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))


class Audit(Base):
    """Who saw and changed what."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """Empty for what was done at the command line."""
    name: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    detail: Mapped[str] = mapped_column(Text, default="")
    """Never a resident's words, a password or a token."""
    at: Mapped[dt.datetime] = mapped_column(index=True)


class LedgerRow(Base):
    """One row of a ledger of bot.ledger; of a consultation, what the account itself does not know of it."""

    __tablename__ = "ledger_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(60))
    day: Mapped[dt.date]
    """The local date in whose month and year the row counts."""
    village: Mapped[str] = mapped_column(String(40), default="")
    row: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Values by column, as bot.ledger.fields has them; secrets are sealed texts."""
    words: Mapped[str] = mapped_column(Text, default="")
    """What a search looks at."""
    void: Mapped[str] = mapped_column(String(200), default="")
    """Why it was struck out; such a row stays to be read and is counted nowhere."""
    version: Mapped[int] = mapped_column(default=1)
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"), index=True)
    """The consultation that it goes on from, or tells more of."""
    author: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]

    __table_args__ = (
        UniqueConstraint("book", "number", name="uq_ledger_rows_book_number"),
        UniqueConstraint("book", "consultation_id", name="uq_ledger_rows_book_consultation_id"),
        Index("ix_ledger_rows_book_day", "book", "day"),
        Index("ix_ledger_rows_void", "void"),
    )


class LedgerChange(Base):
    """Who changed what in a row, and when."""

    __tablename__ = "ledger_changes"

    row_id: Mapped[int] = mapped_column(ForeignKey("ledger_rows.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(40))
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Texts before and after by column; secrets without their text."""
    at: Mapped[dt.datetime]


class Serial(Base):
    """The last number given out within a scope: a ledger, a year, and for mediation the committee."""

    __tablename__ = "serials"

    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int]


class ApiClient(Base):
    """A system that may read figures through the API."""

    __tablename__ = "api_clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the token, which nobody keeps here."""
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    expires_at: Mapped[dt.datetime]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[dt.datetime]


class Subscription(Base):
    """A resident's consent to one message outside of the platform's windows, about one consultation."""

    __tablename__ = "subscriptions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the random token in the link that the resident was given."""
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"), index=True)
    offered_at: Mapped[dt.datetime]
    granted_at: Mapped[dt.datetime | None]
    spent_at: Mapped[dt.datetime | None]


class Reader(Base):
    """A resident whom a day of law publicity has reached."""

    __tablename__ = "readers"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)


class QuestionOff(Base):
    """A question of the knowledge test that an editor has taken out."""

    __tablename__ = "questions_off"

    question: Mapped[str] = mapped_column(String(20), primary_key=True)
    editor: Mapped[str] = mapped_column(String(40))


class Exam(Base):
    """A test of legal knowledge that staff hold."""

    __tablename__ = "exams"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    who: Mapped[str] = mapped_column(String(20))
    questions: Mapped[list[Any]] = mapped_column(default=list)
    """Ids, in the order of the paper."""
    minutes: Mapped[int]
    until: Mapped[dt.datetime]
    author: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the token in its address."""
    record_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_rows.id"))
    created_at: Mapped[dt.datetime]


class Sitting(Base):
    """Somebody takes a test: an exam under a name, or a quiz in the chat as a resident."""

    __tablename__ = "sittings"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exams.id"), index=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    name: Mapped[str] = mapped_column(String(400), default="")
    """Sealed."""
    unit: Mapped[str] = mapped_column(String(60), default="")
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the token of their own page; none in the chat."""
    score: Mapped[int | None]
    """Of 100."""
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None] = mapped_column(index=True)
