"""Signing in and out, and choosing a password by a one-time link."""

import datetime as dt
import math
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.errors import AccountError
from bot.seal import Seal
from bot.store import passwords
from bot.store.accounts import Account
from bot.store.database import Unit
from bot.web import totp
from bot.web.auth import (
    LOGIN_PAGE,
    SESSION_COOKIE,
    VISITOR_COOKIE,
    Gate,
    Member,
    TooMany,
    address,
    local_path,
    session_token,
    set_cookie,
    visitor,
)  # fmt: skip
from bot.web.pages import ROOT, page

_WRONG = (
    "登录名、密码或动态验证码不对。连错 5 次要等 1 分钟才能再试，再错等得更久，最久 1 小时。"
    "忘了密码或换了手机，请找管理员要新的登录链接。"
)
_READY = "密码设好了，请登录。"
Text = Annotated[str, Form()]
Visitor = Annotated[str, Depends(visitor)]


def router(gate: Gate, seal: Seal) -> APIRouter:
    routes = APIRouter(prefix=ROOT)

    @routes.get("/login")
    def login_page(request: Request, csrf: Visitor, next: str = "", ready: str = "") -> Response:
        return _form(request, "login.html", csrf, next=local_path(next), login="", note=_READY if ready else "")

    @routes.post("/login")
    def sign_in(
        request: Request, csrf: Visitor, login: Text = "", password: Text = "", code: Text = "",
        next: Text = "",
    ) -> Response:  # fmt: skip
        try:
            gate.let_through(request)
        except TooMany as refused:
            return _too_many(request, refused.wait)
        account = gate.prove(login, password)
        fresh = passwords.hash_of(password) if account and passwords.outdated(account.password_hash) else ""
        with gate.database.unit() as unit:
            if account and _second_factor(unit, account, code):
                token = gate.enter(unit, request, account.id)
                if fresh:
                    unit.accounts.set_password(account.id, fresh)
                unit.callers.forgive(address(request), gate.now())
                unit.accounts.record(account.id, account.name, "登录", gate.now())
                unit.commit()
                response = RedirectResponse(local_path(next), 303)
                set_cookie(request, response, SESSION_COOKIE, token)
                return response
        return _form(request, "login.html", csrf, 401, next=local_path(next), login=login, problem=_WRONG)

    def _second_factor(unit: Unit, account: Account, code: str) -> bool:
        if not account.totp_secret:
            return True
        step = totp.step_of(seal.open(account.totp_secret), code, gate.now())
        if step is not None and unit.accounts.use_code(account.id, step):
            return True
        unit.accounts.record(account.id, account.name, "动态验证码不对", gate.now())
        unit.commit()
        return False

    @routes.post("/logout")
    def sign_out(request: Request, member: Annotated[Member, Depends(gate.signed_in)]) -> Response:
        with gate.database.unit() as unit:
            unit.accounts.close(session_token(request))
            unit.accounts.record(member.account_id, member.name, "退出", gate.now())
            unit.commit()
        response = RedirectResponse(LOGIN_PAGE, 303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response

    @routes.get("/setup/{token}")
    def setup_page(request: Request, csrf: Visitor, token: str) -> Response:
        with gate.database.reading() as unit:
            account = unit.accounts.by_link(token, gate.now())
        return _form(request, "setup.html", csrf, login=account.login)

    @routes.post("/setup/{token}")
    def set_up(request: Request, csrf: Visitor, token: str, password: Text = "", again: Text = "") -> Response:
        with gate.database.reading() as unit:
            account = unit.accounts.by_link(token, gate.now())
        try:
            passwords.check_choice(password, again, account.login)
        except AccountError as error:
            return _form(request, "setup.html", csrf, 400, login=account.login, problem=str(error))
        chosen = passwords.hash_of(password)
        with gate.database.unit() as unit:
            account = unit.accounts.set_up(token, chosen, gate.now())
            unit.accounts.record(account.id, account.name, "用链接设置密码", gate.now())
            unit.commit()
        return RedirectResponse(f"{LOGIN_PAGE}?ready=1", 303)

    return routes


def _too_many(request: Request, wait: dt.timedelta) -> Response:
    minutes = math.ceil(wait / dt.timedelta(minutes=1))
    text = f"从您这里的网络登录，连错太多次了。请等 {minutes} 分钟再试。忘了密码，请找管理员要新的登录链接。"
    response = page(request, "problem.html", 429, text=text)
    response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return response


def _form(request: Request, template: str, csrf: str, status: int = 200, **values: Any) -> Response:
    response = page(request, template, status, csrf=csrf, **values)
    set_cookie(request, response, VISITOR_COOKIE, csrf)
    return response
