"""Consultations as they may leave the office: no identity, no words of anybody."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.store.counting import BOT
from bot.store.intake import counted
from bot.store.models import Consultation


@dataclass(frozen=True)
class OpenRow:
    """What a statistician needs of one consultation."""

    id: int
    number: str
    opened_at: dt.datetime
    channel: str
    village: str
    topic: str
    outcome: str
    answered_by: str
    """机器人, 人 or empty."""
    answered_at: dt.datetime | None
    satisfaction: int | None


class OpenRows:
    def __init__(self, session: Session) -> None:
        self._session = session

    def between(
        self, start: dt.datetime, end: dt.datetime, limit: int, after: tuple[dt.datetime, int] | None = None
    ) -> list[OpenRow]:
        """Those that count, opened from `start` up to, not including, `end`; oldest first; behind the row `after`, if
        one is named."""
        place = tuple_(Consultation.opened_at, Consultation.id)
        wanted = select(
            Consultation.id, Consultation.number, Consultation.opened_at, Consultation.channel, Consultation.village,
            Consultation.topic, Consultation.outcome, Consultation.answerer, Consultation.answered_at,
            Consultation.satisfaction,
        ).where(Consultation.opened_at >= start, Consultation.opened_at < end, counted())  # fmt: skip
        if after:
            wanted = wanted.where(place > tuple_(*after))
        rows = self._session.execute(wanted.order_by(Consultation.opened_at, Consultation.id).limit(limit))
        return [
            OpenRow(
                row.id, row.number, row.opened_at, row.channel, row.village, row.topic, row.outcome,
                _kind(row.answerer), row.answered_at, row.satisfaction,
            )
            for row in rows
        ]  # fmt: skip


def _kind(answerer: str) -> str:
    """Advisers' names stay in the office."""
    return "人" if answerer and answerer != BOT else answerer
