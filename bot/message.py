"""What travels between the platform and the handlers."""

import datetime as dt
import hashlib
import html
import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal[
    "text", "image", "voice", "video", "location", "link", "subscribe", "unsubscribe", "scan", "click", "event", "other"
]
"""`event` is one that asks for nothing (a page viewed); `other` a message type this program does not know."""

REPLY_BYTES = 1800
"""Passive text above about 2,048 bytes fails silently on the platform, whose documentation gives no limit."""

_TAPPED = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&]*)&msgmenuid=1">(.*?)</a>')
_TAP_UNSAFE = re.compile(r'["&<>#]')


@dataclass(frozen=True)
class Inbound:
    """One message or event of a resident, as the platform delivered it.

    `key` is the same for every delivery attempt of one message and holds no identity. `text` is what was typed, or
    the key of a tapped menu item; `detail` describes a place, link or voice format in words.
    """

    key: str
    resident: str
    account: str
    kind: Kind
    sent_at: dt.datetime
    text: str = ""
    media_id: str = ""
    detail: str = ""
    scene: str = ""
    tapped: bool = False
    """Sent by a click on a word in a reply or on the menu, a scan or a follow."""

    @staticmethod
    def key_of(*parts: str) -> str:
        """A digest for a message's identity, so that no OpenID is kept in a key."""
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Reply:
    """What a handler decided to say; no text means silence. `trace` says why, for the log and the demo."""

    text: str = ""
    trace: dict[str, Any] = field(default_factory=dict)

    def traced(self, **more: Any) -> "Reply":
        return replace(self, trace={**self.trace, **more})


SILENCE = Reply()


def tap(send: str, label: str | None = None) -> str:
    """A clickable word: a tap sends `send` as if typed. Some clients show only the label, so that it says the word."""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={_TAP_UNSAFE.sub("", send)}&msgmenuid=1">{label or send}</a>'


def link(address: str, label: str) -> str:
    """A clickable address of ours in a reply."""
    return f'<a href="{html.escape(address)}">{label}</a>'


def plain(text: str) -> str:
    """A text for where nothing can be clicked: what could be stands in brackets."""
    return html.unescape(_TAPPED.sub(lambda match: f"【{match[2]}】", text))


def pieces(text: str, limit: int = REPLY_BYTES) -> list[str]:
    """Cut a text into parts of at most `limit` bytes of UTF-8, at line ends where possible, never inside a link."""
    parts: list[str] = []
    current = ""
    for unit in _UNITS.findall(text):
        if current and len((current + unit).encode()) > limit:
            parts.append(current.strip("\n"))
            current = ""
        current += unit
    return [*parts, current.strip("\n")] if current.strip() else parts


_UNITS = re.compile(r"<a [^>]*>.*?</a>[^\S\n]*|[^\n<。；]{0,199}[\n。；]|[^\n<。；]{1,200}|<", re.DOTALL)
