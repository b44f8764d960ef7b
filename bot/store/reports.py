"""Figures for a period, counted from the records by the rules in `counting`."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.counting import Count, Word, count, count_by, occasions
from bot.store.intake import counted
from bot.store.models import Consultation, Turn


@dataclass(frozen=True)
class Report:
    """Counts of one period; `by` holds a table for each attribute, in Chinese."""

    start: dt.datetime
    end: dt.datetime
    window: dt.timedelta
    total: Count
    by: dict[str, dict[str, Count]]


class Reports:
    def __init__(self, session: Session) -> None:
        self._session = session

    def period(self, start: dt.datetime, end: dt.datetime, window: dt.timedelta) -> Report:
        """Everything that residents began from `start` up to, not including, `end`."""
        words = self._words(start - window, end)
        rows = [word for word in occasions(words, window) if start <= word.said_at < end]
        by = {
            "纠纷类型": count_by(rows, lambda row: row.topic),
            "村": count_by(rows, lambda row: row.village or "未说明"),
            "渠道": count_by(rows, lambda row: row.channel),
            "结果": count_by(rows, lambda row: row.outcome),
        }
        return Report(start, end, window, count(rows), by)

    def _words(self, start: dt.datetime, end: dt.datetime) -> list[Word]:
        first = (
            select(Turn.consultation_id, func.min(Turn.id).label("turn_id")).group_by(Turn.consultation_id).subquery()
        )
        rows = self._session.execute(
            select(
                Consultation.resident_id, Consultation.id, first.c.turn_id.is_not(None), Turn.said_at,
                Consultation.topic, Consultation.village, Consultation.channel, Consultation.outcome,
            )
            .join(Turn.consultation)
            .outerjoin(first, first.c.turn_id == Turn.id)
            .where(Turn.author == "resident", Turn.said_at >= start, Turn.said_at < end, counted())
        )  # fmt: skip
        return [Word(*row) for row in rows]
