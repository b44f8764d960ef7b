"""A member's own account: the password and the second factor."""

import re
from typing import Annotated, Any

import pyotp
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.errors import AccountError
from bot.seal import MISSING, Seal
from bot.store import passwords
from bot.web import totp
from bot.web.auth import SESSION_COOKIE, Gate, Member, set_cookie
from bot.web.pages import ROOT, page

ACCOUNT = f"{ROOT}/account"
_SECRET = re.compile(r"[A-Z2-7]{32}")
_REFUSED = "现在的密码不对。连错 5 次要等 1 分钟才能再试，再错等得更久。"
_WRONG_CODE = "验证码不对，没有开启。请看手机上最新的 6 位数字，并检查手机时间是不是准的。"
_DONE = {
    "password": "密码改好了，别处的登录都已退出。",
    "on": "动态验证码已开启，下次登录要填。",
    "off": "动态验证码已关闭。",
}
Text = Annotated[str, Form()]


def router(gate: Gate, seal: Seal, issuer: str) -> APIRouter:
    """`issuer` is what authenticator apps show beside the code."""
    routes = APIRouter(prefix=ACCOUNT)
    SignedIn = Annotated[Member, Depends(gate.signed_in)]  # noqa: N806 - a type

    @routes.get("")
    def account_page(request: Request, member: SignedIn, done: str = "") -> Response:
        return _page(request, member, note=_DONE.get(done, ""))

    @routes.post("/password")
    def change_password(
        request: Request, member: SignedIn, current: Text = "", password: Text = "", again: Text = ""
    ) -> Response:
        login = _login_of(member)
        try:
            passwords.check_choice(password, again, login)
        except AccountError as error:
            return _page(request, member, 400, problem=str(error))
        if not gate.prove(login, current):
            return _page(request, member, 400, problem=_REFUSED)
        chosen = passwords.hash_of(password)
        with gate.database.unit() as unit:
            unit.accounts.set_password(member.account_id, chosen)
            unit.accounts.close_all(member.account_id)
            token = gate.enter(unit, request, member.account_id)
            unit.accounts.record(member.account_id, member.name, "修改密码", gate.now())
            unit.commit()
        return _done(request, "password", token)

    @routes.post("/totp")
    def totp_on(request: Request, member: SignedIn, secret: Text = "", code: Text = "") -> Response:
        sealed = seal.close(secret)
        step = totp.step_of(secret, code, gate.now()) if _SECRET.fullmatch(secret) else None
        with gate.database.unit() as unit:
            if unit.accounts.get(member.account_id).totp_secret:
                return RedirectResponse(ACCOUNT, 303)  # to change it takes the password, which turning it off asks for
            if step is not None and unit.accounts.use_code(member.account_id, step):
                unit.accounts.set_totp(member.account_id, sealed)
                unit.accounts.record(member.account_id, member.name, "开启动态验证码", gate.now())
                unit.commit()
                return _done(request, "on")
        return _page(request, member, 400, problem=_WRONG_CODE, secret=secret)

    @routes.post("/totp/off")
    def totp_off(request: Request, member: SignedIn, current: Text = "") -> Response:
        if not gate.prove(_login_of(member), current):
            return _page(request, member, 400, problem=_REFUSED)
        with gate.database.unit() as unit:
            unit.accounts.set_totp(member.account_id, "")
            token = gate.enter(unit, request, member.account_id)
            unit.accounts.record(member.account_id, member.name, "关闭动态验证码", gate.now())
            unit.commit()
        return _done(request, "off", token)

    def _login_of(member: Member) -> str:
        with gate.database.reading() as unit:
            return unit.accounts.get(member.account_id).login

    def _page(request: Request, member: Member, status: int = 200, secret: str = "", **values: Any) -> Response:
        """A secret that was shown is shown again after a wrong code, so that it need not be scanned twice."""
        with gate.database.reading() as unit:
            account = unit.accounts.get(member.account_id)
        offer: dict[str, Any] = {}
        if seal and not account.totp_secret:
            secret = secret if _SECRET.fullmatch(secret) else pyotp.random_base32()
            offer = {"secret": secret, "picture": totp.picture(secret, account.login, issuer)}
        return page(
            request, "account.html", status, member=member, login=account.login, has_totp=bool(account.totp_secret),
            missing="" if seal else MISSING, **offer, **values,
        )  # fmt: skip

    return routes


def _done(request: Request, what: str, token: str = "") -> Response:
    response = RedirectResponse(f"{ACCOUNT}?done={what}", 303)
    if token:
        set_cookie(request, response, SESSION_COOKIE, token)
    return response
