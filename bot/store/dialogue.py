"""Residents and the state of their conversation: village, what was last offered, erasure."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.store.dialect import insert_into
from bot.store.intake import Intake
from bot.store.models import Consultation, Media, Message, Parcel, Resident, Turn

MESSAGE_WINDOW, MESSAGE_PUSHES = dt.timedelta(hours=48), 5
TAP_WINDOW, TAP_PUSHES = dt.timedelta(minutes=1), 3


@dataclass(frozen=True)
class Person:
    """A resident as handlers see one: no OpenID."""

    id: int
    village: str = ""
    pending: dict[str, Any] = field(default_factory=dict)


class Residents:
    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, openid: str, now: dt.datetime) -> Person:
        """The resident with this OpenID, added at the first message.

        The row stays locked to the end of the unit, so that one resident's messages are answered one after the other.
        """
        new = {
            "openid": openid,
            "village": "",
            "following": True,
            "pending": {},
            "created_at": now,
            "pushes": 0,
            "tap_pushes": 0,
        }
        statement = insert_into(self._session, Resident).values(new).on_conflict_do_nothing(index_elements=["openid"])
        self._session.execute(statement)
        # key_share: a row that refers to this resident may be written meanwhile, or two units wait for each other.
        wanted = select(Resident).where(Resident.openid == openid).with_for_update(key_share=True)
        row = self._session.scalars(wanted).one()
        return Person(row.id, row.village, row.pending)

    def heard(self, person_id: int, now: dt.datetime, *, tapped: bool) -> None:
        """A message opens the 48 hours in which the account may send; a tap, scan or follow only one minute."""
        row = self._row(person_id)
        if tapped:
            row.tapped_at, row.tap_pushes = now, 0
        else:
            row.heard_at, row.pushes = now, 0

    def spend_push(self, person_id: int, now: dt.datetime) -> bool:
        """Count a customer-service message before it is sent; False when the platform would not take it.

        Source: the platform's rule of 5 messages in 48 hours after a message, 3 in a minute after a tap.
        """
        row = self._session.get_one(Resident, person_id, with_for_update={"key_share": True}, populate_existing=True)
        if row.heard_at and now - row.heard_at < MESSAGE_WINDOW and row.pushes < MESSAGE_PUSHES:
            row.pushes += 1
            return True
        if row.tapped_at and now - row.tapped_at < TAP_WINDOW and row.tap_pushes < TAP_PUSHES:
            row.tap_pushes += 1
            return True
        return False

    def expect(self, person_id: int, pending: dict[str, Any]) -> None:
        """Remember what the next message may answer; an empty dict forgets it."""
        self._row(person_id).pending = pending

    def move(self, person_id: int, village: str) -> None:
        self._row(person_id).village = village

    def follow(self, person_id: int, following: bool) -> None:
        self._row(person_id).following = following

    def erase_identity(self, person_id: int, now: dt.datetime) -> None:
        """Cut the link to a person for good (个人信息保护法第四十七条); the row stays to be counted."""
        row = self._row(person_id)
        row.openid, row.contact_digest, row.village, row.pending, row.erased_at = None, None, "", {}, now

    def erased(self, person_id: int) -> bool:
        return self._row(person_id).erased_at is not None

    def erase_words(self, person_id: int, but: set[int]) -> None:
        """Erase what was said and sent, except in the consultations `but`, whose answers are still owed."""
        own = Consultation.resident_id == person_id
        done = select(Consultation.id).where(own, Consultation.id.not_in(but))
        said = select(Turn.id).where(Turn.consultation_id.in_(done))
        for statement in (
            delete(Media).where(Media.turn_id.in_(said)),
            update(Turn).where(Turn.consultation_id.in_(done)).values(text="", media_id=""),
            update(Consultation).where(own, Consultation.id.not_in(but)).values(question="", answer=""),
            update(Message).where(Message.resident_id == person_id).values(content="", reply="", trace={}),
            delete(Parcel).where(
                (Parcel.resident_id == person_id) & Parcel.consultation_id.is_(None) | Parcel.consultation_id.in_(done),
            ),
        ):
            self._session.execute(statement, execution_options={"synchronize_session": "fetch"})
        Intake(self._session).erase_particulars(done)

    def _row(self, person_id: int) -> Resident:
        return self._session.get_one(Resident, person_id)
