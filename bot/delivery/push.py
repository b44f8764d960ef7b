"""The customer-service message (客服消息): for verified accounts, to those who wrote within 48 hours."""

from collections.abc import Callable
from typing import Any

from bot.delivery.channel import Fate, Undelivered
from bot.errors import SendError
from bot.store.outbox import Held

FATES = {
    45015: Fate.NEXT,  # the window is over, or the resident has left
    45047: Fate.NEXT,  # the number of messages for this window is used up
    45002: Fate.NEXT,  # too long: the pick-up box cuts it
    40003: Fate.NEXT,  # no such OpenID for this account
    43004: Fate.NEXT,  # not a follower
    48001: Fate.NEXT,  # the account may not
    45009: Fate.AGAIN,  # the day's quota
    40001: Fate.AGAIN,  # the token, once more after the client's own retry
    40014: Fate.AGAIN,
    42001: Fate.AGAIN,
    40164: Fate.AGAIN,  # this machine is not on the allow-list: an operator has to add it
    -1: Fate.AGAIN,  # busy
}
"""Source: the platform's table of return codes (全局返回码). Unknown ones are tried again, then step down."""


class Push:
    rung = "push"

    def __init__(self, call: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self._call = call

    def reaches(self, parcel: Held) -> bool:
        return bool(parcel.openid)

    def send(self, parcel: Held) -> None:
        message = {"touser": parcel.openid, "msgtype": "text", "text": {"content": parcel.text}}
        try:
            self._call("message/custom/send", message)
        except SendError as error:
            raise Undelivered(FATES.get(error.code or 0, Fate.AGAIN), str(error)) from None
