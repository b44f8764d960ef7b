"""Who was reached on a day of law publicity: each resident once a day. Readers are no consultations."""

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.dialect import insert_into
from bot.store.models import Reader


class Readers:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, day: dt.date, person_id: int) -> bool:
        """Whether this resident is reached for the first time on this local day."""
        statement = insert_into(self._session, Reader).values(day=day, resident_id=person_id)
        added = self._session.execute(statement.on_conflict_do_nothing().returning(Reader.day)).first()
        return added is not None

    def days(self, start: dt.date, end: dt.date) -> dict[dt.date, int]:
        """Readers by day from `start` up to, not including, `end`."""
        rows = select(Reader.day, func.count()).where(Reader.day >= start, Reader.day < end).group_by(Reader.day)
        return {row[0]: row[1] for row in self._session.execute(rows.order_by(Reader.day))}
