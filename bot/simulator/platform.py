"""The platform's side of the webhook: a resident's message becomes a signed call, repeated when unanswered."""

import hashlib
import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

import requests
import xmltodict
from wechatpy.crypto import WeChatCrypto

Mode = Literal["plain", "compatible", "secure"]

DEADLINE_SECONDS = 5.0
ATTEMPTS = 3


@dataclass(frozen=True)
class Account:
    """What the console of an Official Account holds."""

    token: str
    encoding_aes_key: str
    app_id: str
    name: str = "gh_demo"


@dataclass(frozen=True)
class Exchange:
    """One message and what came back. `reply` is the text a resident sees, empty for silence."""

    message_id: str
    xml: str
    query: str
    body: str
    status: int
    answer: str
    reply: str
    attempts: int
    seconds: float


class Platform:
    """Sends residents' messages to one webhook."""

    def __init__(
        self, account: Account, webhook: str, mode: Mode = "secure", clock: Callable[[], float] = time.time
    ) -> None:
        self.account = account
        self.webhook = webhook
        self.mode = mode
        self._clock = clock
        self._crypto = WeChatCrypto(account.token, account.encoding_aes_key, account.app_id)
        self._ids = itertools.count(secrets.randbelow(10**9) * 1000 + 1)
        self._http = requests.Session()

    def say(self, openid: str, text: str, tapped: bool = False) -> Exchange:
        """A text message; `tapped` marks one that a click on a word in a reply has sent."""
        menu = "<bizmsgmenuid>1</bizmsgmenuid>" if tapped else ""
        return self.send(openid, "text", f"<Content><![CDATA[{_cdata(text)}]]></Content>{menu}")

    def send_media(self, openid: str, kind: str, **fields: str) -> Exchange:
        """An image, voice, video, location or link, with its elements by name."""
        return self.send(openid, kind, _elements(fields))

    def event(self, openid: str, event: str, **fields: str) -> Exchange:
        """subscribe, unsubscribe, SCAN, CLICK, VIEW …; events carry no message id."""
        return self.send(openid, "event", _elements({"Event": event, **fields}), with_id=False)

    def send(self, openid: str, kind: str, elements: str, *, with_id: bool = True) -> Exchange:
        message_id = str(next(self._ids))
        ending = f"<MsgId>{message_id}</MsgId>" if with_id else ""
        xml = (
            f"<xml><ToUserName><![CDATA[{self.account.name}]]></ToUserName>"
            f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{int(self._clock())}</CreateTime>"
            f"<MsgType><![CDATA[{kind}]]></MsgType>{elements}{ending}</xml>"
        )
        return self.deliver(openid, message_id, xml)

    def deliver(self, openid: str, message_id: str, xml: str) -> Exchange:
        """Up to three attempts of five seconds each, every one signed anew, as the platform does."""
        started = time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            query, body = self.sign(openid, xml)
            try:
                response = self._http.post(
                    self.webhook, params=query, data=body.encode(), timeout=DEADLINE_SECONDS,
                    headers={"Content-Type": "text/xml"},
                )  # fmt: skip
            except requests.RequestException:
                continue
            if response.status_code < 500:
                shown = requests.Request("POST", self.webhook, params=query).prepare().url or ""
                return Exchange(
                    message_id, xml, shown.partition("?")[2], body, response.status_code, response.text,
                    self.read(response.text) if response.ok else "", attempt, time.monotonic() - started,
                )  # fmt: skip
        return Exchange(
            message_id,
            xml,
            "",
            "",
            0,
            "",
            "该公众号提供的服务出现故障，请稍后再试",
            ATTEMPTS,
            time.monotonic() - started,
        )

    def sign(self, openid: str, xml: str) -> tuple[dict[str, str], str]:
        """The query and body of one attempt."""
        timestamp, nonce = str(int(self._clock())), secrets.token_hex(5)
        query = {
            "signature": _sha1(self.account.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce,
            "openid": openid,
        }  # fmt: skip
        if self.mode == "plain":
            return query, xml
        sealed = xmltodict.parse(self._crypto.encrypt_message(xml, nonce, timestamp))["xml"]
        query |= {"encrypt_type": "aes", "msg_signature": sealed["MsgSignature"]}
        encrypted = f"<Encrypt><![CDATA[{sealed['Encrypt']}]]></Encrypt>"
        if self.mode == "compatible":
            return query, xml.replace("</xml>", f"{encrypted}</xml>")
        return query, f"<xml><ToUserName><![CDATA[{self.account.name}]]></ToUserName>{encrypted}</xml>"

    def read(self, answer: str) -> str:
        """The text of a reply, its signature and cipher checked. Raises if the platform would refuse it."""
        if answer in ("", "success"):
            return ""
        reply = xmltodict.parse(answer)["xml"]
        if "Encrypt" in reply:
            signature, timestamp, nonce = reply["MsgSignature"], reply["TimeStamp"], reply["Nonce"]
            reply = xmltodict.parse(self._crypto.decrypt_message(answer, signature, timestamp, nonce))["xml"]
        if reply["MsgType"] != "text" or len(reply["Content"].encode()) > 2048:
            raise ValueError("the platform would not show this reply")
        return str(reply["Content"])


def _elements(fields: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())


def _cdata(text: str) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's algorithm
