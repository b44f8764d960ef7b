"""Figures for a period, counted in the database by the rules in `counting`, which stay the definition."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from bot.clock import local, month_bounds
from bot.store.counting import ADVISER, BOT, NOBODY, NONE, Count, Word
from bot.store.dialect import seconds_before
from bot.store.intake import counted
from bot.store.models import Consultation, Turn

DIMENSIONS = {
    "topic": "纠纷类型", "village": "村", "channel": "渠道", "month": "月份", "outcome": "结果", "answerer": "答复者",
}  # fmt: skip
"""What figures are told apart by, and its name in Chinese."""
UNITS = {"occasions": "人次", "matters": "件", "people": "人"}
NO_VILLAGE = "未说明"
_TOTAL = "合计"


@dataclass(frozen=True)
class Report:
    """Counts of one period; `by` holds a table for each attribute, in Chinese."""

    start: dt.datetime
    end: dt.datetime
    window: dt.timedelta
    total: Count
    by: dict[str, dict[str, Count]]


@dataclass(frozen=True)
class Share:
    """Which of a period's counts: the `unit` of UNITS, all of them or those whose `by` of DIMENSIONS is `of`."""

    unit: str
    by: str = ""
    of: str = ""


@dataclass(frozen=True)
class Occasion:
    """A row behind a figure."""

    number: str
    said_at: dt.datetime
    topic: str
    village: str
    channel: str
    outcome: str
    answerer: str


class Reports:
    def __init__(self, session: Session) -> None:
        self._session = session

    def period(
        self, start: dt.datetime, end: dt.datetime, window: dt.timedelta,
        dimensions: Collection[str] = tuple(DIMENSIONS),
    ) -> Report:  # fmt: skip
        """Everything that residents began from `start` up to, not including, `end`."""
        begun = _beginnings(start, end, window)
        parts = [_counted(begun, _TOTAL, literal(_TOTAL)), *(_counted(begun, one, begun.c[one]) for one in dimensions)]
        found: dict[str, dict[str, Count]] = {one: {} for one in (_TOTAL, *dimensions)}
        for dimension, name, *figures in self._session.execute(union_all(*parts)):
            found[dimension][name] = Count(*figures)
        by = {DIMENSIONS[one]: _ordered(found[one], in_time=one == "month") for one in dimensions}
        return Report(start, end, window, found[_TOTAL].get(_TOTAL, NONE), by)

    def words(self, start: dt.datetime, end: dt.datetime) -> list[Word]:
        """What residents said, for the pure functions."""
        said = _words(start, end)
        rows = self._session.execute(
            select(
                said.c.resident, said.c.consultation, _opens(said) == 1, said.c.said_at, said.c.topic, said.c.village,
                said.c.channel, said.c.outcome, said.c.answerer, said.c.turn,
            )
        )  # fmt: skip
        return [Word(*row) for row in rows]

    def behind(
        self, start: dt.datetime, end: dt.datetime, window: dt.timedelta, share: Share, limit: int, offset: int = 0
    ) -> list[Occasion]:
        """The very rows that were counted, oldest first: of 人, each person's first."""
        begun = _share(_beginnings(start, end, window), share)
        rows = self._session.execute(
            select(
                Consultation.number, begun.c.said_at, begun.c.topic, begun.c.village, begun.c.channel,
                begun.c.outcome, begun.c.answerer,
            )
            .join(begun, begun.c.consultation == Consultation.id)
            .order_by(begun.c.said_at, begun.c.consultation, begun.c.turn)
            .limit(limit).offset(offset)
        )  # fmt: skip
        return [Occasion(*row) for row in rows]

    def size(self, start: dt.datetime, end: dt.datetime, window: dt.timedelta, share: Share) -> int:
        """How many rows `behind` has in all."""
        begun = _share(_beginnings(start, end, window), share)
        return self._session.scalar(select(func.count()).select_from(begun)) or 0


def _words(start: dt.datetime, end: dt.datetime) -> CTE:
    answerer = case(
        (Consultation.answered_at.is_(None), NOBODY), (Consultation.answerer == BOT, BOT), else_=ADVISER
    )  # fmt: skip
    return (
        select(
            Consultation.resident_id.label("resident"), Consultation.id.label("consultation"),
            Turn.id.label("turn"), Turn.said_at.label("said_at"), Consultation.topic.label("topic"),
            case((Consultation.village == "", NO_VILLAGE), else_=Consultation.village).label("village"),
            Consultation.channel.label("channel"), Consultation.outcome.label("outcome"), answerer.label("answerer"),
        )
        .join(Turn.consultation)
        .where(Turn.author == "resident", Turn.said_at >= start, Turn.said_at < end, counted())
        .cte("words")
    )  # fmt: skip


def _beginnings(start: dt.datetime, end: dt.datetime, window: dt.timedelta) -> CTE:
    """`counting.occasions` of the period, with `opens`: 1 for the first words of a consultation."""
    said = _words(start - window, end)
    before = func.lag(said.c.said_at).over(
        partition_by=(said.c.resident, said.c.topic), order_by=(said.c.said_at, said.c.consultation, said.c.turn)
    )
    after = select(said, before.label("before")).cte("after")
    seconds = round(window.total_seconds())
    return (
        select(after, _month(after.c.said_at, start, end).label("month"), _opens(after).label("opens"))
        .where(after.c.said_at >= start)
        .where(after.c.before.is_(None) | (after.c.before <= seconds_before(after.c.said_at, seconds)))
        .cte("begun")
    )


def _opens(said: CTE) -> ColumnElement[int]:
    earlier = aliased(Turn)
    known = select(earlier.id).where(earlier.consultation_id == said.c.consultation, earlier.id < said.c.turn)
    return case((exists(known), 0), else_=1)


def _month(moment: ColumnElement[dt.datetime], start: dt.datetime, end: dt.datetime) -> ColumnElement[str]:
    """Local months by their bounds, which needs neither database to know the township's time."""
    cases = []
    first = local(start)
    year, month = first.year, first.month
    while (bounds := month_bounds(year, month))[0] < end:
        cases.append((moment < bounds[1], f"{year}-{month:02d}"))
        year, month = year + month // 12, month % 12 + 1
    return case(*cases, else_="")


def _counted(begun: CTE, dimension: str, name: ColumnElement[Any]) -> Select[Any]:
    return select(
        literal(dimension), name, func.count(), func.coalesce(func.sum(begun.c.opens), 0),
        func.count(begun.c.resident.distinct()),
    ).group_by(name)  # fmt: skip


def _ordered(groups: dict[str, Count], *, in_time: bool) -> dict[str, Count]:
    if in_time:
        return dict(sorted(groups.items()))
    return dict(sorted(groups.items(), key=lambda item: (-item[1].occasions, item[0])))


def _share(begun: CTE, share: Share) -> CTE:
    own = select(begun)
    if share.by:
        own = own.where(begun.c[share.by] == share.of)
    if share.unit == "matters":
        own = own.where(begun.c.opens == 1)
    if share.unit != "people":
        return own.cte("own")
    part = own.cte("part")
    turn = func.row_number().over(
        partition_by=part.c.resident, order_by=(part.c.said_at, part.c.consultation, part.c.turn)
    )
    ranked = select(part, turn.label("visit")).cte("ranked")
    return select(ranked).where(ranked.c.visit == 1).cte("own")
