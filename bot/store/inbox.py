"""Exactly once: a message is claimed by inserting its key first, and its reply is saved in the same transaction."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.message import Inbound, Reply
from bot.store.models import Message


@dataclass(frozen=True)
class Kept:
    """A message that needs staff's eyes: a handler failed on it, or nobody could read it."""

    received_at: dt.datetime
    state: str
    kind: str
    content: str
    error_id: str


class Inbox:
    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, message: Inbound, received_at: dt.datetime) -> bool:
        """Insert the message's key; False when another attempt has it already, which rolls this unit back.

        While another transaction holds the same key, the database makes this one wait for its end.
        """
        self._session.add(
            Message(
                key=message.key,
                kind=message.kind,
                content=content_of(message),
                state="claimed",
                received_at=received_at,
            )
        )
        try:
            self._session.flush()
        except IntegrityError:
            self._session.rollback()
            return False
        return True

    def belongs_to(self, key: str, resident_id: int) -> None:
        """Say whose message it is, so that erasing the resident finds it."""
        self._row(key).resident_id = resident_id

    def save_reply(self, key: str, reply: Reply) -> None:
        row = self._row(key)
        row.reply, row.trace, row.state = reply.text, reply.trace, "done"

    def save_failure(self, key: str, reply: Reply, error_id: str) -> None:
        """A handler failed: the message stays for staff under the id that the log line carries."""
        row = self._row(key)
        row.reply, row.trace, row.state, row.error_id = reply.text, reply.trace, "failed", error_id

    def keep_unreadable(self, body: str, error_id: str, received_at: dt.datetime) -> None:
        """Keep a genuine call that could not be understood; the same body is kept once."""
        key = Inbound.key_of("unreadable", body)
        if not self._session.get(Message, key):
            self._session.add(
                Message(
                    key=key, kind="other", content=body, state="unreadable", error_id=error_id, received_at=received_at
                )
            )

    def saved_reply(self, key: str) -> Reply | None:
        """What was answered to this message; None when nobody has it."""
        row = self._session.get(Message, key)
        return Reply(row.reply, row.trace) if row else None

    def forget_replies(self, before: dt.datetime) -> None:
        """Erase what was answered to messages that came before a moment; why stays in the trace."""
        old = update(Message).where(Message.received_at < before, Message.reply != "", Message.state == "done")
        self._session.execute(old.values(reply=""), execution_options={"synchronize_session": False})

    def for_staff(self) -> list[Kept]:
        """Failed and unreadable messages, newest first."""
        rows = self._session.scalars(
            select(Message).where(Message.state.in_(("failed", "unreadable"))).order_by(Message.received_at.desc())
        )
        return [Kept(row.received_at, row.state, row.kind, row.content, row.error_id) for row in rows]

    def _row(self, key: str) -> Message:
        return self._session.get_one(Message, key)


def content_of(message: Inbound) -> str:
    """What a person would want to see of a message: its words, or what was sent instead."""
    return message.text or message.detail or message.media_id or message.scene
