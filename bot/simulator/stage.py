"""The demo's page: a phone on the left, the raw call and the bot's reasons on the right."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Body, FastAPI
from fastapi.responses import HTMLResponse

from bot.simulator.platform import Exchange, Platform

_PAGE = Path(__file__).parent / "phone.html"
_TAP = re.compile(
    r"&lt;a href=&quot;weixin://bizmsgmenu\?msgmenucontent=(?P<send>[^&]*)&amp;msgmenuid=1&quot;&gt;(?P<label>.*?)&lt;/a&gt;"
)
_LONGEST = 2000


def app(platform: Platform, explain: Callable[[str, str], dict[str, Any]]) -> FastAPI:
    """`explain(openid, message_id)` tells what the bot recorded about a message."""
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @web.get("/", response_class=HTMLResponse)
    def page() -> str:
        return _PAGE.read_text(encoding="utf-8")

    @web.post("/say")
    def say(
        openid: str = Body(pattern="^demo[A-Za-z0-9]{1,40}$"), text: str = Body(max_length=_LONGEST)
    ) -> dict[str, Any]:
        exchange = platform.event(openid, "subscribe") if text == "/follow" else platform.say(openid, text)
        return _shown(exchange, explain(openid, exchange.message_id))

    return web


def _shown(exchange: Exchange, trace: dict[str, Any]) -> dict[str, Any]:
    return {
        "reply": clickable(exchange.reply),
        "milliseconds": round(exchange.seconds * 1000, 1),
        "attempts": exchange.attempts,
        "request": f"POST /wechat?{exchange.query}\n\n{exchange.body}",
        "plain": exchange.xml,
        "answer": exchange.answer,
        "trace": trace,
    }


def clickable(reply: str) -> str:
    """A reply as safe HTML in which the platform's clickable words are buttons; everything else is text."""
    return _TAP.sub(
        lambda match: f'<button type="button" class="tap" data-send="{match["send"]}">{match["label"]}</button>',
        html.escape(reply),
    )
