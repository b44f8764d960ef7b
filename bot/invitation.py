"""How an adviser is invited to bind their account: the sentence to send, and what a picture of the code holds."""

from bot.config import WechatSection
from bot.store.advisers import CODE_LIFE
from bot.store.database import Database
from bot.wechat import scenes
from bot.wechat.client import Client
from handlers.binding import SCENE


def sentence(code: str) -> str:
    """What the adviser sends to the account."""
    return f"绑定 {code}"


def picture_holds(code: str, account: WechatSection, database: Database) -> str:
    """An address that binds whoever scans it, where the account may make such codes; else the sentence to send.

    Calls the platform, so not inside a transaction. Raises SendError.
    """
    if not account.makes_codes:
        return sentence(code)
    return scenes.temporary(Client(account, database).call, SCENE + code, CODE_LIFE)
