"""The platform's API through wechatpy, with its token handling replaced.

wechatpy fetches tokens without a timeout from a hard-coded host, several times at once, and repeats a request that
is refused for its token without end. Here one process fetches a stable_token at a time, all of them share it through
the database, and a request is repeated once.
"""

import base64
import datetime as dt
import hashlib
import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from cryptography.fernet import Fernet, InvalidToken
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot import clock
from bot.clock import Clock
from bot.config import WechatSection
from bot.errors import ConfigError, SendError
from bot.store.database import Database

TIMEOUT_SECONDS = 5.0
_TOKEN_REFUSED = (40001, 40014, 42001)
_EXPIRES_EARLY = 120
_CLAIM = dt.timedelta(seconds=10)
"""How long one process may take to fetch a token before another one tries."""
_WAITS, _WAIT_SECONDS = 40, 0.25
_FIXES = {
    40013: "app_id 不对，请核对公众平台后台的 AppID",
    40125: "app_secret 不对，请到公众平台后台重置并填写新的 AppSecret",
    40164: "本机 IP 不在白名单里，请到公众平台后台“基本配置”的 IP 白名单加上",
    48001: "这个公众号没有此接口的权限，要先认证",
}
_TRANSIENT = (-1, 45009, None)
Answer = TypeVar("Answer")


class Client(WeChatClient):  # type: ignore[misc]
    """Safe to share between threads; the token is shared through the database with other processes."""

    def __init__(self, account: WechatSection, database: Database, now: Clock = clock.now) -> None:
        if not account.app_id or not account.app_secret.get_secret_value():
            raise ConfigError("要调用微信接口，请设置 wechat.app_id 和 wechat.app_secret（公众平台后台“基本配置”）")
        self.API_BASE_URL = f"{account.api_base_url}/cgi-bin/"
        self._secret = account.app_secret.get_secret_value()
        self._seal = Fernet(base64.urlsafe_b64encode(hashlib.sha256(self._secret.encode()).digest()))
        self._database = database
        self._now = now
        super().__init__(account.app_id, self._secret, timeout=TIMEOUT_SECONDS, auto_retry=False)

    @property
    def access_token(self) -> str:
        """The current token; fetched by one process while the others wait. Raises SendError or StoreError."""
        return self._token()

    def fetch_access_token(self) -> None:
        """Whether the platform accepts this account; what it answers is not kept. Raises SendError."""
        self._ask(force=False)

    def _token(self, refused: str = "") -> str:
        """A token other than the refused one. Raises SendError or StoreError."""
        for _ in range(_WAITS):
            if (token := self._kept()) and token != refused:
                return token
            now = self._now()
            with self._database.unit() as unit:
                mine = unit.tokens.claim(self.appid, now, now + _CLAIM)
                unit.commit()
            if mine:
                # Somebody may have fetched one between the look and the claim.
                token = self._kept()
                return self._fetch(force=bool(refused), kept=token if token != refused else "")
            time.sleep(_WAIT_SECONDS)
        raise SendError(None, "别的进程一直在取微信令牌，没有等到，请检查网络", permanent=False)

    def _kept(self) -> str:
        with self._database.reading() as unit:
            return self._open(unit.tokens.read(self.appid, self._now()))

    def _fetch(self, *, force: bool, kept: str) -> str:
        """Give the right to fetch back in any case, with a new token unless one is kept."""
        token, seconds = "", 0
        try:
            if not kept:
                token, seconds = self._ask(force=force)
        finally:
            self._keep(token, seconds)
        return kept or token

    def _keep(self, token: str, seconds: int) -> None:
        sealed = self._seal.encrypt(token.encode()).decode() if token else ""
        with self._database.unit() as unit:
            unit.tokens.save(self.appid, sealed, self._now() + dt.timedelta(seconds=seconds - _EXPIRES_EARLY))
            unit.commit()

    def _open(self, sealed: str) -> str:
        """Empty for one sealed with a secret that has been changed since."""
        try:
            return self._seal.decrypt(sealed.encode()).decode() if sealed else ""
        except InvalidToken:
            return ""

    def call(self, endpoint: str, data: dict[str, Any]) -> dict[str, Any]:
        """POST to an endpoint such as message/custom/send. Raises SendError; never names the token."""
        return self.with_token(lambda token: self._attempt(endpoint, data, token))

    def with_token(self, attempt: Callable[[str], Answer]) -> Answer:
        """What the attempt returns, made once more with a new token when the first one is refused. Raises SendError."""
        token = self._token()
        try:
            return attempt(token)
        except SendError as error:
            if error.code not in _TOKEN_REFUSED:
                raise
        return attempt(self._token(refused=token))

    def _attempt(self, endpoint: str, data: dict[str, Any], token: str) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self.post(endpoint, data=data, params={"access_token": token})
        except WeChatClientException as error:
            raise refusal(error.errcode) from None
        except requests.RequestException as error:
            # The exception's text holds the address with the token in it.
            raise unreachable(error) from None
        return answer

    def _ask(self, *, force: bool) -> tuple[str, int]:
        """(token, seconds it is good for) from the platform. Raises SendError."""
        body = {
            "grant_type": "client_credential", "appid": self.appid, "secret": self._secret, "force_refresh": force,
        }  # fmt: skip
        try:
            response = self._http.post(f"{self.API_BASE_URL}stable_token", json=body, timeout=TIMEOUT_SECONDS)
            response.raise_for_status()
            answer = response.json()
            if answer.get("errcode"):
                raise refusal(int(answer["errcode"]))
            return str(answer["access_token"]), int(answer["expires_in"])
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise SendError(
                None, f"取不到微信令牌（{type(error).__name__}），请检查网络和 api_base_url", False
            ) from None


def refusal(code: int | None) -> SendError:
    """One of the platform's return codes (全局返回码) as an error that names the fix."""
    fix = _FIXES.get(code or 0, "请在微信公众平台文档的“全局返回码”里查这个号")
    return SendError(code, f"微信接口返回 {code}：{fix}", permanent=code not in _TRANSIENT)


def unreachable(error: Exception) -> SendError:
    """A fault of the network, by its kind only."""
    return SendError(None, f"连不上微信接口（{type(error).__name__}），请检查网络", permanent=False)
