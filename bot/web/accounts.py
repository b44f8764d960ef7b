"""Accounts of the workbench, for the administrator: the same as `legalbot staff`."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from bot.errors import AccountError
from bot.store.accounts import ROLES, SETUP_LIFE, Account
from bot.store.database import Unit
from bot.web.auth import Gate, Member
from bot.web.numbers import Id
from bot.web.office import Name, Text, act
from bot.web.pages import ROOT, page

ACCOUNTS = f"{ROOT}/accounts"


def router(gate: Gate, public_url: str) -> APIRouter:
    """`public_url` is the site's address; when it is empty, the one by which the administrator came."""
    routes = APIRouter(prefix=ACCOUNTS)
    Admin = Annotated[Member, Depends(gate.allowed("admin"))]  # noqa: N806 - a type

    @routes.get("")
    def listing(request: Request, member: Admin, said: str = "") -> Response:
        with gate.database.reading() as unit:
            rows, advisers = unit.accounts.all(), unit.advisers.all()
            people = {one.id: one.name for one in [*advisers, *unit.advisers.switched_off()]}
        return page(
            request, "accounts.html", member=member, rows=rows, advisers=advisers, people=people, roles=ROLES,
            now=gate.now(), said=said,
        )  # fmt: skip

    @routes.post("")
    def add(member: Admin, login: Name, name: Name, role: Text, adviser: Text = "") -> RedirectResponse:
        def work(unit: Unit) -> str:
            adviser_id = unit.advisers.named(adviser).id if adviser else None
            return unit.accounts.add(login, name, role, gate.now(), adviser_id).login

        return act(gate, member, ACCOUNTS, "登记账号", work)

    @routes.post("/{account_id}/link")
    def link(request: Request, member: Admin, account_id: Id) -> Response:
        """The only time that a link is shown: of what is kept it cannot be told."""
        with gate.database.unit() as unit:
            account = account_for(unit, account_id)
            token = unit.accounts.new_link(account.id, gate.now())
            unit.accounts.record(member.account_id, member.name, "发登录链接", gate.now(), detail=account.login)
            unit.commit()
        site = public_url or str(request.base_url).rstrip("/")
        return page(
            request, "account_link.html", member=member, account=account, url=f"{site}{ROOT}/setup/{token}",
            until=gate.now() + SETUP_LIFE,
        )  # fmt: skip

    @routes.post("/{account_id}/off")
    def off(member: Admin, account_id: Id) -> RedirectResponse:
        return change(member, account_id, "停用账号", lambda unit: unit.accounts.deactivate(account_id))

    @routes.post("/{account_id}/unlock")
    def unlock(member: Admin, account_id: Id) -> RedirectResponse:
        return change(member, account_id, "解锁账号", lambda unit: unit.accounts.unlock(account_id), own=True)

    @routes.post("/{account_id}/totp/off")
    def totp_off(member: Admin, account_id: Id) -> RedirectResponse:
        return change(member, account_id, "取消动态验证码", lambda unit: unit.accounts.set_totp(account_id, ""))

    def change(
        member: Member, account_id: int, action: str, how: Callable[[Unit], None], *, own: bool = False
    ) -> RedirectResponse:
        """`own`: also of the administrator's own account."""

        def work(unit: Unit) -> str:
            account = account_for(unit, account_id)
            if account.id == member.account_id and not own:
                raise AccountError("不能对自己的账号这样做。要停用，请另一位管理员来办；动态验证码在“我的账号”里关")
            how(unit)
            return account.login

        return act(gate, member, ACCOUNTS, action, work)

    return routes


def account_for(unit: Unit, account_id: int) -> Account:
    """Raises HTTPException 404 for one that is not there."""
    found = next((one for one in unit.accounts.all() if one.id == account_id), None)
    if not found:
        raise HTTPException(404, "没有这个账号。请回到账号名单再看。")
    return found
