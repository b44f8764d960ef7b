"""Figures as they leave the office through the API: small ones, and those that would give them away, are kept back."""

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, Field

from bot.ledger.figures import MEDIATION_PARTS, MEDIATION_RULE, Mediation
from bot.period import Period
from bot.store.counting import Count, rule
from bot.store.reports import Report
from bot.suppression import RULE as SMALL_CELLS
from bot.suppression import SMALL, single, suppressed


class CountOut(BaseModel):
    """人次, 件 and 人 of one part; none where it is below 3, or could be used to work out one that is."""

    name: str = Field(examples=["邻里"])
    occasions: int | None = Field(description="人次；小于 3 或者能倒推的为空", examples=[12])
    matters: int | None = Field(description="件", examples=[10])
    people: int | None = Field(description="人，各部分不能相加", examples=[9])


class StatisticsOut(BaseModel):
    """Consultations of a year."""

    period: str = Field(examples=["2026年"])
    rule: str = Field(description="怎么数")
    total: CountOut
    by: dict[str, list[CountOut]] = Field(description="按月份、纠纷类型、村、渠道、结果、答复者；藏不住的表不给行")


class PartOut(BaseModel):
    name: str = Field(examples=["成功"])
    cases: int | None = Field(description="件；小于 3 或者能倒推的为空", examples=[118])


class MediationsOut(BaseModel):
    """Mediations accepted in a year."""

    period: str = Field(examples=["2026年"])
    rule: str = Field(description="怎么数")
    total: int | None = Field(description="受理件数", examples=[132])
    by: dict[str, list[PartOut]] = Field(description="按纠纷类型、协议形式、调解结果、调委会")


def statistics(period: Period, report: Report, window: dt.timedelta) -> StatisticsOut:
    whole = _figures(report.total)
    by = {}
    for title, groups in report.by.items():
        shown = suppressed({name: _figures(one) for name, one in groups.items()}, whole, 2).rows
        by[title] = [_counts(name, row) for name, row in shown.items()]
    total = _counts("合计", _alone(whole))
    return StatisticsOut(period=period.title, rule=f"{rule(window)}{SMALL_CELLS}", total=total, by=by)


def mediations(period: Period, counted: Mediation) -> MediationsOut:
    by = {}
    for key, title in MEDIATION_PARTS.items():
        shown = suppressed({name: (value,) for name, value in counted.by[key].items()}, (counted.total,), 1).rows
        by[title] = [PartOut(name=name, cases=_number(row[0])) for name, row in shown.items()]
    total = _number(single(counted.total))
    return MediationsOut(period=period.title, rule=f"{MEDIATION_RULE}{SMALL_CELLS}", total=total, by=by)


def _figures(one: Count) -> tuple[int, int, int]:
    return one.occasions, one.matters, one.people


def _alone(figures: Sequence[int]) -> tuple[str, ...]:
    """A row that stands alone: hidden as a whole when one of its figures is small."""
    return tuple(map(str, figures)) if min(figures) >= SMALL else ("",) * len(figures)


def _counts(name: str, row: Sequence[str]) -> CountOut:
    occasions, matters, people = map(_number, row)
    return CountOut(name=name, occasions=occasions, matters=matters, people=people)


def _number(text: str) -> int | None:
    """A figure as the suppression shows it; none for one that it hides."""
    return int(text) if text.isdecimal() else None
