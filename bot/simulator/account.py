"""What the platform checks before it sets a menu, makes a code with a scene or hands out media."""

import json
import secrets
from typing import Any

from fastapi import Response

Answer = dict[str, Any]

OK: Answer = {"errcode": 0, "errmsg": "ok"}
_MENU_TYPES = {
    "click", "view", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
    "location_select", "media_id", "article_id", "article_view_limited", "miniprogram",
}  # fmt: skip
_MOST_BUTTONS, _MOST_UNDER, _NAME_BYTES, _NAME_LETTERS, _KEY_BYTES = 3, 5, 16, 4, 128
_LONGEST_SCENE, _LONGEST_LIFE = 64, 30 * 24 * 3600


def menu_fault(menu: dict[str, Any]) -> Answer | None:
    """The rules of 自定义菜单, with the codes of 全局返回码."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= _MOST_BUTTONS:
        return {"errcode": 40016, "errmsg": "invalid button size"}
    under = [one for button in buttons for one in button.get("sub_button", [])]
    if any(not 1 <= len(button["sub_button"]) <= _MOST_UNDER for button in buttons if "sub_button" in button):
        return {"errcode": 40023, "errmsg": "invalid sub button size"}
    for button in [*(one for one in buttons if "sub_button" not in one), *under]:
        name, key = str(button.get("name", "")), str(button.get("key", ""))
        wide = sum(not letter.isascii() for letter in name)
        if not name or wide > _NAME_LETTERS or len(name.encode()) > _NAME_BYTES:
            return {"errcode": 40018, "errmsg": "invalid button name size"}
        if button.get("type") not in _MENU_TYPES:
            return {"errcode": 40017, "errmsg": "invalid button type"}
        if button["type"] == "click" and not 1 <= len(key.encode()) <= _KEY_BYTES:
            return {"errcode": 40019, "errmsg": "invalid button key size"}
    return None


def scene_code(asked: dict[str, Any]) -> Answer:
    """The rules of 带参数二维码 for scenes that are words."""
    kind, life = asked.get("action_name"), asked.get("expire_seconds", 60)
    scene = asked.get("action_info", {}).get("scene", {}).get("scene_str", "")
    if kind not in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        return {"errcode": 40052, "errmsg": "invalid action name"}
    if not isinstance(scene, str) or not 1 <= len(scene) <= _LONGEST_SCENE:
        return {"errcode": 40053, "errmsg": "invalid action info"}
    if not isinstance(life, int) or not 1 <= life <= _LONGEST_LIFE:
        return {"errcode": 40097, "errmsg": "invalid args"}
    code = {"ticket": secrets.token_urlsafe(48), "url": f"http://weixin.qq.com/q/{secrets.token_hex(11)}"}
    return code | ({"expire_seconds": life} if kind == "QR_STR_SCENE" else {})


def refused_media(answer: Answer) -> Response:
    """A refusal where a file was asked for: JSON that says it is text."""
    return Response(json.dumps(answer), media_type="text/plain")
