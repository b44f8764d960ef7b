"""Working time in the township: office hours, weekends, public holidays and the working weekends that pay for them."""

import datetime as dt
import logging
from collections.abc import Collection
from dataclasses import dataclass

import chinese_calendar

from bot.clock import SHANGHAI, local

_log = logging.getLogger(__name__)
_LONGEST_BREAK = dt.timedelta(days=60)


@dataclass(frozen=True)
class OfficeTime:
    """When the office is open.

    Public holidays and working weekends are those the State Council announces, as the calendar library knows them;
    `holidays` and `workdays` are the township's own, which come first. In a year that is not announced yet, Monday to
    Friday are working days.
    """

    opens: dt.time
    closes: dt.time
    holidays: Collection[dt.date] = ()
    workdays: Collection[dt.date] = ()

    def works_on(self, day: dt.date) -> bool:
        if day in self.workdays or day in self.holidays:
            return day in self.workdays
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5

    def is_open(self, moment: dt.datetime) -> bool:
        here = local(moment)
        return self.works_on(here.date()) and self.opens <= here.time() < self.closes

    def after(self, moment: dt.datetime, work: dt.timedelta) -> dt.datetime:
        """The moment by which so much office time has passed, as an aware moment. Raises ValueError when the office
        does not open for two months, which only the township's own holidays can bring about."""
        left, day = work, local(moment).date()
        while day - local(moment).date() < _LONGEST_BREAK:
            if self.works_on(day):
                start = max(moment, dt.datetime.combine(day, self.opens, SHANGHAI))
                end = dt.datetime.combine(day, self.closes, SHANGHAI)
                if start + left <= end:
                    return start + left
                left -= max(end - start, dt.timedelta())
            day += dt.timedelta(days=1)
        raise ValueError("calendar.holidays 里连续两个月没有上班的日子，请核对")
