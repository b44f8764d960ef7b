"""The account's custom menu (自定义菜单) through the platform's API."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

NOT_ALLOWED = 48001
"""The code with which the platform refuses an account that may not set its menu by the API."""


def push(
    call: Callable[[str, dict[str, Any]], dict[str, Any]], names: Sequence[str], under: Mapping[str, Sequence[str]]
) -> None:
    """Replace the menu by one button for each name, whose click arrives as that word. Raises SendError.

    A name with others `under` it only opens these. Source: the platform's document 自定义菜单 创建接口.
    """
    buttons = [
        {"name": name, "sub_button": [_click(one) for one in under[name]]} if name in under else _click(name)
        for name in names
    ]
    call("menu/create", {"button": buttons})


def _click(name: str) -> dict[str, Any]:
    return {"type": "click", "name": name, "key": name}
