"""Attempts to sign in, counted by network address, which is never written down: only a keyed digest of it is."""

import datetime as dt
import hmac
import ipaddress
import secrets

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from bot.store.dialect import insert_into
from bot.store.models import Caller, CallerKey

ATTEMPTS = 30
STRETCH = dt.timedelta(minutes=10)


class Callers:
    def __init__(self, session: Session) -> None:
        self._session = session

    def attempt(self, address: str, now: dt.datetime) -> tuple[int, dt.datetime]:
        """Count an attempt before its password is compared, in one statement, so that many at once are all counted.

        Returns how many there have been and until when they count. More than ATTEMPTS are to be refused."""
        statement = insert_into(self._session, Caller).values(
            digest=self._digest(address, now), failed=1, until=now + STRETCH
        )
        over = Caller.until <= now
        counted = statement.on_conflict_do_update(
            index_elements=["digest"],
            set_={
                "failed": case((over, 1), else_=Caller.failed + 1),
                "until": case((over, statement.excluded.until), else_=Caller.until),
            },
        ).returning(Caller.failed, Caller.until)
        failed, until = self._session.execute(counted).one()
        return failed, until

    def forgive(self, address: str, now: dt.datetime) -> None:
        """The attempt that was just counted had the right password."""
        mine = update(Caller).where(Caller.digest == self._digest(address, now), Caller.failed > 0)
        self._session.execute(mine.values(failed=Caller.failed - 1))

    def forget(self, now: dt.datetime) -> None:
        """Delete what no longer counts, and the keys of days gone by."""
        self._session.execute(delete(Caller).where(Caller.until <= now))
        self._session.execute(delete(CallerKey).where(CallerKey.day < _day(now)))

    def _digest(self, address: str, now: dt.datetime) -> str:
        new = {"day": _day(now), "key": secrets.token_hex(32)}
        self._session.execute(
            insert_into(self._session, CallerKey).values(new).on_conflict_do_nothing(index_elements=["day"])
        )
        key = self._session.execute(select(CallerKey.key).where(CallerKey.day == _day(now))).scalar_one()
        return hmac.digest(key.encode(), _place(address).encode(), "sha256").hex()


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()


def _place(address: str) -> str:
    """The address; of IPv6 the network of 64 bits, all of which one subscriber has. Anything else stays as it is."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
