"""Where a resident consents to be told of an answer: to the platform's page and back (一次性订阅消息).

Source: the platform's document 一次性订阅消息. Nobody signs in here; a token that was given in the chat, and the OpenID
that the platform sends back, say whose consultation it is.
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.clock import Clock
from bot.config import Settings
from bot.store.database import Database
from bot.store.subscriptions import scene_of
from handlers import phrases

_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><p>{text}</p></html>'
)
Word = Annotated[str, Query(max_length=200)]


def router(database: Database, settings: Settings, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/wx")
    account, site = settings.wechat, settings.workbench.public_url

    @routes.get("/notify/{token}")
    def ask(token: str) -> Response:
        with database.reading() as unit:
            case_id = unit.subscriptions.open(token, clock())
        if case_id is None:
            return said(phrases.NOTIFY_SPENT, 410)
        asked = {
            "action": "get_confirm", "appid": account.app_id, "scene": scene_of(case_id),
            "template_id": account.subscription_template, "redirect_url": f"{site}/wx/notified", "reserved": token,
        }  # fmt: skip
        return RedirectResponse(f"{account.mp_base_url}/mp/subscribemsg?{urlencode(asked)}#wechat_redirect", 302)

    @routes.get("/notified")
    def answered(reserved: Word = "", action: Word = "", openid: Word = "", template_id: Word = "") -> Response:
        if action != "confirm":
            return said(phrases.NOTIFY_OFF)
        with database.unit() as unit:
            good = template_id == account.subscription_template and unit.subscriptions.grant(reserved, openid, clock())
            unit.commit()
        return said(phrases.NOTIFY_ON) if good else said(phrases.NOTIFY_SPENT, 410)

    return routes


def said(text: str, status: int = 200) -> Response:
    """A page of one sentence, which nobody keeps: its address held a token."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(_PAGE.format(title=phrases.NOTIFY_TITLE, text=text), status, headers)
