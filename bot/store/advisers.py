"""The register of advisers: who answers for which villages and topics, their leave, and the account they write from."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ConsultationError
from bot.store.models import Adviser

OFFICE, MEDIATOR = "司法所", "调解员"
KINDS = ("律师", "法律明白人", MEDIATOR, OFFICE)
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that look alike on paper."""
_CODE_LENGTH = 8
CODE_LIFE = dt.timedelta(days=7)


@dataclass(frozen=True)
class Counsel:
    """An adviser: 律师, 法律明白人, 调解员 or the township's 司法所. No villages or topics means all of them."""

    id: int
    name: str
    kind: str
    villages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    email: str = ""
    duty: bool = False
    person_id: int | None = None
    away_from: dt.date | None = None
    away_until: dt.date | None = None
    configured: bool = True
    """Stands in the configuration, which alone can take them out."""

    def away_on(self, day: dt.date) -> bool:
        return bool(self.away_from and self.away_until and self.away_from <= day <= self.away_until)


@dataclass(frozen=True)
class Seed:
    """An adviser as the configuration or a form describes one."""

    name: str
    kind: str
    villages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    email: str = ""
    duty: bool = False


class Advisers:
    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Counsel]:
        """The active ones: as configured, then as added."""
        rows = self._session.scalars(select(Adviser).where(Adviser.active).order_by(Adviser.rank, Adviser.id))
        return [_counsel(row) for row in rows]

    def switched_off(self) -> list[Counsel]:
        """Those whom staff added and switched off, who can come back."""
        off = select(Adviser).where(~Adviser.active, ~Adviser.configured).order_by(Adviser.id)
        return [_counsel(row) for row in self._session.scalars(off)]

    def get(self, adviser_id: int) -> Counsel:
        return _counsel(self._session.get_one(Adviser, adviser_id))

    def named(self, name: str) -> Counsel:
        """Raises ConsultationError that lists who is known."""
        known = {counsel.name: counsel for counsel in self.all()}
        if name not in known:
            raise ConsultationError(f"没有叫“{name}”的顾问。登记的有：{'、'.join(known) or '（还没有）'}")
        return known[name]

    def bound_to(self, person_id: int) -> Counsel | None:
        """The adviser who writes from this account."""
        row = self._session.scalar(select(Adviser).where(Adviser.resident_id == person_id, Adviser.active))
        return _counsel(row) if row else None

    def seed(self, seeds: Sequence[Seed]) -> None:
        """Bring the configured ones in line with the configuration; those left out become inactive."""
        known = {row.name: row for row in self._session.scalars(select(Adviser))}
        for row in known.values():
            row.active = row.active and not row.configured
        for rank, seed in enumerate(seeds):
            row = known.get(seed.name) or Adviser(name=seed.name)
            _write(row, seed)
            row.rank, row.active, row.configured = rank, True, True
            self._session.add(row)

    def add(self, seed: Seed) -> Counsel:
        """One whom staff add. Raises ConsultationError for a name that is taken."""
        if self._session.scalar(select(Adviser).where(Adviser.name == seed.name)):
            raise ConsultationError(f"已经有叫“{seed.name}”的顾问。同名的请加上单位，例如“{seed.name}（某某所）”")
        row = Adviser(rank=1000, active=True, configured=False)
        _write(row, seed)
        self._session.add(row)
        self._session.flush()
        return _counsel(row)

    def switch(self, adviser_id: int, *, on: bool) -> Counsel:
        """Let one whom staff added take consultations, or no longer. Raises ConsultationError for a configured one."""
        row = self._session.get_one(Adviser, adviser_id)
        if row.configured:
            raise ConsultationError(f"{row.name}写在 config.toml 里，请在那里增减")
        row.active = on
        self._session.flush()
        return _counsel(row)

    def new_code(self, adviser_id: int, now: dt.datetime) -> str:
        """A one-time code to bind the adviser's account; it replaces an earlier one. Only a digest is kept."""
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        row = self._session.get_one(Adviser, adviser_id)
        row.binding_digest, row.binding_until = _digest(code), now + CODE_LIFE
        return code

    def bind(self, code: str, person_id: int, now: dt.datetime) -> Counsel:
        """Bind an account to the adviser who was given this code. Raises ConsultationError."""
        row = self._session.scalar(
            select(Adviser).where(Adviser.binding_digest == _digest(code.upper()), Adviser.active).with_for_update()
        )
        if not row or not row.binding_until or row.binding_until < now:
            raise ConsultationError("绑定码不对，或者已经用过、过期了。请找司法所要一个新的")
        for other in self._session.scalars(select(Adviser).where(Adviser.resident_id == person_id)):
            other.resident_id = None
        self._session.flush()
        row.resident_id, row.binding_digest, row.binding_until = person_id, "", None
        self._session.flush()
        return _counsel(row)

    def unbind(self, person_id: int) -> None:
        for row in self._session.scalars(select(Adviser).where(Adviser.resident_id == person_id)):
            row.resident_id = None

    def leave(self, adviser_id: int, first: dt.date | None, last: dt.date | None) -> Counsel:
        """Away from `first` to `last`, both included; None ends the leave."""
        row = self._session.get_one(Adviser, adviser_id)
        row.away_from, row.away_until = first, last
        return _counsel(row)


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _write(row: Adviser, seed: Seed) -> None:
    row.name, row.kind, row.email, row.duty = seed.name, seed.kind, seed.email, seed.duty
    row.villages, row.topics = list(seed.villages), list(seed.topics)


def _counsel(row: Adviser) -> Counsel:
    return Counsel(
        id=row.id, name=row.name, kind=row.kind, villages=tuple(row.villages), topics=tuple(row.topics),
        email=row.email, duty=row.duty, person_id=row.resident_id, away_from=row.away_from,
        away_until=row.away_until, configured=row.configured,
    )  # fmt: skip
