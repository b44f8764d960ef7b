"""Figures of the ledgers as pure functions over their rows."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.ledger.fields import Row
from bot.ledger.mediation import RESULTS, SUCCESS
from bot.period import Period

RUNNING = "还在调解"
NO_FORM = "还没有登记"
MEDIATION_PARTS = {"topic": "纠纷类型", "form": "协议形式", "result": "调解结果", "committee": "调委会"}
MEDIATION_RULE = (
    "按受理日期统计，一件纠纷一行，作废的不计。各栏相加等于总件数。调成率=成功÷已结束，四舍五入到百分之一。"
)


class Line(Protocol):
    """A record of a ledger, as far as it is counted."""

    @property
    def day(self) -> dt.date: ...
    @property
    def village(self) -> str: ...
    @property
    def row(self) -> Row: ...


L = TypeVar("L", bound=Line)


@dataclass(frozen=True)
class Mediation:
    total: int
    by: dict[str, dict[str, int]]
    """By the keys of MEDIATION_PARTS."""

    @property
    def ended(self) -> int:
        return sum(self.by["result"].get(one, 0) for one in RESULTS)

    @property
    def succeeded(self) -> int:
        return self.by["result"].get(SUCCESS, 0)

    @property
    def rate(self) -> int | None:
        """调成率, in percent, halves rounded up; None while none has ended."""
        return percent(self.succeeded, self.ended) if self.ended else None


def percent(part: int, whole: int) -> int:
    """Halves rounded up; 0 of nothing."""
    return (part * 200 + whole) // (whole * 2) if whole else 0


def part_of(line: Line, by: str) -> str:
    """In which part of a table a mediation stands; it has a form of agreement when it has ended, not before."""
    if by == "form" and line.row.get("result") not in RESULTS:
        return NO_FORM
    empty = {"result": RUNNING, "form": NO_FORM}.get(by, "未说明")
    return str(line.row.get(by) or empty)


def mediation(lines: Iterable[Line]) -> Mediation:
    """Most first."""
    counters: dict[str, Counter[str]] = {by: Counter() for by in MEDIATION_PARTS}
    total = 0
    for line in lines:
        total += 1
        for by, counter in counters.items():
            counter[part_of(line, by)] += 1
    return Mediation(
        total, {by: dict(sorted(one.items(), key=lambda item: (-item[1], item[0]))) for by, one in counters.items()}
    )


@dataclass(frozen=True)
class Duty:
    """What an adviser owes a village and did."""

    adviser: str
    village: str
    visits: int
    owed: int
    """In the whole months of the period that have begun."""
    missing: int
    """Each month by itself: two visits in one do not stand in for another."""


def visits(lines: Iterable[L]) -> list[L]:
    """One of each adviser, day and village: the visits as they are counted."""
    found: dict[tuple[object, ...], L] = {}
    for line in lines:
        found.setdefault((line.row.get("adviser"), line.day, line.village), line)
    return list(found.values())


def duties(
    lines: Iterable[Line], owed_by: Sequence[tuple[str, str]], minimum: int, period: Period, today: dt.date
) -> list[Duty]:
    """Every (adviser, village) that is owed or was visited; who is behind comes first."""
    months = [month for month in period.months() if period.holds(month) and month.start <= today]
    done: Counter[tuple[str, str]] = Counter()
    monthly: Counter[tuple[str, str, dt.date]] = Counter()
    for line in visits(lines):
        key = (str(line.row.get("adviser") or ""), line.village)
        done[key] += 1
        monthly[*key, line.day.replace(day=1)] += 1
    pairs = list(dict.fromkeys([*owed_by, *sorted(done)]))
    owing = set(owed_by)

    def duty(adviser: str, village: str) -> Duty:
        due = minimum if (adviser, village) in owing else 0
        missing = sum(max(0, due - monthly[adviser, village, month.start]) for month in months)
        return Duty(adviser, village, done[adviser, village], due * len(months), missing)

    return sorted((duty(*pair) for pair in pairs), key=lambda one: (-one.missing, one.adviser, one.village))
