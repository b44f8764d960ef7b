"""The rows behind a figure: as many as the figure says."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from fastapi.exceptions import HTTPException

from bot.ledger.figures import MEDIATION_PARTS, part_of, visits
from bot.ledger.mediation import RESULTS
from bot.lifecycle import State
from bot.period import Period
from bot.store import records
from bot.store.database import Unit
from bot.store.figures import KINDS
from bot.store.records import Record
from bot.store.reports import DIMENSIONS, UNITS, Share
from bot.web.ledgers import BOOKS_PAGE
from handlers.phrases import STATES, moment

ON_A_PAGE = 50
_STATES = {**STATES, State.WITHDRAWN: "居民撤回了"}
Words = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True)
class Wanted:
    """Which figure, as its link says."""

    figure: Words = ""
    by: Words = ""
    of: Words = ""
    adviser: Words = ""
    village: Words = ""

    def given(self) -> dict[str, str]:
        return {key: value for key, value in vars(self).items() if value}


@dataclass(frozen=True)
class Line:
    number: str
    link: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """One page of the rows, and how many there are in all."""

    title: str
    heads: tuple[str, ...]
    lines: list[Line]
    total: int


def listed(unit: Unit, period: Period, window: dt.timedelta, wanted: Wanted, page: int) -> Listed:
    """Raises 404 for a figure that there is not."""
    if wanted.figure in UNITS and wanted.by in ("", *DIMENSIONS):
        return _occasions(unit, period, window, wanted, page)
    if wanted.figure in (*KINDS, "timed"):
        return _consultations(unit, period, wanted.figure, page)
    if wanted.figure in ("mediation", "ended") and wanted.by in ("", *MEDIATION_PARTS):
        return _mediations(unit, period, wanted, page)
    if wanted.figure == "visits":
        return _visits(unit, period, wanted, page)
    raise HTTPException(404)


def _occasions(unit: Unit, period: Period, window: dt.timedelta, wanted: Wanted, page: int) -> Listed:
    share = Share(wanted.figure, wanted.by, wanted.of)
    bounds = period.bounds()
    found = unit.reports.behind(*bounds, window, share, ON_A_PAGE, _offset(page))
    lines = [
        _consultation(
            one.number, moment(one.said_at), one.topic, one.village, one.channel, one.outcome, one.answerer
        ) for one in found
    ]  # fmt: skip
    part = f"，{DIMENSIONS[wanted.by]}：{wanted.of}" if wanted.by else ""
    what = "每人只列第一次" if wanted.figure == "people" else "时间是这一次开口的时间"
    heads = ("编号", "时间", "纠纷类型", "村", "渠道", "结果", "答复者")
    return Listed(f"{UNITS[wanted.figure]}{part}（{what}）", heads, lines, unit.reports.size(*bounds, window, share))


def _consultations(unit: Unit, period: Period, kind: str, page: int) -> Listed:
    bounds = period.bounds()
    lines = [
        _consultation(one.number, moment(one.opened_at), one.topic, one.village, one.answerer,
                      _STATES[State(one.state)], str(one.satisfaction or ""))
        for one in unit.figures.behind(*bounds, kind, ON_A_PAGE, _offset(page))
    ]  # fmt: skip
    title = KINDS[kind][0] if kind in KINDS else "顾问答复过的（算首次答复用时）"
    heads = ("编号", "提问时间", "纠纷类型", "村", "答复人", "现在", "满意度")
    return Listed(title, heads, lines, unit.figures.size(*bounds, kind))


def _mediations(unit: Unit, period: Period, wanted: Wanted, page: int) -> Listed:
    rows = [
        one
        for one in unit.records.each(records.Wanted("mediation", period.start, period.end))
        if (wanted.figure != "ended" or one.row.get("result") in RESULTS)
        and (not wanted.by or part_of(one, wanted.by) == wanted.of)
    ]
    part = f"，{MEDIATION_PARTS[wanted.by]}：{wanted.of}" if wanted.by else ""
    title = "调解，已结束的" if wanted.figure == "ended" else f"调解{part}"
    heads = ("卷号", "受理日期", *MEDIATION_PARTS.values())
    return _page(title, heads, rows, page, lambda one: tuple(part_of(one, by) for by in MEDIATION_PARTS))


def _visits(unit: Unit, period: Period, wanted: Wanted, page: int) -> Listed:
    rows = [
        one
        for one in visits(unit.records.each(records.Wanted("visit", period.start, period.end)))
        if wanted.adviser in ("", one.row.get("adviser")) and wanted.village in ("", one.village)
    ]
    heads = ("编号", "日期", "村", "顾问")
    return _page("顾问进村", heads, rows, page, lambda one: (one.village, str(one.row.get("adviser") or "")))


def _page(
    title: str, heads: tuple[str, ...], rows: list[Record], page: int, texts: Callable[[Record], tuple[str, ...]]
) -> Listed:
    shown = rows[_offset(page) : _offset(page) + ON_A_PAGE]
    lines = [Line(one.number, f"{BOOKS_PAGE}/{one.book}/{one.id}", (one.day.isoformat(), *texts(one))) for one in shown]
    return Listed(title, heads, lines, len(rows))


def _consultation(number: str, *texts: str) -> Line:
    return Line(number, f"/workbench/c/{number}", texts)


def _offset(page: int) -> int:
    return (page - 1) * ON_A_PAGE
