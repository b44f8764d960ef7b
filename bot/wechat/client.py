"""The platform's API through wechatpy, with its token handling replaced.

wechatpy fetches tokens without a timeout from a hard-coded host, several times at once, and repeats a request that
is refused for its token without end. Here one thread fetches a stable_token at a time, and a request is repeated once.
"""

import threading
import time
from typing import Any

import requests
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.config import WechatSection
from bot.errors import ConfigError, SendError

TIMEOUT_SECONDS = 5.0
_TOKEN_REFUSED = (40001, 40014, 42001)
_EXPIRES_EARLY = 120
_FIXES = {
    40013: "app_id 不对，请核对公众平台后台的 AppID",
    40125: "app_secret 不对，请到公众平台后台重置并填写新的 AppSecret",
    40164: "本机 IP 不在白名单里，请到公众平台后台“基本配置”的 IP 白名单加上",
    48001: "这个公众号没有此接口的权限，要先认证",
}
_TRANSIENT = (-1, 45009, None)


class Client(WeChatClient):  # type: ignore[misc]
    """One per process; safe to share between threads."""

    def __init__(self, account: WechatSection) -> None:
        if not account.app_id or not account.app_secret.get_secret_value():
            raise ConfigError("要调用微信接口，请设置 wechat.app_id 和 wechat.app_secret（公众平台后台“基本配置”）")
        self.API_BASE_URL = f"{account.api_base_url}/cgi-bin/"
        self._secret = account.app_secret.get_secret_value()
        self._lock = threading.Lock()
        self._token, self._token_until = "", 0.0
        super().__init__(account.app_id, self._secret, timeout=TIMEOUT_SECONDS, auto_retry=False)

    @property
    def access_token(self) -> str:
        """The current token; fetched by one thread while the others wait. Raises SendError."""
        with self._lock:
            if time.monotonic() >= self._token_until:
                self._fetch(force=False)
            return self._token

    def fetch_access_token(self) -> None:
        """Ask the platform for the stable token. Raises SendError."""
        with self._lock:
            self._fetch(force=False)

    def call(self, endpoint: str, data: dict[str, Any]) -> dict[str, Any]:
        """POST to an endpoint such as message/custom/send. Raises SendError; never names the token."""
        try:
            return self._attempt(endpoint, data)
        except SendError as error:
            if error.code not in _TOKEN_REFUSED:
                raise
        with self._lock:
            self._fetch(force=True)
        return self._attempt(endpoint, data)

    def _attempt(self, endpoint: str, data: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self.post(endpoint, data=data)
        except WeChatClientException as error:
            raise _send_error(error.errcode) from None
        except requests.RequestException as error:
            # The exception's text holds the address with the token in it.
            raise SendError(None, f"连不上微信接口（{type(error).__name__}），请检查网络", permanent=False) from None
        return answer

    def _fetch(self, *, force: bool) -> None:
        body = {
            "grant_type": "client_credential", "appid": self.appid, "secret": self._secret, "force_refresh": force,
        }  # fmt: skip
        try:
            response = self._http.post(f"{self.API_BASE_URL}stable_token", json=body, timeout=TIMEOUT_SECONDS)
            response.raise_for_status()
            answer = response.json()
            if answer.get("errcode"):
                raise _send_error(int(answer["errcode"]))
            self._token = str(answer["access_token"])
            self._token_until = time.monotonic() + int(answer["expires_in"]) - _EXPIRES_EARLY
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise SendError(
                None, f"取不到微信令牌（{type(error).__name__}），请检查网络和 api_base_url", False
            ) from None


def _send_error(code: int | None) -> SendError:
    fix = _FIXES.get(code or 0, "请在微信公众平台文档的“全局返回码”里查这个号")
    return SendError(code, f"微信接口返回 {code}：{fix}", permanent=code not in _TRANSIENT)
