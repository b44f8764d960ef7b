"""The one-time subscription (一次性订阅消息): for verified accounts, one message to a resident who consented to it.

It has room for 15 and 200 characters, so that it tells of an answer and the answer itself waits in the pick-up box.
"""

from collections.abc import Callable
from typing import Any

from bot.delivery.channel import Announced, Fate, Undelivered
from bot.errors import SendError
from bot.store.outbox import Held
from bot.store.subscriptions import scene_of

TITLE = "您的咨询有答复了"
LONGEST = 200
FATES = {
    40003: Fate.NEXT,  # no such OpenID for this account
    43101: Fate.NEXT,  # the resident has refused
    43107: Fate.NEXT,  # the subscription is spent
    43108: Fate.NEXT,  # the account may not
    40037: Fate.NEXT,  # the template is not this account's: an operator has to correct it
    47003: Fate.NEXT,  # the platform does not like the words
    48001: Fate.NEXT,
    45009: Fate.AGAIN,  # the day's quota
    -1: Fate.AGAIN,  # busy
}
"""Source: the platform's table of return codes (全局返回码). Unknown ones are tried again, then step down."""


class OneTime:
    rung = "subscription"

    def __init__(
        self, call: Callable[[str, dict[str, Any]], dict[str, Any]], template: str,
        news: Callable[[str], str],
    ) -> None:  # fmt: skip
        """`news` makes of an answer the words that tell of it."""
        self._call = call
        self._template = template
        self._news = news

    def reaches(self, parcel: Held) -> bool:
        return bool(parcel.openid and parcel.case_id)

    def send(self, parcel: Held) -> None:
        message = {
            "touser": parcel.openid, "template_id": self._template, "scene": str(scene_of(parcel.case_id or 0)),
            "title": TITLE, "data": {"content": {"value": self._news(parcel.text)[:LONGEST]}},
        }  # fmt: skip
        try:
            self._call("message/template/subscribe", message)
        except SendError as error:
            raise Undelivered(FATES.get(error.code or 0, Fate.AGAIN), str(error)) from None
        raise Announced
