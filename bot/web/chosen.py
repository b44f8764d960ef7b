"""Which period somebody wants to see, as addresses say it."""

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from fastapi.exceptions import HTTPException

from bot.clock import Clock, local
from bot.period import EARLIEST, LATEST, Period

Words = Annotated[str, Query(max_length=10)]


class Chooser:
    """A dependency: ?month=2026-11, ?year=2026 or ?first=2026-11-01&last=2026-11-22; without any, this month."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, month: Words = "", year: Words = "", first: Words = "", last: Words = "") -> Period:
        try:
            if first or last:
                return Period.between(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
            if year:
                return _in_range(Period.year(int(year)))
            if month:
                day = dt.date.fromisoformat(f"{month}-01")
                return _in_range(Period.month(day.year, day.month))
        except ValueError as fault:
            own = str(fault)
            text = "请写成 2026-11、2026 或者起止两个日期" if own.isascii() else own
            raise HTTPException(422, f"日期不对：{text}。") from fault
        today = local(self._clock()).date()
        return Period.month(today.year, today.month)


def query(period: Period, **more: str | int) -> str:
    """The part of an address behind the question mark."""
    return urlencode({"first": period.start.isoformat(), "last": period.last.isoformat(), **more})


def _in_range(period: Period) -> Period:
    if not EARLIEST <= period.start.year <= LATEST:
        raise ValueError(f"日期要在 {EARLIEST} 年到 {LATEST} 年之间")
    return period
