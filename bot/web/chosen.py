"""Which period somebody wants to see, as addresses say it."""

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from fastapi.exceptions import HTTPException

from bot.clock import Clock, local
from bot.period import EARLIEST, LATEST, Period, PeriodFault

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
                return Period.year(_in_range(dt.date(int(year), 1, 1)).year)
            if month:
                day = _in_range(dt.date.fromisoformat(f"{month}-01"))
                return Period.month(day.year, day.month)
        except PeriodFault as fault:
            raise HTTPException(422, f"日期不对：{fault}。") from fault
        except (ValueError, OverflowError) as fault:
            raise HTTPException(422, "日期不对：请写成 2026-11、2026 或者起止两个日期。") from fault
        today = local(self._clock()).date()
        return Period.month(today.year, today.month)


def query(period: Period, **more: str | int) -> str:
    """The part of an address behind the question mark."""
    return urlencode({"first": period.start.isoformat(), "last": period.last.isoformat(), **more})


def _in_range(day: dt.date) -> dt.date:
    if not EARLIEST <= day.year <= LATEST:
        raise PeriodFault(f"日期要在 {EARLIEST} 年到 {LATEST} 年之间")
    return day
