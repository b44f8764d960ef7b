"""Codes of the account that carry a scene (带参数二维码): scanning one tells the bot which code it was.

Source: the platform's document 生成带参数的二维码. Only verified service accounts may make them.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

Call = Callable[[str, dict[str, Any]], dict[str, Any]]


def permanent(call: Call, scene: str) -> str:
    """What a code that never expires holds. Raises SendError."""
    return _made(call, {"action_name": "QR_LIMIT_STR_SCENE"}, scene)


def temporary(call: Call, scene: str, life: dt.timedelta) -> str:
    """What a code that expires, after thirty days at the latest, holds. Raises SendError."""
    return _made(call, {"action_name": "QR_STR_SCENE", "expire_seconds": int(life.total_seconds())}, scene)


def _made(call: Call, kind: dict[str, Any], scene: str) -> str:
    return str(call("qrcode/create", {**kind, "action_info": {"scene": {"scene_str": scene}}})["url"])
