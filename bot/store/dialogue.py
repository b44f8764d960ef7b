"""Residents and the state of their conversation: village, what was last offered, erasure."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.store.dialect import insert_into
from bot.store.models import Consultation, Message, Parcel, Resident, Turn


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
        new = {"openid": openid, "village": "", "following": True, "pending": {}, "created_at": now}
        statement = insert_into(self._session, Resident).values(new).on_conflict_do_nothing(index_elements=["openid"])
        self._session.execute(statement)
        row = self._session.scalars(select(Resident).where(Resident.openid == openid).with_for_update()).one()
        return Person(row.id, row.village, row.pending)

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
        row.openid, row.village, row.pending, row.erased_at = None, "", {}, now

    def erase_words(self, person_id: int, but: set[int]) -> None:
        """Erase what was said, except in the consultations `but`, whose answers are still owed."""
        own = Consultation.resident_id == person_id
        done = select(Consultation.id).where(own, Consultation.id.not_in(but))
        for statement in (
            update(Turn).where(Turn.consultation_id.in_(done)).values(text="", media_id=""),
            update(Consultation).where(own, Consultation.id.not_in(but)).values(question="", answer=""),
            update(Message).where(Message.resident_id == person_id).values(content="", reply="", trace={}),
            delete(Parcel).where(
                Parcel.resident_id == person_id,
                Parcel.consultation_id.is_(None) | Parcel.consultation_id.not_in(but),
            ),
        ):
            self._session.execute(statement, execution_options={"synchronize_session": "fetch"})

    def _row(self, person_id: int) -> Resident:
        return self._session.get_one(Resident, person_id)
