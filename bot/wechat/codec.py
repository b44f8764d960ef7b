"""From a webhook call to an Inbound, and from a Reply to the body that answers it."""

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy import parse_message
from wechatpy.replies import TextReply

from bot.clock import Clock
from bot.config import WechatSection
from bot.errors import Refused, Unreadable
from bot.message import Inbound, Kind, Reply
from bot.wechat.crypto import Cipher, sign, verify

MAX_BODY_BYTES = 64 * 1024
SUCCESS = "success"
"""Tells the platform that there is no reply and that it need not ask again."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARSE_FAULTS = (ExpatError, KeyError, TypeError, AttributeError, ValueError, UnicodeDecodeError, OverflowError)
_EVENTS: dict[str, Kind] = {
    "subscribe": "subscribe", "subscribe_scan": "subscribe", "unsubscribe": "unsubscribe", "scan": "scan",
    "click": "click",
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "text": "text", "image": "image", "voice": "voice", "video": "video", "shortvideo": "video",
    "location": "location", "link": "link",
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A webhook call that is proven genuine: the message's XML, and the key that answers it, if any."""

    xml: str
    cipher: Cipher | None


class Codec:
    """Immutable and thread-safe. `clock` is asked for the skew check and for the replies' time."""

    def __init__(self, account: WechatSection, clock: Clock) -> None:
        self._token = account.token.get_secret_value()
        self._skew = account.max_clock_skew_seconds
        self._clock = clock
        keys = (account.encoding_aes_key, account.previous_encoding_aes_key)
        self._ciphers = tuple(Cipher(key.get_secret_value(), account.app_id) for key in keys if key.get_secret_value())

    def handshake(self, query: Mapping[str, str]) -> str:
        """The echostr to answer when the console checks the address. Raises Refused."""
        self._check_time(query)
        verify(self._token, query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> Call:
        """Prove a call genuine and decrypt it. Raises Refused, or Unreadable once it is proven genuine."""
        self._check_time(query)
        if query.get("encrypt_type", "raw") == "aes":
            return self._open_encrypted(query, body)
        if self._ciphers:
            raise Refused("a plaintext call although an AES key is set")
        verify(self._token, query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        return Call(_clean(body), None)

    def _open_encrypted(self, query: Mapping[str, str], body: bytes) -> Call:
        if not self._ciphers:
            raise Refused("an encrypted call although no AES key is set")
        try:
            encrypted = xmltodict.parse(_clean(body))["xml"]["Encrypt"]
            if not isinstance(encrypted, str):
                raise TypeError("Encrypt is not text")
        except _PARSE_FAULTS as error:
            # Nothing in the query signs the body, so that without Encrypt nothing proves the call genuine.
            raise Refused("an encrypted call without a readable Encrypt element") from error
        parts = (query.get("timestamp", ""), query.get("nonce", ""), encrypted)
        verify(self._token, query.get("msg_signature", ""), *parts)
        for cipher in self._ciphers:
            xml = cipher.decrypt(encrypted)
            if xml is not None:
                return Call(_clean(xml.encode()), cipher)
        raise Unreadable(
            "no AES key opens it, or it names another app id: check encoding_aes_key and app_id", encrypted
        )

    def read(self, call: Call) -> Inbound:
        """Parse the message. Raises Unreadable with its XML."""
        try:
            return _inbound(call.xml)
        except _PARSE_FAULTS as error:
            raise Unreadable(f"{type(error).__name__} while parsing", call.xml) from error

    def render(self, reply: Reply, message: Inbound, call: Call) -> str:
        """The body of the answer, encrypted with the key that opened the call."""
        if not reply.text:
            return SUCCESS
        now = int(self._clock().timestamp())
        content = _ILLEGAL.sub("", reply.text).replace("]]>", "]]]]><![CDATA[>")
        xml = TextReply(source=message.account, target=message.resident, time=now, content=content).render()
        return seal(self._token, call.cipher, xml, now) if call.cipher else str(xml)

    def _check_time(self, query: Mapping[str, str]) -> None:
        stamp = query.get("timestamp", "")
        if not stamp.isascii() or not stamp.isdigit() or abs(self._clock().timestamp() - int(stamp[:15])) > self._skew:
            raise Refused("timestamp is missing or too far from this machine's clock: check its time")


def seal(token: str, cipher: Cipher, xml: str, timestamp: int) -> str:
    """An encrypted, signed reply (platform document 消息加解密说明)."""
    encrypted, nonce = cipher.encrypt(xml), secrets.token_hex(8)
    signature = sign(token, str(timestamp), nonce, encrypted)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def _clean(body: bytes) -> str:
    """Text without the characters that XML forbids; raw control characters do arrive in Content."""
    return _ILLEGAL.sub("", body.decode("utf-8", "replace"))


def _inbound(xml: str) -> Inbound:
    raw: dict[str, Any] = xmltodict.parse(xml)["xml"]
    parsed = parse_message(xml)
    resident, account = _text(raw["FromUserName"]), _text(raw["ToUserName"])
    if not resident or not account:
        raise ValueError("no sender or no receiver")
    sent_at = dt.datetime.fromtimestamp(int(raw["CreateTime"]), dt.UTC)
    is_event = _text(raw["MsgType"]).lower() == "event"
    kind: Kind = _EVENTS.get(parsed.event, "event") if is_event else _KINDS.get(parsed.type, "other")
    if is_event:
        key = Inbound.key_of(
            "event", resident, _text(raw["CreateTime"]), _text(raw["Event"]), _text(raw.get("EventKey"))
        )
    else:
        key = Inbound.key_of("message", resident, str(int(raw["MsgId"])))
    return Inbound(
        key=key, resident=resident, account=account, kind=kind, sent_at=sent_at, text=_words(kind, raw),
        media_id=_text(raw.get("MediaId")), detail=_detail(kind, raw), scene=_scene(kind, raw),
        tapped=is_event or "bizmsgmenuid" in raw,
    )  # fmt: skip


def _words(kind: Kind, raw: dict[str, Any]) -> str:
    if kind in ("text", "click"):
        return _text(raw.get("Content" if kind == "text" else "EventKey"))
    return ""


def _detail(kind: Kind, raw: dict[str, Any]) -> str:
    fields = {
        "location": ("Label", "Location_X", "Location_Y"), "link": ("Title", "Url"), "image": ("PicUrl",),
        "voice": ("Format", "Recognition"),
    }.get(kind, ())  # fmt: skip
    return " ".join(value for name in fields if (value := _text(raw.get(name))))


def _scene(kind: Kind, raw: dict[str, Any]) -> str:
    return _text(raw.get("EventKey")).removeprefix("qrscene_") if kind in ("subscribe", "scan") else ""


def _text(value: Any) -> str:
    """Repeated or nested elements come as lists and dicts: not text, and nothing the platform sends."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("an element that should hold text holds others")
    return value
