"""Accounts of the workbench: passwords, one-time links, lock-out, sessions, and who saw and changed what."""

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session as Transaction

from bot.errors import AccountError
from bot.store import models, passwords

ROLES = {"adviser": "顾问", "mediator": "调解员", "staff": "工作人员", "admin": "管理员"}
OWN_PLACE = ("adviser", "mediator")
"""Roles that see what is theirs in the register of advisers."""

SETUP_LIFE = dt.timedelta(days=3)
FREE_ATTEMPTS = 5
_FIRST_LOCK, _LONGEST_LOCK = dt.timedelta(minutes=1), dt.timedelta(hours=1)
IDLE_LIMIT, ABSOLUTE_LIMIT = dt.timedelta(hours=2), dt.timedelta(hours=12)
_SEEN_EVERY = dt.timedelta(minutes=1)
"""A session's last use is written no more often, so that reading a page seldom writes."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_SPENT_LINK = "这个链接不对，或者已经用过、过期了。请找管理员要一个新的"


@dataclass(frozen=True)
class Account:
    id: int
    login: str
    name: str
    role: str
    adviser_id: int | None
    active: bool
    failed: int
    locked_until: dt.datetime | None
    password_hash: str = field(repr=False)
    totp_secret: str = field(repr=False)  # sealed


@dataclass(frozen=True)
class Visit:
    """A session that is good now."""

    account: Account
    csrf: str = field(repr=False)
    stale: bool
    """Its last use should be written down."""


@dataclass(frozen=True)
class Entry:
    """One line of the audit."""

    account_id: int | None
    name: str
    action: str
    consultation_id: int | None
    detail: str
    at: dt.datetime
    number: str = ""
    """Of the consultation."""


def check_password(account: Account | None, password: str) -> bool:
    """Slow on purpose, also for an account that does not exist; so not inside a transaction. Raises Busy."""
    return passwords.matches(account.password_hash if account else "", password)


class Accounts:
    def __init__(self, session: Transaction) -> None:
        self._session = session

    # --- the register ------------------------------------------------------------------------------------------

    def add(self, login: str, name: str, role: str, now: dt.datetime, adviser_id: int | None = None) -> Account:
        """Without a password, which its owner chooses by a one-time link. Raises AccountError."""
        login = login.strip().lower()
        if not _LOGIN.fullmatch(login):
            raise AccountError("登录名要用 2 到 40 个英文字母、数字、点、横线，例如 zhang.san")
        if not name.strip():
            raise AccountError("要写姓名，例如张三（命令行写 --name 张三）")
        if role not in ROLES:
            raise AccountError(f"没有“{role}”这种角色，可用的有：{'、'.join(ROLES)}")
        if role in OWN_PLACE and adviser_id is None:
            raise AccountError(f"{ROLES[role]}的账号要写明是登记的哪一位顾问（命令行写 --adviser 示例律师）")
        if self._row_by_login(login):
            raise AccountError(f"已经有登录名“{login}”，请换一个")
        row = models.Account(
            login=login, name=name.strip(), role=role, adviser_id=adviser_id, password_hash="", totp_secret="",
            totp_step=0, active=True, failed=0, setup_digest="", created_at=now,
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        return _account(row)

    def all(self) -> list[Account]:
        return [_account(row) for row in self._session.scalars(select(models.Account).order_by(models.Account.login))]

    def by_login(self, login: str) -> Account:
        """Raises AccountError that lists who is known."""
        row = self._row_by_login(login.strip().lower())
        if not row:
            known = "、".join(account.login for account in self.all()) or "（还没有）"
            raise AccountError(f"没有登录名“{login}”。登记的有：{known}")
        return _account(row)

    def get(self, account_id: int) -> Account:
        return _account(self._session.get_one(models.Account, account_id))

    def deactivate(self, account_id: int) -> None:
        """Signed out everywhere at once, and no link works any more."""
        row = self._locked(account_id)
        row.active, row.setup_digest, row.setup_until = False, "", None
        self.close_all(account_id)

    def unlock(self, account_id: int) -> None:
        """Wrong attempts are forgiven; the password stays."""
        row = self._locked(account_id)
        row.failed, row.locked_until = 0, None

    # --- passwords and codes -----------------------------------------------------------------------------------

    def new_link(self, account_id: int, now: dt.datetime) -> str:
        """The token of a one-time link; it replaces an earlier one. Raises AccountError for one switched off."""
        row = self._locked(account_id)
        if not row.active:
            raise AccountError(f"账号“{row.login}”已停用。要再用，请用新的登录名登记：legalbot staff add")
        token = secrets.token_urlsafe(32)
        row.setup_digest, row.setup_until = _digest(token), now + SETUP_LIFE
        return token

    def by_link(self, token: str, now: dt.datetime) -> Account:
        """Whose link this is. Raises AccountError when it is wrong, used or too old."""
        row = self._session.scalar(
            select(models.Account).where(models.Account.setup_digest == _digest(token), models.Account.active)
        )
        if not row or not row.setup_until or row.setup_until <= now:
            raise AccountError(_SPENT_LINK)
        return _account(row)

    def set_up(self, token: str, password_hash: str, now: dt.datetime) -> Account:
        """Use a link, also to come back after losing the password or the telephone: locks, sessions and the second
        factor end. Raises AccountError as `by_link` does."""
        row = self._locked(self.by_link(token, now).id)
        if row.setup_digest != _digest(token):
            raise AccountError(_SPENT_LINK)
        row.setup_digest, row.setup_until, row.totp_secret = "", None, ""
        row.password_hash, row.failed, row.locked_until = password_hash, 0, None
        self.close_all(row.id)
        return _account(row)

    def set_password(self, account_id: int, password_hash: str) -> None:
        self._locked(account_id).password_hash = password_hash

    def attempt(self, login: str, now: dt.datetime) -> Account | None:
        """Count an attempt to sign in, before anything is compared, so that many at once are all counted; None if
        there is no such account, or it is switched off, has no password or is locked. From the fifth one on each
        locks it, twice as long as the one before; `open` forgives them all."""
        row = self._row_by_login(login.strip().lower(), lock=True)
        if not row or not row.active or not row.password_hash or (row.locked_until and row.locked_until > now):
            return None
        row.failed += 1
        if row.failed >= FREE_ATTEMPTS:
            doublings = min(row.failed - FREE_ATTEMPTS, 10)
            row.locked_until = now + min(_FIRST_LOCK * 2**doublings, _LONGEST_LOCK)
        return _account(row)

    def set_totp(self, account_id: int, sealed: str) -> None:
        """Ask for a code from now on; with an empty secret, no longer."""
        self._locked(account_id).totp_secret = sealed

    def use_code(self, account_id: int, step: int) -> bool:
        """Mark the code of this time step as used; False if it, or a later one, was used before."""
        account = models.Account
        used = update(account).where(account.id == account_id, account.totp_step < step).values(totp_step=step)
        return self._session.execute(used.returning(account.id)).scalar_one_or_none() is not None

    # --- sessions ----------------------------------------------------------------------------------------------

    def open(self, account_id: int, now: dt.datetime) -> str:
        """Signed in: the token for the browser. Only a digest is kept."""
        row = self._locked(account_id)
        row.failed, row.locked_until = 0, None
        token, session = secrets.token_urlsafe(32), models.Session
        over = or_(session.expires_at <= now, session.last_seen_at <= now - IDLE_LIMIT)
        self._session.execute(delete(session).where(over))
        self._session.add(
            session(
                digest=_digest(token), account_id=account_id, csrf=secrets.token_urlsafe(24), created_at=now,
                last_seen_at=now, expires_at=now + ABSOLUTE_LIMIT,
            )
        )  # fmt: skip
        return token

    def find(self, token: str, now: dt.datetime) -> Visit | None:
        """Who holds this token; None when it is unknown or over, or the account is switched off."""
        row = self._session.get(models.Session, _digest(token))
        if not row or row.expires_at <= now or row.last_seen_at <= now - IDLE_LIMIT or not row.account.active:
            return None
        return Visit(_account(row.account), row.csrf, row.last_seen_at <= now - _SEEN_EVERY)

    def seen(self, token: str, now: dt.datetime) -> None:
        session = models.Session
        self._session.execute(update(session).where(session.digest == _digest(token)).values(last_seen_at=now))

    def close(self, token: str) -> None:
        self._session.execute(delete(models.Session).where(models.Session.digest == _digest(token)))

    def close_all(self, account_id: int) -> None:
        self._session.execute(delete(models.Session).where(models.Session.account_id == account_id))

    # --- the audit ---------------------------------------------------------------------------------------------

    def record(
        self, account_id: int | None, name: str, action: str, now: dt.datetime, consultation_id: int | None = None,
        detail: str = "",
    ) -> None:  # fmt: skip
        """Who saw or changed what. `detail` must hold no resident's words, password or token."""
        self._session.add(
            models.Audit(
                account_id=account_id, name=name, action=action, consultation_id=consultation_id, detail=detail, at=now
            )
        )

    def trail(
        self, limit: int = 200, consultation_id: int | None = None, name: str = "", offset: int = 0
    ) -> list[Entry]:
        """The audit, newest first; of one consultation if one is named, and of whose name holds `name`."""
        audit, about = models.Audit, models.Consultation
        chosen = select(audit, about.number).outerjoin(about, about.id == audit.consultation_id)
        chosen = chosen.order_by(audit.id.desc()).limit(limit).offset(offset)
        if consultation_id is not None:
            chosen = chosen.where(audit.consultation_id == consultation_id)
        if name:
            chosen = chosen.where(audit.name.contains(name, autoescape=True))
        return [
            Entry(row.account_id, row.name, row.action, row.consultation_id, row.detail, row.at, number or "")
            for row, number in self._session.execute(chosen)
        ]

    def _row_by_login(self, login: str, lock: bool = False) -> models.Account | None:
        chosen = select(models.Account).where(models.Account.login == login)
        return self._session.scalar(chosen.with_for_update() if lock else chosen)

    def _locked(self, account_id: int) -> models.Account:
        self._session.flush()
        return self._session.get_one(models.Account, account_id, with_for_update=True, populate_existing=True)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _account(row: models.Account) -> Account:
    return Account(
        id=row.id, login=row.login, name=row.name, role=row.role, adviser_id=row.adviser_id, active=row.active,
        failed=row.failed, locked_until=row.locked_until, password_hash=row.password_hash,
        totp_secret=row.totp_secret,
    )  # fmt: skip
