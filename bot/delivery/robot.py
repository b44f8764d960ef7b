"""The robot of a 企业微信 group, for notices to advisers: its address is a secret."""

import requests

from bot.delivery.channel import Fate, Undelivered
from bot.message import plain
from bot.store.outbox import Held

TIMEOUT_SECONDS = 5.0
FATES = {93000: Fate.NEXT, 45009: Fate.AGAIN, -1: Fate.AGAIN}
"""93000: the address is wrong; 45009: more than 20 messages a minute. Source: 企业微信 document 群机器人配置说明."""


class Robot:
    rung = "robot"

    def __init__(self, address: str) -> None:
        self._address = address
        self._http = requests.Session()

    def reaches(self, parcel: Held) -> bool:
        return bool(parcel.adviser)

    def send(self, parcel: Held) -> None:
        words = {"msgtype": "text", "text": {"content": f"{parcel.adviser}：\n{plain(parcel.text)}"}}
        try:
            answer = self._http.post(self._address, json=words, timeout=TIMEOUT_SECONDS)
            code = int(answer.json()["errcode"])
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            # The exception's text holds the address, which is the secret.
            raise Undelivered(Fate.AGAIN, f"连不上企业微信群机器人（{type(error).__name__}）") from None
        if code:
            raise Undelivered(FATES.get(code, Fate.NEXT), f"企业微信群机器人返回 {code}，请核对 delivery.robot_url")
