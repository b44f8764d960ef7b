"""The account's custom menu (自定义菜单) through the platform's API."""

from collections.abc import Callable, Sequence
from typing import Any

NOT_ALLOWED = 48001
"""The code with which the platform refuses an account that may not set its menu by the API."""


def push(call: Callable[[str, dict[str, Any]], dict[str, Any]], names: Sequence[str]) -> None:
    """Replace the menu by one button for each name, whose click arrives as that word. Raises SendError.

    Source: the platform's document 自定义菜单 创建接口.
    """
    call("menu/create", {"button": [{"type": "click", "name": name, "key": name} for name in names]})
