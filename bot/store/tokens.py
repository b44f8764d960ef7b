"""The platform's access token, shared by every process that uses this database."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.store.dialect import insert_into
from bot.store.models import Token


class Tokens:
    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, account: str, now: dt.datetime) -> str:
        """The sealed token; empty when there is none that is still good."""
        row = self._session.get(Token, account)
        return row.sealed if row and row.good_until and row.good_until > now else ""

    def claim(self, account: str, now: dt.datetime, until: dt.datetime) -> bool:
        """The right to fetch a new one, which ends by itself; False while another process has it."""
        new = {"account": account, "sealed": "", "good_until": None, "claimed_until": None}
        statement = insert_into(self._session, Token).values(new).on_conflict_do_nothing(index_elements=["account"])
        self._session.execute(statement)
        free = Token.claimed_until.is_(None) | (Token.claimed_until <= now)
        taken = update(Token).where(Token.account == account, free).values(claimed_until=until)
        return self._session.execute(taken.returning(Token.account)).scalar_one_or_none() is not None

    def save(self, account: str, sealed: str, good_until: dt.datetime | None) -> None:
        """Keep what was fetched, if anything was, and give the right back."""
        values = {"claimed_until": None} | ({"sealed": sealed, "good_until": good_until} if sealed else {})
        self._session.execute(update(Token).where(Token.account == account).values(values))
