"""The same days of the year before."""

import datetime as dt

import pytest

from bot.period import Period


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2024-02-29", "2024-02-29", "2023-02-28 至 2023-02-28"),
        ("2024-02-01", "2024-02-29", "2023年2月"),
        ("2025-02-01", "2025-02-28", "2024年2月"),
        ("2024-02-10", "2024-03-10", "2023-02-10 至 2023-03-10"),
        ("2026-01-01", "2026-12-31", "2025年"),
    ],
)
def test_the_same_days_of_the_year_before(first: str, last: str, before: str) -> None:
    period = Period.between(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert period.year_before().title == before
