"""The yearly report on a page: its text, the rows behind each figure, what to look into, and both files."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from bot.annual import Annual, Yearly
from bot.clock import Clock, local
from bot.ledger import documents, sheets
from bot.ledger.yearly import ROUNDING_RULE
from bot.store.database import Database
from bot.web.auth import Gate, Member
from bot.web.pages import download, page

Year = Annotated[int, Path(ge=2000, le=2199)]
Rate = Annotated[int | None, Query(ge=0, le=100)]


def router(database: Database, annual: Annual, gate: Gate, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/staff/report")
    Office = Annotated[Member, Depends(gate.allowed("staff", "admin"))]  # noqa: N806 - it is a type

    def made(year: int, rate: int | None = None) -> Yearly:
        with database.reading() as unit:
            return annual.report(unit, year, rate)

    @routes.get("")
    def this_year(_member: Office) -> RedirectResponse:
        return RedirectResponse(f"/staff/report/{local(clock()).year}", 303)

    @routes.get("/{year}")
    def show(request: Request, member: Office, year: Year, rate: Rate = None) -> Response:
        return page(
            request, "yearly.html", member=member, report=made(year, rate), rounding=ROUNDING_RULE, rate=rate,
            this_year=local(clock()).year,
        )  # fmt: skip

    @routes.get("/{year}/rows/{figure}")
    def rows(request: Request, member: Office, year: Year, figure: str) -> Response:
        """The rows of the ledger that a figure was counted from."""
        report = made(year)
        found = report.figures.get(figure)
        if not found or found.book not in report.rows:
            raise HTTPException(404)
        counted = set(found.numbers)
        lines = [line for line in report.rows[found.book] if line.number in counted]
        return page(request, "yearly_rows.html", member=member, report=report, figure=found, lines=lines)

    @routes.get("/{year}/report.docx")
    def word(_member: Office, year: Year, rate: Rate = None) -> Response:
        return download(partial(annual.document, made(year, rate)), documents.MIME, f"{year}年报告.docx")

    @routes.get("/{year}/report.xlsx")
    def excel(member: Office, year: Year) -> Response:
        with database.unit() as unit:
            unit.accounts.record(member.account_id, member.name, f"导出{year}年台账", clock())
            unit.commit()
        return download(partial(annual.workbook, made(year)), sheets.MIME, f"{year}年台账.xlsx")

    return routes
