"""Figures as tables: beside each of them the same figure of the year before, and a link to the rows behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.ledger.figures import MEDIATION_PARTS, Mediation
from bot.period import Period
from bot.store.counting import Count
from bot.store.figures import KINDS, Service
from bot.store.reports import UNITS, Report
from bot.suppression import KEPT_BACK, LESS, SMALL, as_it_is, single, suppressed
from bot.web.chosen import query

TOTAL = "合计"


@dataclass(frozen=True)
class Cell:
    text: str
    link: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table of the page."""

    title: str
    heads: tuple[str, ...]
    rows: dict[str, list[Cell]]
    chart: str = ""
    withheld: bool = False
    """Shown to outsiders it would tell too much."""
    note: str = field(default="", kw_only=True)


def _figures(one: Count) -> tuple[int, ...]:
    return (one.occasions, one.matters, one.people)


_NO_COUNT = (0, 0, 0)


def rows_link(period: Period, figure: str, **more: str) -> str:
    return f"/staff/rows?{query(period, figure=figure, **more)}"


def counted(
    title: str, by: str, now: tuple[Period, Report], before: tuple[Period, Report], *, public: bool, chart: str = ""
) -> Sheet:
    """人次, 件 and 人 by a dimension; months of the two years stand beside each other."""
    (period, report), (earlier, last) = now, before
    these = {name: _figures(one) for name, one in report.by[title].items()}
    those = {name: _figures(one) for name, one in last.by[title].items()}
    if by == "month":
        these = {f"{month.start:%Y-%m}": these.get(f"{month.start:%Y-%m}", _NO_COUNT) for month in period.months()}
        those = {f"{int(name[:4]) + 1}{name[4:]}": row for name, row in those.items()}
    names = list(dict.fromkeys([*these, *those]))

    def cells(when: Period, own: Mapping[str, tuple[int, ...]], total: Count) -> tuple[dict[str, list[Cell]], bool]:
        rows = {name: own.get(name, _NO_COUNT) for name in names}
        table = suppressed(rows, _figures(total), 2) if public else as_it_is(rows, _figures(total))
        shown = {**table.rows, TOTAL: table.total}
        return {
            name: [
                Cell(text, "" if public else rows_link(when, unit, **_part(by, _own_name(by, name, when, period))))
                for unit, text in zip(UNITS, texts, strict=True)
            ]
            for name, texts in shown.items()
        }, bool(rows) and not table.rows

    left, hidden = cells(period, these, report.total)
    right, hidden_before = cells(earlier, those, last.total)
    return _beside(title, tuple(UNITS.values()), left, right, names, hidden or hidden_before, chart)


def mediated(
    by: str, now: tuple[Period, Mediation], before: tuple[Period, Mediation], *, public: bool, chart: str = ""
) -> Sheet:
    """件 by a part."""
    names = list(dict.fromkeys([*now[1].by[by], *before[1].by[by]]))

    def cells(when: Period, found: Mediation) -> tuple[dict[str, list[Cell]], bool]:
        rows = {name: (found.by[by].get(name, 0),) for name in names}
        table = suppressed(rows, (found.total,), 1) if public else as_it_is(rows, (found.total,))
        return {
            name: [Cell(text, "" if public else rows_link(when, "mediation", **_part(by, name)))]
            for name, (text,) in {**table.rows, TOTAL: table.total}.items()
        }, bool(rows) and not table.rows

    (left, hidden), (right, hidden_before) = cells(*now), cells(*before)
    return _beside(MEDIATION_PARTS[by], ("件",), left, right, names, hidden or hidden_before, chart)


def rate(period: Period, found: Mediation, other: Mediation, *, public: bool) -> list[Cell]:
    """已结束, 成功 and 调成率. For outside only where the table of results, with the year `other` beside it, hides
    none: a hidden result could be worked out from how many have ended."""
    if found.rate is None:
        return [Cell(single(0) if public else "0")] * 2 + [Cell(KEPT_BACK)]
    if public:
        names = {*found.by["result"], *other.by["result"]}
        table = suppressed({name: (found.by["result"].get(name, 0),) for name in names}, (found.total,), 1)
        if not table.rows or any(not text.isdigit() for (text,) in table.rows.values()):
            return [Cell(KEPT_BACK)] * 3
        return [Cell(str(found.ended)), Cell(str(found.succeeded)), Cell(f"{found.rate}%")]
    ended, succeeded = rows_link(period, "ended"), rows_link(period, "mediation", by="result", of="成功")
    return [Cell(str(found.ended), ended), Cell(str(found.succeeded), succeeded), Cell(f"{found.rate}%", ended)]


def served(now: tuple[Period, Service], before: tuple[Period, Service], *, public: bool) -> dict[str, list[Cell]]:
    """Rows of the table of service: this period, the year before."""
    columns = [_service(*one, public=public) for one in (now, before)]
    return {name: [column[name] for column in columns] for name in columns[0]}


def _service(period: Period, found: Service, *, public: bool) -> dict[str, Cell]:
    figures = {kind: str(number) for kind, number in found.numbers.items()}
    if public:
        parts = {kind: (found.numbers[kind],) for kind in ("bot", "adviser", "none")}
        table = suppressed(parts, (found.numbers["all"],), 1)
        figures = {kind: single(number) for kind, number in found.numbers.items()}
        figures |= {kind: table.rows[kind][0] if table.rows else KEPT_BACK for kind in parts}
        # All of these are among the consultations without an answer, or tell how many are not.
        figures |= {kind: KEPT_BACK for kind in ("waiting", "handed") if not figures["none"].isdigit()}
    cells = {
        name: Cell(f"{figures[kind]} 宗" if figures[kind] != KEPT_BACK else KEPT_BACK,
                   "" if public else rows_link(period, kind))
        for kind, (name, _) in KINDS.items()
    }  # fmt: skip
    link = "" if public else rows_link(period, "timed")
    told = not public or found.timed >= SMALL
    rated = not public or found.numbers["rated"] >= SMALL
    return {
        **cells,
        "首次答复用时（中位数）": Cell(_number(found.median_hours if told else None, "小时"), link),
        "首次答复用时（九成在此以内）": Cell(_number(found.ninetieth_hours if told else None, "小时"), link),
        "满意度（5 最满意）": Cell(
            _number(found.satisfaction if rated else None, "分"), "" if public else rows_link(period, "rated")
        ),
    }


def _number(value: float | None, unit: str) -> str:
    return "—" if value is None else f"{value:.1f} {unit}"


def _part(by: str, name: str) -> dict[str, str]:
    return {} if name == TOTAL else {"by": by, "of": name}


def _own_name(by: str, name: str, when: Period, period: Period) -> str:
    """The month of the year before stands in the row of its successor."""
    if by != "month" or name == TOTAL or when == period:
        return name
    return f"{int(name[:4]) - 1}{name[4:]}"


def _beside(
    title: str, units: Sequence[str], left: dict[str, list[Cell]], right: dict[str, list[Cell]],
    names: Iterable[str], hidden: bool, chart: str,
) -> Sheet:  # fmt: skip
    rows = {} if hidden else {name: left[name] + right[name] for name in names}
    rows[TOTAL] = left[TOTAL] + right[TOTAL]
    heads = (*units, *(f"上年同期{unit}" for unit in units))
    nothing = all(cell.text in ("0", LESS, KEPT_BACK) for cell in rows[TOTAL])  # a picture of it would say no more
    return Sheet(title, heads, rows, "" if hidden or nothing else chart, hidden)
