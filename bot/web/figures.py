"""The figures of the office: /staff, its charts, and the rows behind every figure."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import HTTPException

from bot.agenda import owed_by
from bot.clock import Clock, local
from bot.ledger.figures import MEDIATION_PARTS, MEDIATION_RULE, Mediation, duties, mediation
from bot.ledger.mediation import MEDIATION
from bot.period import Period
from bot.store.counting import rule
from bot.store.database import Database, Unit
from bot.store.figures import RULE as SERVICE_RULE
from bot.store.figures import Service
from bot.store.records import Wanted
from bot.store.reports import DIMENSIONS, Report
from bot.suppression import RULE as PUBLIC_RULE
from bot.web import charts, rows
from bot.web.auth import Gate, Member
from bot.web.chosen import Chooser, query
from bot.web.numbers import PageNumber
from bot.web.pages import page
from bot.web.tables import Sheet, counted, mediated, rate, rows_link, served

PARTS = tuple(one for one in DIMENSIONS if one != "month")
T = TypeVar("T")


@dataclass(frozen=True)
class Counting:
    """How the office counts, as the operator set it."""

    window: dt.timedelta
    villages: Sequence[str]
    visits_a_month: int


@dataclass(frozen=True)
class PeriodFigures:
    period: Period
    report: Report
    service: Service
    mediation: Mediation


def router(database: Database, gate: Gate, clock: Clock, counting: Counting) -> APIRouter:
    routes = APIRouter(prefix="/staff")
    Staff = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type
    Chosen = Annotated[Period, Depends(Chooser(clock))]  # noqa: N806
    Public = Annotated[bool, Query()]  # noqa: N806

    @routes.get("")
    def figures(request: Request, member: Staff, period: Chosen, public: Public = False) -> Response:
        may_leave(period, public=public)
        year = year_of(period)
        dimensions = tuple(DIMENSIONS) if year == period else PARTS
        now, before = of_two_years(period, lambda unit, one: figures_of(unit, one, dimensions))
        reports = (period, now.report), (before.period, before.report)
        sheets = {
            by: counted(DIMENSIONS[by], by, *reports, public=public, chart=by if by in ("topic", "village") else "")
            for by in PARTS
        }
        mediations = (period, now.mediation), (before.period, before.mediation)
        with database.reading() as unit:
            owed = [] if public else duties(
                unit.records.each(Wanted("visit", period.start, period.end)), owed_by(unit, counting.villages),
                counting.visits_a_month, period, local(clock()).date(),
            )  # fmt: skip
        by_mediation = [
            mediated(by, *mediations, public=public, chart="mediation" if by == "result" else "")
            for by in MEDIATION_PARTS
        ]
        return page(
            request, "figures.html", member=member, period=period, before=before.period, year=year, public=public,
            link=query(period, **({"public": 1} if public else {})), plain=query(period),
            outside=query(Period.year(period.start.year), public=1), sheets=sheets,
            months=counted(DIMENSIONS["month"], "month", *reports, public=public, chart="month")
            if year == period else months_of(year, public=public),
            service=served((period, now.service), (before.period, before.service), public=public),
            service_rule=SERVICE_RULE, mediations=by_mediation, mediation_rule=MEDIATION_RULE,
            rates=[
                (one.title, rate(one, found, other, public=public))
                for (one, found), (_, other) in (mediations, mediations[::-1])
            ],
            duties=owed,
            minimum=counting.visits_a_month, rule=rule(counting.window), public_rule=PUBLIC_RULE,
            visits_link=lambda duty: rows_link(period, "visits", adviser=duty.adviser, village=duty.village),
        )  # fmt: skip

    @routes.get("/charts/{name}.svg", dependencies=[Depends(gate.allowed("staff", "admin"))])
    def chart(name: str, period: Chosen, public: Public = False) -> Response:
        """Raises 404 for a chart that there is not."""
        may_leave(period, public=public)
        before, year = period.year_before(), year_of(period)
        if name in ("topic", "village"):
            now, then = of_two_years(period, lambda unit, one: report(unit, one, (name,)))
            sheet = counted(DIMENSIONS[name], name, (period, now), (before, then), public=public)
            return charts.bars(sheet, f"{period.title}咨询，按{DIMENSIONS[name]}（人次）")
        if name == "month":
            sheet = months_of(year, public=public)
            return charts.columns(sheet, f"{year.title}各月咨询（人次）", year.title, year.year_before().title)
        if name == "mediation":
            found, last = of_two_years(period, mediations_of)
            sheet = mediated("result", (period, found), (before, last), public=public)
            return charts.bars(sheet, f"{period.title}调解结果（件）")
        raise HTTPException(404)

    @routes.get("/rows")
    def behind(
        request: Request, member: Staff, period: Chosen, wanted: Annotated[rows.Wanted, Depends()],
        number: PageNumber = 1,
    ) -> Response:  # fmt: skip
        with database.reading() as unit:
            listed = rows.listed(unit, period, counting.window, wanted, number)
        return page(
            request, "figure_rows.html", member=member, period=period, listed=listed, page=number,
            more=listed.total > number * rows.ON_A_PAGE, back=query(period),
            query=query(period, **wanted.given()) + "&", rule=rule(counting.window),
        )  # fmt: skip

    def of_two_years(period: Period, work: Callable[[Unit, Period], T]) -> list[T]:
        """The same for a period and the one a year before."""
        with database.reading() as unit:
            return [work(unit, one) for one in (period, period.year_before())]

    def figures_of(unit: Unit, period: Period, dimensions: Sequence[str]) -> PeriodFigures:
        service = unit.figures.service(*period.bounds())
        return PeriodFigures(period, report(unit, period, dimensions), service, mediations_of(unit, period))

    def report(unit: Unit, period: Period, dimensions: Sequence[str]) -> Report:
        return unit.reports.period(*period.bounds(), counting.window, dimensions)

    def months_of(year: Period, *, public: bool) -> Sheet:
        now, before = of_two_years(year, lambda unit, one: report(unit, one, ("month",)))
        sides = (year, now), (year.year_before(), before)
        return counted(DIMENSIONS["month"], "month", *sides, public=public, chart="month")

    def mediations_of(unit: Unit, period: Period) -> Mediation:
        return mediation(unit.records.each(Wanted(MEDIATION.slug, period.start, period.end)))

    return routes


def may_leave(period: Period, *, public: bool) -> None:
    """Raises HTTPException: what is hidden in a month stands in the difference of the year and its other months."""
    if public and period != Period.year(period.start.year):
        raise HTTPException(422, "对外公开只给整年的表，里面有各月的数。请选一年")


def year_of(period: Period) -> Period:
    """What the table of months is about: a period of several months itself, else its whole year."""
    return period if len(list(period.months())) > 1 else Period.year(period.start.year)
