"""Signatures and AES of the platform. Messages are proven genuine here before anything else looks at them."""

import base64
import hashlib
import hmac
import struct

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException

from bot.errors import Refused


def sign(*parts: str) -> str:
    """sha1 over the sorted, joined parts (platform document 接入指南 and 消息加解密说明)."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's algorithm


def verify(token: str, signature: str, *parts: str) -> None:
    """Compare in constant time. Raises Refused; an empty token or signature proves nothing."""
    if not token or not signature or not hmac.compare_digest(sign(token, *parts).encode(), signature.encode()):
        raise Refused("signature does not match")


class Cipher:
    """One EncodingAESKey with the app id that its messages must name."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        self._crypto = PrpCrypto(base64.b64decode(encoding_aes_key + "="))
        self._app_id = app_id

    def encrypt(self, text: str) -> str:
        return bytes(self._crypto.encrypt(text, self._app_id)).decode()

    def decrypt(self, encrypted: str) -> str | None:
        """The message inside, or None when this key or app id does not fit."""
        try:
            return str(self._crypto.decrypt(encrypted, self._app_id))
        except (ValueError, IndexError, struct.error, TypeError, InvalidAppIdException):
            return None
