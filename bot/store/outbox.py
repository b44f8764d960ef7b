"""The pick-up box: what waits for a resident rides on the passive reply to whatever they send next."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.models import Parcel


@dataclass(frozen=True)
class Waiting:
    id: int
    text: str


class Outbox:
    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, person_id: int, text: str, now: dt.datetime, case_id: int | None = None) -> None:
        self._session.add(
            Parcel(resident_id=person_id, consultation_id=case_id, text=text, state="waiting", created_at=now, offers=0)
        )

    def waiting(self, person_id: int) -> list[Waiting]:
        """What has not been sent yet, oldest first."""
        rows = self._session.scalars(
            select(Parcel).where(Parcel.resident_id == person_id, Parcel.state == "waiting").order_by(Parcel.id)
        )
        return [Waiting(row.id, row.text) for row in rows]

    def offered(self, parcel_id: int, now: dt.datetime) -> None:
        """Sent as a passive reply. The platform never acknowledges one, so this is not "delivered"."""
        row = self._session.get_one(Parcel, parcel_id)
        row.state, row.offered_at, row.offers = "offered", now, row.offers + 1

    def repeat(self, person_id: int) -> bool:
        """Make the adviser's answer that was offered last wait again, with all its parts; False if there is none."""
        answers = select(Parcel).where(Parcel.resident_id == person_id, Parcel.consultation_id.is_not(None))
        last = self._session.scalar(answers.where(Parcel.state == "offered").order_by(Parcel.id.desc()).limit(1))
        if not last:
            return False
        for row in self._session.scalars(answers.where(Parcel.consultation_id == last.consultation_id)):
            row.state = "waiting"
        return True
