"""Residents' pictures and recordings: how each stands in the conversation, and as a file."""

import datetime as dt
from dataclasses import dataclass

from fastapi import Response

from bot.store.media import ENDINGS, KEPT, TOO_LATE, Attachment

_SILENT = ("audio/amr", "audio/speex")
"""What no browser plays."""
_NOT_FETCHING = "程序取不了照片和语音，因为没有设置公众号的 app_secret。请告诉管理员；微信只保存三天。"


@dataclass(frozen=True)
class Shown:
    way: str
    """image | audio | video: the browser shows or plays it; voice | file: to be saved; missing"""
    why: str = ""
    """Why it is missing, as a sentence."""


def shown(sent: Attachment, said_at: dt.datetime, now: dt.datetime, *, fetches: bool) -> Shown:
    """What a page can do with it. `fetches`: whether those that are missing are being fetched."""
    if not sent.kind:
        return Shown("missing", _why_missing(sent, overdue=said_at + KEPT <= now, fetches=fetches))
    if sent.kind in _SILENT:
        return Shown("voice")
    return Shown(sent.kind.partition("/")[0] if sent.kind in ENDINGS else "file")


def _why_missing(sent: Attachment, *, overdue: bool, fetches: bool) -> str:
    if sent.given_up:
        return f"取不到了：{sent.error}。"
    if overdue:
        return f"取不到了：{TOO_LATE}。"
    if not fetches:
        return _NOT_FETCHING
    return "正在取，过一会儿刷新这一页。" + (f"上一次没有取到：{sent.error}。" if sent.error else "")


def served(sent: Attachment, content: bytes, number: str) -> Response:
    """The file. A content type that is not a known picture, sound or video can only be saved."""
    kind, way = (sent.kind, "inline") if sent.kind in ENDINGS else ("application/octet-stream", "attachment")
    # Without Chinese characters, which some browsers garble in a file's name.
    name = f"{number}-{sent.turn_id}{ENDINGS.get(sent.kind, '.bin')}"
    return Response(content, media_type=kind, headers={"Content-Disposition": f'{way}; filename="{name}"'})
