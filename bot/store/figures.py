"""How consultations were dealt with: who answered, how soon, how well. Each consultation counts once, by its number."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from bot.lifecycle import WAITING, Happened, State
from bot.store.consultations import Case, case_of
from bot.store.counting import ACCOUNT, BOT
from bot.store.intake import counted
from bot.store.models import Consultation, Event

_DONE = Consultation.answered_at.is_not(None)
KINDS: dict[str, tuple[str, ColumnElement[bool] | None]] = {
    "all": ("咨询", None),
    "bot": ("机器人答复", and_(_DONE, Consultation.answerer == BOT)),
    "adviser": ("顾问答复", and_(_DONE, Consultation.answerer != BOT)),
    "none": ("没有答复", Consultation.answered_at.is_(None)),
    "handed": ("转交过顾问", Consultation.escalated_at.is_not(None)),
    "waiting": ("现在还等着答复", Consultation.state.in_((*WAITING, State.WORDLESS))),
    "rated": ("评过满意度", Consultation.satisfaction.is_not(None)),
}
"""bot, adviser and none add up to all."""
RULE = (
    "按提问时间统计，每个编号算一宗，不合并。机器人答复、顾问答复、没有答复三项相加等于咨询总宗数；没有答复的包括居民自己撤回的。"
    "首次答复用时从转给顾问起算（直接找顾问的从提问起算），到顾问第一次答复为止，撤回重写的也按第一次；只算公众号来的，手工登记的没有钟点。"
)


@dataclass(frozen=True)
class Service:
    """Of the consultations opened in a period."""

    numbers: dict[str, int]
    """By KINDS."""
    timed: int
    """How many from the account a person answered, however often."""
    median_hours: float | None
    ninetieth_hours: float | None
    satisfaction: float | None


class Figures:
    def __init__(self, session: Session) -> None:
        self._session = session

    def service(self, start: dt.datetime, end: dt.datetime) -> Service:
        sums = [
            func.count() if wanted is None else func.coalesce(func.count().filter(wanted), 0)
            for _, wanted in KINDS.values()
        ]
        found = self._session.execute(
            select(*sums, func.avg(Consultation.satisfaction)).where(*_opened(start, end))
        ).one()
        hours = self._first_answers(start, end)
        mean = found[-1]
        return Service(
            dict(zip(KINDS, found[:-1], strict=True)), len(hours), percentile(hours, 0.5), percentile(hours, 0.9),
            None if mean is None else float(mean),
        )  # fmt: skip

    def behind(self, start: dt.datetime, end: dt.datetime, kind: str, limit: int, offset: int = 0) -> list[Case]:
        """The consultations counted as this kind, oldest first; "timed" are those a person answered at some time."""
        rows = self._session.scalars(
            self._of_kind(select(Consultation), start, end, kind)
            .order_by(Consultation.opened_at, Consultation.id).limit(limit).offset(offset)
        )  # fmt: skip
        return [case_of(row) for row in rows]

    def size(self, start: dt.datetime, end: dt.datetime, kind: str) -> int:
        return self._session.scalar(self._of_kind(select(func.count(Consultation.id)), start, end, kind)) or 0

    def _of_kind(self, statement: Any, start: dt.datetime, end: dt.datetime, kind: str) -> Any:
        statement = statement.where(*_opened(start, end))
        if kind == "timed":
            return statement.where(_from_account(), _first(Happened.ANSWERED).is_not(None))
        _, wanted = KINDS[kind]
        return statement if wanted is None else statement.where(wanted)

    def _first_answers(self, start: dt.datetime, end: dt.datetime) -> list[float]:
        """Hours, shortest first."""
        answered = _first(Happened.ANSWERED)
        rows = self._session.execute(
            select(Consultation.opened_at, _first(Happened.ESCALATED), answered)
            .where(*_opened(start, end), _from_account(), answered.is_not(None))
        )  # fmt: skip
        waited = [answer - (handed if handed and handed <= answer else opened) for opened, handed, answer in rows]
        return sorted(one.total_seconds() / 3600 for one in waited)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of them does not exceed; the median of two is the first."""
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else None


def _from_account() -> ColumnElement[bool]:
    """Of what was entered by hand only the day is known."""
    return Consultation.channel == ACCOUNT


def _opened(start: dt.datetime, end: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return Consultation.opened_at >= start, Consultation.opened_at < end, counted()


def _first(happened: Happened) -> Any:
    return (
        select(func.min(Event.at))
        .where(Event.consultation_id == Consultation.id, Event.kind == happened)
        .scalar_subquery()
    )
