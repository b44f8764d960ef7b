"""The periods that figures are counted for: whole local days, with the last day kept as the day after it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bot.clock import SHANGHAI

EARLIEST, LATEST = 2000, 2199
LONGEST = dt.timedelta(days=366)
"""Between two chosen days; the figures of a longer time are looked at year by year."""


class PeriodFault(ValueError):
    """A period that is not counted, in Chinese, with what to do instead."""


@dataclass(frozen=True)
class Period:
    """From the first moment of `start` up to, not including, that of `end`, by the township's clocks."""

    start: dt.date
    end: dt.date

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        return cls(dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1))

    @classmethod
    def year(cls, year: int) -> "Period":
        return cls(dt.date(year, 1, 1), dt.date(year + 1, 1, 1))

    @classmethod
    def between(cls, first: dt.date, last: dt.date) -> "Period":
        """With both days. Raises PeriodFault when they are in the wrong order or too far apart."""
        if last < first:
            raise PeriodFault("止日早于起日，请对调")
        if not EARLIEST <= first.year <= last.year <= LATEST:
            raise PeriodFault(f"日期要在 {EARLIEST} 年到 {LATEST} 年之间")
        if last - first >= LONGEST:
            raise PeriodFault("起止日期最多相隔一年，更长的请一年一年看")
        return cls(first, last + dt.timedelta(days=1))

    @property
    def last(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    @property
    def title(self) -> str:
        """2026年、2026年11月, or both days."""
        if self == Period.year(self.start.year):
            return f"{self.start.year}年"
        if self == Period.month(self.start.year, self.start.month):
            return f"{self.start.year}年{self.start.month}月"
        return f"{self.start.isoformat()} 至 {self.last.isoformat()}"

    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """Its first moment and the first moment after it."""
        return _midnight(self.start), _midnight(self.end)

    def year_before(self) -> "Period":
        """The same days of the year before; 29 February becomes the 28th, and what ends with a month does so."""
        end = _year_before(self.end) if self.end.day == 1 else _year_before(self.last) + dt.timedelta(days=1)
        return Period(_year_before(self.start), end)

    def months(self) -> Iterator["Period"]:
        """Every month that has a day in it, whole."""
        year, month = self.start.year, self.start.month
        while dt.date(year, month, 1) < self.end:
            yield Period.month(year, month)
            year, month = year + month // 12, month % 12 + 1

    def holds(self, other: "Period") -> bool:
        return self.start <= other.start and other.end <= self.end


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def _year_before(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
