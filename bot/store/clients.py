"""Systems that read through the API: one token each, for named scopes, until a day."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import AccountError
from bot.store.models import ApiClient

SCOPES = {"consultations": "咨询明细（不含身份和内容）", "mediations": "调解数字", "statistics": "咨询统计"}


@dataclass(frozen=True)
class Client:
    id: int
    name: str
    scopes: tuple[str, ...]
    expires_at: dt.datetime
    active: bool

    def good(self, now: dt.datetime) -> bool:
        return self.active and now < self.expires_at


class Clients:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, name: str, scopes: Sequence[str], expires_at: dt.datetime, now: dt.datetime) -> str:
        """The token, told this once. Raises AccountError."""
        if not name.strip():
            raise AccountError("要写对接系统的名称，例如 县司法局平台")
        for scope in scopes:
            if scope not in SCOPES:
                raise AccountError(f"没有“{scope}”这种范围，可用的有：{'、'.join(SCOPES)}")
        if not scopes:
            raise AccountError(f"要写至少一种范围：{'、'.join(SCOPES)}")
        if expires_at <= now:
            raise AccountError("有效期要在今天以后")
        if self._by_name(name.strip()):
            raise AccountError(f"已经有叫“{name.strip()}”的，停用过的也占着名称，请换一个，例如后面加上年份")
        token = secrets.token_urlsafe(32)
        self._session.add(
            ApiClient(
                name=name.strip(), digest=_digest(token), scopes=list(dict.fromkeys(scopes)), expires_at=expires_at,
                active=True, created_at=now,
            )
        )  # fmt: skip
        self._session.flush()
        return token

    def find(self, token: str, now: dt.datetime) -> Client | None:
        """Whose token this is; None when it is unknown, over or switched off."""
        row = self._session.scalar(select(ApiClient).where(ApiClient.digest == _digest(token)))
        client = _client(row) if row else None
        return client if client and client.good(now) else None

    def all(self) -> list[Client]:
        return [_client(row) for row in self._session.scalars(select(ApiClient).order_by(ApiClient.name))]

    def switch_off(self, name: str) -> None:
        """At once. Raises AccountError that lists who is known."""
        row = self._by_name(name)
        if not row:
            known = "、".join(client.name for client in self.all()) or "（还没有）"
            raise AccountError(f"没有叫“{name}”的对接系统。登记的有：{known}")
        row.active = False

    def _by_name(self, name: str) -> ApiClient | None:
        return self._session.scalar(select(ApiClient).where(ApiClient.name == name))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _client(row: ApiClient) -> Client:
    return Client(row.id, row.name, tuple(row.scopes), row.expires_at, row.active)
