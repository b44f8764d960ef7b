"""Lists of consultations for the workbench: what a member may see, in the order in which it has to be seen to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from bot.lifecycle import WAITING, State
from bot.store.consultations import Case, case_of
from bot.store.dialect import insert_into
from bot.store.models import Account, Consultation, Look, Turn

_MOMENT = dt.timedelta(minutes=2)
_TO_DO = (*WAITING, State.WORDLESS)
_NOT_DONE = (*_TO_DO, State.CHOOSING, State.WITHDRAWN)


@dataclass(frozen=True)
class Scope:
    """Whose consultations somebody may see: all of them, or an adviser's own and those in their villages' queue."""

    everything: bool = False
    adviser_id: int | None = None
    name: str = ""
    villages: tuple[str, ...] = ()
    """Empty for all villages."""


class Board:
    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, scope: Scope, limit: int = 50, offset: int = 0) -> list[Case]:
        """Urgent first, then by the time by which an answer was promised."""
        order = (Consultation.urgent == "", Consultation.due_at.is_(None), Consultation.due_at, Consultation.id)
        return self._cases(select(Consultation).where(_within(scope), _to_do()).order_by(*order), limit, offset)

    def done(self, scope: Scope, limit: int = 50, offset: int = 0) -> list[Case]:
        """Answered by a person, newest first."""
        # "Not in" on purpose: for "in", SQLite takes the index on states and sorts nearly the whole table.
        by_person = and_(Consultation.state.not_in(_NOT_DONE), Consultation.escalated_at.is_not(None))
        wanted = select(Consultation).where(_within(scope), by_person)
        return self._cases(wanted.order_by(Consultation.answered_at.desc(), Consultation.id.desc()), limit, offset)

    def search(self, scope: Scope, words: Sequence[str], limit: int = 50, offset: int = 0) -> list[Case]:
        """Every word in the number, the question, the answer, the village or anything that was said; newest first."""
        wanted = select(Consultation).where(_within(scope))
        for word in words:
            like = f"%{word.replace('%', '').replace('_', '')}%"
            # Asked for each row, newest first, so that the search ends as soon as a page is full.
            said = select(Turn.id).where(Turn.consultation_id == Consultation.id, Turn.text.like(like)).exists()
            wanted = wanted.where(
                or_(
                    Consultation.number.like(like), Consultation.question.like(like), Consultation.answer.like(like),
                    Consultation.village.like(like), Consultation.topic.like(like), said,
                )
            )  # fmt: skip
        return self._cases(wanted.order_by(Consultation.id.desc()), limit, offset)

    def earlier(self, case: Case, limit: int = 5) -> list[Case]:
        """The same resident's other consultations, newest first."""
        wanted = select(Consultation).where(Consultation.resident_id == case.person_id, Consultation.id != case.id)
        return self._cases(wanted.order_by(Consultation.id.desc()), limit, 0)

    def look(self, case_id: int, account_id: int, now: dt.datetime) -> list[str]:
        """Note that this member is looking at a consultation; the names of others who did so a moment ago."""
        seen = {"consultation_id": case_id, "account_id": account_id, "at": now}
        statement = insert_into(self._session, Look).values(seen)
        again = statement.on_conflict_do_update(index_elements=["consultation_id", "account_id"], set_={"at": now})
        self._session.execute(again)
        others = (
            select(Account.name)
            .join(Look, Look.account_id == Account.id)
            .where(Look.consultation_id == case_id, Look.account_id != account_id, Look.at > now - _MOMENT)
        )
        return list(self._session.scalars(others.order_by(Account.name)))

    def mark(self, scope: Scope) -> str:
        """Changes whenever anything does that `waiting` would show."""
        count, versions = self._session.execute(
            select(func.count(), func.coalesce(func.sum(Consultation.version), 0)).where(_within(scope), _to_do())
        ).one()
        return f"{count}-{versions}"

    def _cases(self, wanted: Select[Consultation], limit: int, offset: int) -> list[Case]:
        return [case_of(row) for row in self._session.scalars(wanted.limit(limit).offset(offset))]


def _to_do() -> ColumnElement[bool]:
    return Consultation.state.in_(_TO_DO)


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    queue = and_(Consultation.adviser_id.is_(None), _to_do())
    if scope.villages:
        queue = and_(queue, Consultation.village.in_(scope.villages))
    return or_(Consultation.adviser_id == scope.adviser_id, Consultation.answerer == scope.name, queue)
