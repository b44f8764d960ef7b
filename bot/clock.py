"""The clock that is passed in, and the township's calendar."""

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Returns the present moment, aware, in UTC."""

SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time without daylight saving, so that no time-zone database is needed."""


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    """The moment as a clock in the township shows it."""
    return moment.astimezone(SHANGHAI)


def month_bounds(year: int, month: int) -> tuple[dt.datetime, dt.datetime]:
    """First moment of a local month and first moment after it."""
    first = dt.datetime(year, month, 1, tzinfo=SHANGHAI)
    after = dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=SHANGHAI)
    return first, after
