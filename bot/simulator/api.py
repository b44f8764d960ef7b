"""The platform's API on loopback: access tokens and customer-service messages, with failures on demand."""

import json
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from fastapi import Body, FastAPI, Request

ROBOT_KEY = "demo-group"


@dataclass
class Api:
    """What the API has seen and how it shall behave. `failures` are error codes for the next sends, in order;
    `expires_in` are the seconds a token is good for."""

    app_id: str
    app_secret: str
    failures: deque[int] = field(default_factory=deque)
    expires_in: int = 7200
    token_requests: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    said_in_group: list[str] = field(default_factory=list)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    lock: threading.Lock = field(default_factory=threading.Lock)

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

        @web.post("/cgi-bin/message/custom/send")
        async def send(request: Request, access_token: str = "") -> dict[str, Any]:
            # Clients of the platform send JSON without saying so, and the platform takes it.
            message = json.loads(await request.body())
            with self.lock:
                if self.failures:
                    return {"errcode": self.failures.popleft(), "errmsg": "failed on demand"}
                if access_token != self.token:
                    return {"errcode": 40001, "errmsg": "invalid credential"}
                self.sent.append(message)
                return {"errcode": 0, "errmsg": "ok"}

        @web.post("/cgi-bin/webhook/send")
        async def group_robot(request: Request, key: str = "") -> dict[str, Any]:
            """The robot of a 企业微信 group, which lives on another host but answers alike."""
            message = json.loads(await request.body())
            with self.lock:
                if self.failures:
                    return {"errcode": self.failures.popleft(), "errmsg": "failed on demand"}
                if key != ROBOT_KEY:
                    return {"errcode": 93000, "errmsg": "invalid webhook url"}
                self.said_in_group.append(message["text"]["content"])
                return {"errcode": 0, "errmsg": "ok"}

        return web
