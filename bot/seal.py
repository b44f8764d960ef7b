"""Sealing what a stolen copy of the database must not give away."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from bot.errors import ConfigError

MISSING = (
    "还没有设置 workbench.key。请管理员在 config.toml 的 [workbench] 里写 key，或设置环境变量 LEGALBOT_WORKBENCH__KEY"
)

WRONG = (
    "workbench.key 换过了，以前封存的打不开。请管理员改回原来的 key，或者用 legalbot staff link 发新的登录链接，"
    "重新开启动态验证码"
)


class Seal:
    """Closes and opens texts with one key. Whoever loses the key loses what it sealed."""

    def __init__(self, key: SecretStr) -> None:
        given = key.get_secret_value()
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(given.encode()).digest())) if given else None
        self._digest_key = hashlib.sha256(b"digest:" + given.encode()).digest()

    def __bool__(self) -> bool:
        """Whether there is a key."""
        return self._fernet is not None

    def close(self, text: str) -> str:
        """Raises ConfigError when there is no key."""
        return self._key().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises ConfigError when the key is missing or is not the one it was sealed with."""
        try:
            return self._key().decrypt(sealed).decode()
        except InvalidToken as error:
            raise ConfigError(WRONG) from error

    def digest(self, text: str) -> str:
        """The same for the same text, and of no use to whoever has not the key. Raises ConfigError without one."""
        self._key()
        return hmac.new(self._digest_key, text.encode(), hashlib.sha256).hexdigest()

    def _key(self) -> Fernet:
        if not self._fernet:
            raise ConfigError(MISSING)
        return self._fernet
