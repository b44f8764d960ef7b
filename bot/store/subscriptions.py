"""One-time subscriptions (一次性订阅消息): offered in a link, granted on the platform's page, spent by one message."""

import datetime as dt
import hashlib
import secrets

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.models import Consultation, Resident, Subscription

LINK_LIFE = dt.timedelta(days=7)


def scene_of(case_id: int) -> int:
    """The platform keeps one consent for each scene (0 to 10,000), so that every consultation has its own."""
    return 1 + case_id % 10_000


class Subscriptions:
    def __init__(self, session: Session) -> None:
        self._session = session

    def offer(self, case_id: int, now: dt.datetime) -> str:
        """The token for a link; only its digest is kept."""
        token = secrets.token_hex(16)  # the platform gives back letters and figures only
        self._session.add(Subscription(digest=_digest(token), consultation_id=case_id, offered_at=now))
        return token

    def open(self, token: str, now: dt.datetime) -> int | None:
        """The consultation of a link that may still be used."""
        row = self._session.get(Subscription, _digest(token))
        good = row and not row.granted_at and now < row.offered_at + LINK_LIFE
        return row.consultation_id if row and good else None

    def grant(self, token: str, openid: str, now: dt.datetime) -> bool:
        """The resident has consented; False for a link that is spent, too old, or somebody else's."""
        row = self._session.get(Subscription, _digest(token), with_for_update=True)
        if not row or row.granted_at or now >= row.offered_at + LINK_LIFE:
            return False
        owner = select(Resident.openid).join(Consultation).where(Consultation.id == row.consultation_id)
        if self._session.scalar(owner) != openid:
            return False
        row.granted_at = now
        return True

    def spend(self, case_id: int, now: dt.datetime) -> bool:
        """Take one consent about this consultation, before the message is sent; False when there is none."""
        unspent = select(Subscription).where(
            Subscription.consultation_id == case_id, Subscription.granted_at.is_not(None),
            Subscription.spent_at.is_(None),
        )  # fmt: skip
        row = self._session.scalar(unspent.limit(1).with_for_update(skip_locked=True))
        if row:
            row.spent_at = now
        return row is not None

    def give_back(self, case_id: int) -> None:
        """The message was not taken, and is tried again."""
        last = select(Subscription).where(Subscription.consultation_id == case_id, Subscription.spent_at.is_not(None))
        row = self._session.scalar(last.order_by(Subscription.spent_at.desc()).limit(1))
        if row:
            row.spent_at = None

    def erase(self, person_id: int) -> None:
        own = select(Consultation.id).where(Consultation.resident_id == person_id)
        statement = delete(Subscription).where(Subscription.consultation_id.in_(own))
        self._session.execute(statement, execution_options={"synchronize_session": "fetch"})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
