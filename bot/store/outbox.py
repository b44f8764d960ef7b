"""The outbox: what has to reach a resident or an adviser, written in the transaction that made it.

A row climbs down its ladder of channels (`rung`) until one accepts it. Whatever still waits rides on the passive reply
to the next message its addressee sends, whichever rung it is on.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.errors import ConsultationError
from bot.store.models import Adviser, Consultation, Parcel, Resident

LEASE = dt.timedelta(seconds=60)
"""How long a worker may take to send what it holds; later it counts as dead and another one takes over."""

PICKUP = "pickup"
_UNSENT = ("waiting", "leased")


@dataclass(frozen=True)
class Waiting:
    id: int
    text: str
    case_id: int | None


@dataclass(frozen=True)
class Held:
    """A parcel that this worker holds, with where each channel would send it."""

    id: int
    lease: str
    rung: str
    text: str
    attempts: int
    person_id: int | None
    openid: str
    collects: bool
    """Whether the addressee has the account at all, and may come for what waits there."""
    adviser: str
    """Empty for a resident."""
    email: str
    case_id: int | None
    error: str
    """Why the rung above did not take it."""


@dataclass(frozen=True)
class Stuck:
    """What staff must see to: no channel is left, or nobody has picked it up for long."""

    id: int
    number: str
    to: str
    """居民 or the adviser's name."""
    why: str
    created_at: dt.datetime


class Outbox:
    def __init__(self, session: Session) -> None:
        self._session = session

    # --- putting in --------------------------------------------------------------------------------------------

    def put(self, person_id: int, text: str, now: dt.datetime, case_id: int | None = None) -> None:
        """For a resident: the rest of a long reply waits to be picked up, an adviser's words try every way."""
        self._session.add(
            Parcel(
                resident_id=person_id, consultation_id=case_id, text=text, rung="push" if case_id else PICKUP,
                state="waiting", created_at=now, due_at=now, offers=0, attempts=0, error="", lease="",
            )
        )  # fmt: skip

    def notify(self, adviser_id: int, text: str, now: dt.datetime, case_id: int | None = None) -> None:
        """For an adviser."""
        self._session.add(
            Parcel(
                adviser_id=adviser_id, consultation_id=case_id, text=text, rung="push", state="waiting",
                created_at=now, due_at=now, offers=0, attempts=0, error="", lease="",
            )
        )  # fmt: skip

    def withdraw(self, case_id: int, since: dt.datetime) -> bool:
        """Take back what has not gone out about this consultation; False if a part put in since then has."""
        to_resident = and_(Parcel.consultation_id == case_id, Parcel.resident_id.is_not(None))
        out = select(Parcel.id).where(to_resident, Parcel.state.not_in(("waiting", "dead")), Parcel.created_at >= since)
        gone = self._session.scalar(out.limit(1))
        for row in self._session.scalars(select(Parcel).where(to_resident, Parcel.state == "waiting")):
            self._session.delete(row)
        return gone is None

    # --- the pick-up box ---------------------------------------------------------------------------------------

    def waiting(self, person_id: int, now: dt.datetime) -> list[Waiting]:
        """What waits for this person, as a resident and as an adviser, oldest first, unless a worker holds it."""
        own = select(Adviser.id).where(Adviser.resident_id == person_id)
        rows = self._session.scalars(
            select(Parcel)
            .where(or_(Parcel.resident_id == person_id, Parcel.adviser_id.in_(own)), _free(now))
            .order_by(Parcel.id)
            .with_for_update(skip_locked=True)
        )
        return [Waiting(row.id, row.text, row.consultation_id if row.resident_id else None) for row in rows]

    def offered(self, parcel_id: int, now: dt.datetime) -> None:
        """Sent as a passive reply. The platform never acknowledges one, so this is not "sent"."""
        row = self._session.get_one(Parcel, parcel_id)
        row.state, row.offered_at, row.offers, row.lease = "offered", now, row.offers + 1, ""

    def unsent(self, case_id: int) -> bool:
        """Whether a part of the answer is still here."""
        own = select(Parcel.id).where(
            Parcel.consultation_id == case_id, Parcel.resident_id.is_not(None), Parcel.state.in_(_UNSENT)
        )
        return self._session.scalar(own.limit(1)) is not None

    def repeat(self, person_id: int) -> bool:
        """Make the adviser's answer that went out last wait again, with all its parts; False if there is none."""
        answers = select(Parcel).where(Parcel.resident_id == person_id, Parcel.consultation_id.is_not(None))
        gone = ("offered", "sent", "told")
        last = self._session.scalar(answers.where(Parcel.state.in_(gone)).order_by(Parcel.id.desc()).limit(1))
        if not last:
            return False
        for row in self._session.scalars(answers.where(Parcel.consultation_id == last.consultation_id)):
            row.state, row.rung, row.lease = "waiting", PICKUP, ""
        return True

    # --- workers -----------------------------------------------------------------------------------------------

    def lease(self, now: dt.datetime, limit: int) -> list[Held]:
        """Hold the oldest parcels that are due on a channel. Parts of one answer are sent one after the other."""
        rows = self._session.scalars(
            select(Parcel).where(_due(now)).order_by(Parcel.id).limit(limit).with_for_update(skip_locked=True)
        ).all()
        mark = secrets.token_hex(8)
        for row in rows:
            row.state, row.lease, row.leased_until = "leased", mark, now + LEASE
        return [self._held(row) for row in rows]

    def anything_due(self, now: dt.datetime) -> bool:
        """Whether a worker would find something; asked without waiting for anybody who writes."""
        return self._session.scalar(select(Parcel.id).where(_due(now)).limit(1)) is not None

    def sent(self, held: Held, now: dt.datetime) -> bool:
        """A channel accepted it; False if the lease was lost meanwhile, so that it may have gone out twice."""
        return self._mark(held, state="sent", sent_at=now, lease="", error="")

    def later(self, held: Held, due: dt.datetime, error: str) -> bool:
        return self._mark(held, state="waiting", due_at=due, attempts=held.attempts + 1, lease="", error=error)

    def move(self, held: Held, rung: str, now: dt.datetime, error: str) -> bool:
        """Down the ladder."""
        return self._mark(held, state="waiting", rung=rung, attempts=0, due_at=now, lease="", error=error)

    def bury(self, held: Held, error: str) -> bool:
        """No channel is left: staff see it with the reason."""
        return self._mark(held, state="dead", lease="", error=error)

    def _mark(self, held: Held, **values: object) -> bool:
        done = self._session.execute(
            update(Parcel).where(Parcel.id == held.id, Parcel.lease == held.lease).values(**values)
            .returning(Parcel.id).execution_options(synchronize_session=False)
        )  # fmt: skip
        return done.scalar_one_or_none() is not None

    def _held(self, row: Parcel) -> Held:
        adviser = self._session.get(Adviser, row.adviser_id) if row.adviser_id else None
        person_id = adviser.resident_id if adviser else row.resident_id
        resident = self._session.get(Resident, person_id) if person_id else None
        return Held(
            row.id, row.lease, row.rung, row.text, row.attempts, person_id,
            (resident.openid or "") if resident and resident.following else "",
            bool(resident and resident.openid),
            adviser.name if adviser else "", adviser.email if adviser else "", row.consultation_id, row.error,
        )  # fmt: skip

    # --- staff -------------------------------------------------------------------------------------------------

    def stuck(self, uncollected_since: dt.datetime) -> list[Stuck]:
        """Dead letters, and answers that nobody has picked up since then, oldest first."""
        rows = self._session.execute(
            select(Parcel, Consultation.number, Adviser.name)
            .outerjoin(Consultation, Consultation.id == Parcel.consultation_id)
            .outerjoin(Adviser, Adviser.id == Parcel.adviser_id)
            .where(_stuck(uncollected_since))
            .order_by(Parcel.id)
        )
        return [
            Stuck(row.id, number or "", name or "居民", row.error or "居民一直没有来取", row.created_at)
            for row, number, name in rows
        ]

    def stuck_count(self, uncollected_since: dt.datetime) -> int:
        """How many `stuck` would list."""
        return self._session.scalar(select(func.count()).select_from(Parcel).where(_stuck(uncollected_since))) or 0

    def consultation_of(self, parcel_id: int) -> int | None:
        """What a parcel is about; None for one that is about no consultation, or is not there."""
        return self._session.scalar(select(Parcel.consultation_id).where(Parcel.id == parcel_id))

    def retry(self, parcel_id: int, now: dt.datetime) -> None:
        """Try every channel again. Raises ConsultationError for one that is not stuck."""
        row = self._unsent(parcel_id)
        row.state, row.rung, row.attempts, row.due_at, row.error = "waiting", "push", 0, now, ""

    def told(self, parcel_id: int, now: dt.datetime) -> int | None:
        """Somebody told it by telephone; returns the consultation whose answer a resident has heard, None for a notice
        to an adviser. Raises ConsultationError for one not stuck."""
        row = self._unsent(parcel_id)
        row.state, row.sent_at = "told", now
        return row.consultation_id if row.resident_id else None

    def _unsent(self, parcel_id: int) -> Parcel:
        row = self._session.get(Parcel, parcel_id, with_for_update=True)
        if not row or row.state not in ("dead", "waiting"):
            raise ConsultationError(f"没有卡住的第 {parcel_id} 号答复，可能刚刚送到了")
        return row


def _stuck(uncollected_since: dt.datetime) -> ColumnElement[bool]:
    uncollected = and_(
        Parcel.state == "waiting", Parcel.resident_id.is_not(None), Parcel.consultation_id.is_not(None),
        Parcel.created_at <= uncollected_since,
    )  # fmt: skip
    return or_(Parcel.state == "dead", uncollected)


def _free(now: dt.datetime) -> ColumnElement[bool]:
    """Nobody holds it, or whoever held it has died."""
    return or_(Parcel.state == "waiting", and_(Parcel.state == "leased", Parcel.leased_until <= now))


def _due(now: dt.datetime) -> ColumnElement[bool]:
    """Free, due on a channel, and not behind an earlier part of the same answer."""
    earlier = aliased(Parcel)
    behind = select(earlier.id).where(
        earlier.consultation_id == Parcel.consultation_id, earlier.resident_id == Parcel.resident_id,
        earlier.id < Parcel.id, earlier.state.in_(_UNSENT),
    )  # fmt: skip
    return and_(_free(now), Parcel.rung != PICKUP, Parcel.due_at <= now, ~behind.exists())
