"""The read-only JSON API for the county's platform: `/api/v1/…`.

Nothing here names a person or repeats anybody's words. Every answer carries an ETag; asked again with If-None-Match,
the answer to something unchanged is 304 without a body.
"""

import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import HTTPException, RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationInfo, field_validator
from starlette.exceptions import HTTPException as AnyHttpException

from bot.clock import SHANGHAI, Clock, local
from bot.errors import StoreError
from bot.ledger.figures import mediation
from bot.ledger.mediation import MEDIATION
from bot.period import EARLIEST, LATEST, Period
from bot.store.clients import SCOPES, Client
from bot.store.counting import ACCOUNT
from bot.store.database import Database
from bot.store.openrows import OpenRow
from bot.store.records import Wanted
from bot.store.reports import DIMENSIONS
from bot.web import api_figures
from bot.web.api_figures import MediationsOut, StatisticsOut

ROOT = "/api/v1"
_MOST = 500
_FIRST, _LAST = dt.date(1950, 1, 1), dt.date(2199, 12, 31)
"""Nothing is recorded outside of these."""


class Problem(BaseModel):
    """Why a call was refused, in words for the people at the other end."""

    model_config = ConfigDict(json_schema_extra={"example": {"error": "令牌不对，或者已经过期、停用"}})

    error: str


_EXAMPLE: dict[str, JsonValue] = {
    "number": "2026-000023", "opened_at": "2026-03-08T10:12:00+08:00", "channel": "公众号", "village": "示范村",
    "topic": "邻里", "outcome": "当场答复", "answered_by": "机器人", "hours_to_answer": 0.0, "satisfaction": 5,
}  # fmt: skip


class ConsultationOut(BaseModel):
    """One consultation without identity or content."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    number: str
    opened_at: dt.datetime = Field(description="北京时间")
    channel: str
    village: str = Field(description="不知道的为空")
    topic: str
    outcome: str
    answered_by: str = Field(description="机器人、人，还没有答复的为空")
    hours_to_answer: float | None = Field(description="从提问到答复的小时数，一位小数；手工登记的没有")
    satisfaction: int | None = Field(description="1 到 5；没有评价的为空")


class ConsultationPage(BaseModel):
    items: list[ConsultationOut]
    next: str | None = Field(
        description="取下一页时放进 after；没有下一页为空", examples=["MjAyNi0wMy0wOFQwMjoxMjowMC8yMw"]
    )


_REFUSALS: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "没有令牌，或者令牌不对"},
    403: {"model": Problem, "description": "令牌没有这个范围"},
    404: {"model": Problem, "description": "没有这一页"},
    422: {"model": Problem, "description": "参数不对"},
    503: {"model": Problem, "description": "数据库太忙，过一会儿再试"},
}


class OfYear(BaseModel):
    """Which year. A parameter that is not there is refused: who asks for a month must not be given a year for it."""

    model_config = ConfigDict(extra="forbid")

    year: int = Field(ge=EARLIEST, le=LATEST, description="年份", examples=[2026])


class Between(BaseModel):
    """From which day to which, and which page of it."""

    model_config = ConfigDict(extra="forbid")

    start: dt.date = Field(description="从这一天起", examples=["2026-01-01"])
    end: dt.date = Field(description="到这一天止，含当天；不能早于 start", examples=["2026-12-31"])
    after: str = Field("", description="上一页的 next", max_length=200)
    limit: int = Field(100, ge=1, le=_MOST, description="一页几行")

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: dt.date, so_far: ValidationInfo) -> dt.date:
        if (start := so_far.data.get("start")) and end < start:
            raise ValueError
        return end


_UNCHANGED: dict[int | str, dict[str, object]] = {304: {"description": "和 If-None-Match 里的一样，没有变化"}}


def api(database: Database, clock: Clock, township: str, window: dt.timedelta) -> FastAPI:
    """The application to be mounted at `ROOT`."""
    web = FastAPI(
        title=f"{township}法律咨询数据接口", version="1", docs_url=None, redoc_url=None,
        description="只读。数字怎么数见各表的说明。人次、件、人是三个不同的数，不能相加。", servers=[{"url": ROOT}],
    )  # fmt: skip
    bearer = HTTPBearer(auto_error=False, description="legalbot api add 给出的令牌")

    def client_for(scope: str) -> Callable[..., Client]:
        def client_of(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Client:
            with database.reading() as unit:
                client = unit.clients.find(credentials.credentials, clock()) if credentials else None
            if not client:
                headers = {"WWW-Authenticate": "Bearer"}
                raise HTTPException(401, "没有令牌，或者令牌不对、已经过期、停用。请向司法所要新的", headers)
            if scope not in client.scopes:
                raise HTTPException(403, f"这个令牌不能读“{SCOPES[scope]}”")
            return client

        return client_of

    @web.exception_handler(AnyHttpException)
    async def refused(_request: Request, fault: AnyHttpException) -> Response:
        own = str(fault.detail)  # the framework's own words are English
        words = {404: "没有这个地址", 405: "这个接口只读，只接受 GET"}.get(fault.status_code, "这样调用不行")
        return JSONResponse({"error": words if own.isascii() else own}, fault.status_code, fault.headers)

    @web.exception_handler(RequestValidationError)
    async def misread(_request: Request, fault: RequestValidationError) -> Response:
        names = "、".join(sorted({str(error["loc"][-1]) for error in fault.errors()}))
        return JSONResponse(
            {"error": f"参数不对：{names}。有哪些参数、怎么写，见 openapi.json"},
            422,
        )

    @web.exception_handler(StoreError)
    async def too_busy(_request: Request, _fault: StoreError) -> Response:
        return JSONResponse({"error": "数据库太忙，请过一会儿再试"}, 503, {"Retry-After": "5"})

    @web.get(
        "/consultations", responses={**_REFUSALS, **_UNCHANGED}, response_model=ConsultationPage,
        summary="一段时间里的咨询，一件一行，从早到晚",
    )  # fmt: skip
    def consultations(
        _client: Annotated[Client, Depends(client_for("consultations"))],
        wanted: Annotated[Between, Query()], if_none_match: Annotated[str, Header()] = "",
    ) -> Response:  # fmt: skip
        limit, after = wanted.limit, _place(wanted.after) if wanted.after else None
        with database.reading() as unit:
            rows = unit.open_rows.between(
                _midnight(wanted.start), _midnight(wanted.end) + dt.timedelta(days=1), limit + 1, after
            )
        more = _cursor(rows[limit - 1]) if len(rows) > limit else None
        return _answer(ConsultationPage(items=[_out(row) for row in rows[:limit]], next=more), if_none_match)

    @web.get(
        "/statistics", responses={**_REFUSALS, **_UNCHANGED}, response_model=StatisticsOut,
        summary="一年的咨询：人次、件、人，按月和各种分类",
    )  # fmt: skip
    def statistics(
        _client: Annotated[Client, Depends(client_for("statistics"))], wanted: Annotated[OfYear, Query()],
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:  # fmt: skip
        period = Period.year(wanted.year)
        with database.reading() as unit:
            report = unit.reports.period(*period.bounds(), window, tuple(DIMENSIONS))
        return _answer(api_figures.statistics(period, report, window), if_none_match)

    @web.get(
        "/mediations", responses={**_REFUSALS, **_UNCHANGED}, response_model=MediationsOut,
        summary="一年里受理的调解",
    )  # fmt: skip
    def mediations(
        _client: Annotated[Client, Depends(client_for("mediations"))], wanted: Annotated[OfYear, Query()],
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:  # fmt: skip
        period = Period.year(wanted.year)
        with database.reading() as unit:
            counted = mediation(unit.records.each(Wanted(MEDIATION.slug, period.start, period.end)))
        return _answer(api_figures.mediations(period, counted), if_none_match)

    return web


def _answer(body: BaseModel, if_none_match: str) -> Response:
    content = body.model_dump_json().encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def _out(row: OpenRow) -> ConsultationOut:
    timed = row.channel == ACCOUNT  # of what was entered by hand only the day is known
    hours = round((row.answered_at - row.opened_at) / dt.timedelta(hours=1), 1) if timed and row.answered_at else None
    return ConsultationOut(
        number=row.number, opened_at=local(row.opened_at), channel=row.channel, village=row.village, topic=row.topic,
        outcome=row.outcome, answered_by=row.answered_by, hours_to_answer=hours, satisfaction=row.satisfaction,
    )  # fmt: skip


def _cursor(row: OpenRow) -> str:
    place = f"{row.opened_at.isoformat()}/{row.id}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[dt.datetime, int]:
    """Raises HTTPException 404 for a text that no page gave out."""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        moment, _, number = place.partition("/")
        found = dt.datetime.fromisoformat(moment).astimezone(dt.UTC), int(number)
    except (binascii.Error, ValueError, OverflowError):
        found = None
    if not found or not 0 < found[1] < 2**31:
        raise HTTPException(404, "没有这一页，after 请原样用上一页的 next")
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(min(max(day, _FIRST), _LAST), dt.time(), SHANGHAI)
