"""Who is signed in, what they may do, and that a form was sent from one of our pages."""

import datetime as dt
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.exceptions import HTTPException

from bot.clock import Clock
from bot.store.accounts import Account, check_password
from bot.store.callers import ATTEMPTS
from bot.store.database import Database, Unit
from bot.web.pages import ROOT, within

_log = logging.getLogger(__name__)

LOGIN_PAGE = f"{ROOT}/login"
HOME = ROOT
"""Where a member arrives who did not ask for another page."""

SESSION_COOKIE = "legalbot_session"
VISITOR_COOKIE = "legalbot_visitor"
OFFICE = ("staff", "admin")
"""Roles that see to what concerns the whole township."""
_READING = ("GET", "HEAD")


class TooMany(Exception):
    """Too many attempts to sign in from one network address; they may go on after `wait`."""

    def __init__(self, wait: dt.timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True)
class Member:
    """Somebody who is signed in."""

    account_id: int
    name: str
    role: str
    adviser_id: int | None
    csrf: str = field(repr=False)
    stuck: int = 0
    """How many answers and notices are stuck; counted for those who see to them."""


async def form_token(request: Request) -> str:
    """The hidden field `csrf` of the form that was sent; empty for a page that is only read."""
    if request.method in _READING:
        return ""
    value = (await request.form()).get("csrf")
    return value if isinstance(value, str) else ""


FormToken = Annotated[str, Depends(form_token)]


class Gate:
    """Dependencies for the endpoints of the workbench."""

    def __init__(self, database: Database, now: Clock, uncollected: dt.timedelta) -> None:
        """An answer that nobody has picked up for `uncollected` is stuck."""
        self.database = database
        self.now = now
        self._uncollected = uncollected

    def uncollected_since(self) -> dt.datetime:
        return self.now() - self._uncollected

    def signed_in(self, request: Request, csrf: FormToken) -> Member:
        """The member; others are sent to sign in. A form without the member's own `csrf` is refused with 403."""
        token, now = session_token(request), self.now()
        with self.database.reading() as unit:
            visit = unit.accounts.find(token, now) if token else None
            stuck = unit.outbox.stuck_count(self.uncollected_since()) if visit and visit.account.role in OFFICE else 0
        if not visit:
            raise HTTPException(303, headers={"Location": _sign_in_first(request)})
        if request.method not in _READING and not _same(csrf, visit.csrf):
            raise HTTPException(403, "这一页放得太久，或者不是从工作台打开的。请回到工作台重新打开再提交。")
        if visit.stale:
            with self.database.unit() as unit:
                unit.accounts.seen(token, now)
                unit.commit()
        account = visit.account
        return Member(account.id, account.name, account.role, account.adviser_id, visit.csrf, stuck)

    def allowed(self, *roles: str) -> Callable[[Member], Member]:
        """A dependency as `signed_in` that refuses other roles with 403."""

        def member_of(member: Annotated[Member, Depends(self.signed_in)]) -> Member:
            if member.role not in roles:
                raise HTTPException(403)
            return member

        return member_of

    def let_through(self, request: Request) -> None:
        """Count an attempt to sign in from this network address. Raises TooMany when there have been too many."""
        now = self.now()
        with self.database.unit() as unit:
            failed, until = unit.callers.attempt(address(request), now)
            if failed == ATTEMPTS + 1:
                unit.accounts.record(None, "登录页", "一个网络地址连错太多，暂停登录", now)
            unit.commit()
        if failed > ATTEMPTS:
            _log.warning("sign-in refused: too many attempts from one address")
            raise TooMany(until - now)

    def prove(self, login: str, password: str) -> Account | None:
        """Whose password this is. Every call counts as an attempt until a session is opened. Raises Busy."""
        with self.database.unit() as unit:
            account = unit.accounts.attempt(login, self.now())
            unit.commit()
        # Outside any transaction: comparing takes long, and everybody else would wait for it.
        if check_password(account, password):
            return account
        _log.warning("sign-in refused account=%s", account.id if account else "none, or locked")
        if account:
            with self.database.unit() as unit:
                unit.accounts.record(
                    account.id, account.name, "密码不对", self.now(), detail=f"连续第 {account.failed} 次"
                )
                unit.commit()
        return None

    def enter(self, unit: Unit, request: Request, account_id: int) -> str:
        """A new session in place of the one this browser had, if any; the token for its cookie."""
        unit.accounts.close(session_token(request))
        return unit.accounts.open(account_id, self.now())


def visitor(request: Request, csrf: FormToken) -> str:
    """The `csrf` for forms of people who are not signed in: a random value that a cookie of theirs repeats."""
    known = request.cookies.get(VISITOR_COOKIE, "")
    if request.method not in _READING and not _same(csrf, known):
        raise HTTPException(403, "这一页放得太久，或者浏览器不收 cookie。请重新打开登录页再试，并允许 cookie。")
    return known or secrets.token_urlsafe(24)


def address(request: Request) -> str:
    """Where a request comes from; the server takes `X-Forwarded-For` from a proxy on loopback."""
    return request.client.host if request.client else ""


def session_token(request: Request) -> str:
    return request.cookies.get(SESSION_COOKIE, "")


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Gone when the browser closes. Scripts and other sites' forms do not get it.

    The server takes `X-Forwarded-Proto` from a proxy on loopback, so that the scheme is the one the browser used.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=secure)


def local_path(wanted: str) -> str:
    """`wanted` if it is a page of the workbench, else the first page: nobody is led to another site."""
    safe = wanted.isprintable() and "\\" not in wanted and within(wanted.split("?", maxsplit=1)[0])
    return wanted if safe else HOME


def _sign_in_first(request: Request) -> str:
    if request.method not in _READING:
        return LOGIN_PAGE
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{LOGIN_PAGE}?next={quote(wanted, safe='/')}"


def _same(given: str, known: str) -> bool:
    return bool(known) and hmac.compare_digest(given.encode(), known.encode())
