"""The platform's API on loopback: tokens, customer-service messages, menu, codes and media, with failures on demand."""

import json
import secrets
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Body, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from bot.simulator.account import OK, Answer, menu_fault, refused_media, scene_code

ROBOT_KEY = "demo-group"


Failure = int | Literal["closed", "lost"]
"""An error code; or the connection ends without an answer, before the message was taken or after it."""


class Cut(Response):
    """An answer that ends after its headers: the server drops the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await send({"type": "http.response.start", "status": self.status_code, "headers": []})


@dataclass
class Api:
    """What the API has seen and how it shall behave.

    `failures` are for the next calls, in order; when there are none, `weather` is asked at each send, with "push",
    "subscription" or "robot". `expires_in` are the seconds a token is good for; `media` is what residents sent: (type,
    bytes) by id.
    """

    app_id: str
    app_secret: str
    failures: deque[Failure] = field(default_factory=deque)
    weather: Callable[[str], Failure | None] = lambda _way: None
    expires_in: int = 7200
    token_requests: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    said_in_group: list[str] = field(default_factory=list)
    consents: list[tuple[str, str, str]] = field(default_factory=list)
    """One-time subscriptions that are not spent: (OpenID, template, scene)."""
    notified: list[dict[str, Any]] = field(default_factory=list)
    menu: dict[str, Any] = field(default_factory=dict)
    codes: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def refusal(self, access_token: str) -> Answer | None:
        """A failure on demand, or a token that is not good."""
        if self.failures and isinstance(self.failures[0], int):
            return {"errcode": self.failures.popleft(), "errmsg": "failed on demand"}
        return None if access_token == self.token else {"errcode": 40001, "errmsg": "invalid credential"}

    def app(self) -> FastAPI:
        web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

        @web.post("/cgi-bin/stable_token")
        def stable_token(request: dict[str, Any] = Body()) -> dict[str, Any]:  # noqa: B008
            with self.lock:
                self.token_requests += 1
                if request.get("appid") != self.app_id:
                    return {"errcode": 40013, "errmsg": "invalid appid"}
                if request.get("secret") != self.app_secret:
                    return {"errcode": 40125, "errmsg": "invalid appsecret"}
                if request.get("force_refresh"):
                    self.token = secrets.token_urlsafe(32)
                return {"access_token": self.token, "expires_in": self.expires_in}

        @web.post("/cgi-bin/message/custom/send", response_model=None)
        async def send(request: Request, access_token: str = "") -> Answer | Cut:
            # Clients of the platform send JSON without saying so, and the platform takes it.
            message = json.loads(await request.body())

            def take() -> Answer:
                if access_token != self.token:
                    return {"errcode": 40001, "errmsg": "invalid credential"}
                self.sent.append(message)
                return OK

            return self._take("push", take)

        @web.get("/mp/subscribemsg")
        def consent_page(
            redirect_url: str, template_id: str, scene: str, reserved: str, openid: str, tapped: str
        ) -> Response:
            """The page on which a resident consents. The platform knows who has it open, and what they tap (confirm or
            cancel); here the caller says so."""
            if tapped == "confirm":
                self.consents.append((openid, template_id, scene))
            back = {
                "openid": openid,
                "template_id": template_id,
                "scene": scene,
                "reserved": reserved,
                "action": tapped,
            }
            return RedirectResponse(f"{redirect_url}?{urlencode(back)}", 302)

        @web.post("/cgi-bin/message/template/subscribe", response_model=None)
        async def subscribe(request: Request, access_token: str = "") -> Answer | Cut:
            message = json.loads(await request.body())
            consent = (message["touser"], message["template_id"], message["scene"])

            def take() -> Answer:
                if access_token != self.token:
                    return {"errcode": 40001, "errmsg": "invalid credential"}
                if len(message["title"]) > 15 or len(message["data"]["content"]["value"]) > 200:
                    return {"errcode": 47003, "errmsg": "argument invalid"}
                if consent not in self.consents:
                    return {"errcode": 43107, "errmsg": "no subscription"}
                self.consents.remove(consent)
                self.notified.append(message)
                return OK

            return self._take("subscription", take)

        @web.post("/cgi-bin/menu/create")
        async def create_menu(request: Request, access_token: str = "") -> Answer:
            menu = json.loads(await request.body())
            with self.lock:
                if refused := self.refusal(access_token) or menu_fault(menu):
                    return refused
                self.menu = menu
                return OK

        @web.post("/cgi-bin/qrcode/create")
        async def create_code(request: Request, access_token: str = "") -> Answer:
            asked = json.loads(await request.body())
            with self.lock:
                if refused := self.refusal(access_token):
                    return refused
                made = scene_code(asked)
                if "url" in made:
                    self.codes.append({**asked, "url": made["url"]})
                return made

        @web.get("/cgi-bin/media/get")
        def get_media(media_id: str = "", access_token: str = "") -> Response:
            with self.lock:
                if refused := self.refusal(access_token):
                    return refused_media(refused)
                if media_id not in self.media:
                    return refused_media({"errcode": 40007, "errmsg": "invalid media_id"})
                kind, content = self.media[media_id]
                return Response(content, media_type=kind)

        @web.post("/cgi-bin/webhook/send", response_model=None)
        async def group_robot(request: Request, key: str = "") -> Answer | Cut:
            """The robot of a 企业微信 group, which lives on another host but answers alike."""
            message = json.loads(await request.body())

            def take() -> Answer:
                if key != ROBOT_KEY:
                    return {"errcode": 93000, "errmsg": "invalid webhook url"}
                self.said_in_group.append(message["text"]["content"])
                return OK

            return self._take("robot", take)

        return web

    def _take(self, way: str, take: Callable[[], Answer]) -> Answer | Cut:
        """The answer of `take`, unless this send shall fail."""
        with self.lock:
            failure = self.failures.popleft() if self.failures else self.weather(way)
            if failure is None:
                return take()
            if isinstance(failure, int):
                return {"errcode": failure, "errmsg": "failed on demand"}
            if failure == "lost":
                take()
            return Cut()
