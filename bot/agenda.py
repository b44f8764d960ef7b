"""What is due in the office: the clocks of bot.ledger read over the records of today."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.clerk import line_of, lines
from bot.clock import SHANGHAI, local
from bot.ledger import clocks
from bot.ledger.book import Line
from bot.ledger.clocks import Due
from bot.ledger.consultation import CONSULTATION
from bot.ledger.figures import duties
from bot.period import Period
from bot.store.board import Scope
from bot.store.database import Unit
from bot.store.records import Record

_WAITING = 200
_LAWYER = "律师"
_WITH_TERMS = ("mediation", "legal-aid", "drafting")
"""Ledgers whose rows have terms."""


@dataclass(frozen=True)
class Agenda:
    """The office's own rules beside those of the law."""

    villages: Sequence[str] = ()
    visits_a_month: int = 1
    return_visit: dt.timedelta = dt.timedelta(days=30)

    def on(self, unit: Unit, now: dt.datetime) -> list[Due]:
        """Everything with a term, the most pressing first."""
        today = local(now).date()
        month = Period.month(today.year, today.month)
        owed = owed_by(unit, self.villages)
        duty = duties(lines(unit, "visit", month.start, month.end), owed, self.visits_a_month, month, today)
        kept = {book: list(lines(unit, book)) for book in _WITH_TERMS}  # of all years: a long one may have just ended
        return clocks.in_order(
            [
                *_first_answers(unit), *clocks.serious(_serious(unit)), *self._terms(kept, today),
                *clocks.visits_behind(duty, month.last),
            ]
        )  # fmt: skip

    def of(self, record: Record, now: dt.datetime) -> list[Due]:
        """The terms of one row, the most pressing first."""
        kept = {} if record.void else {record.book: [line_of(record)]}
        return clocks.in_order(self._terms(kept, local(now).date()))

    def _terms(self, kept: Mapping[str, Sequence[Line]], today: dt.date) -> Iterator[Due]:
        mediations, aid, drafting = (kept.get(book, ()) for book in _WITH_TERMS)
        yield from clocks.confirmations(mediations, today)
        yield from clocks.return_visits(mediations, self.return_visit)
        yield from clocks.escalations(mediations)
        yield from clocks.legal_aid(aid)
        yield from clocks.protection_orders(drafting)


def owed_by(unit: Unit, villages: Sequence[str]) -> list[tuple[str, str]]:
    """Which lawyer has to visit which village; one without villages of their own has them all."""
    lawyers = [one for one in unit.advisers.all() if one.kind == _LAWYER]
    return [(one.name, village) for one in lawyers for village in one.villages or villages]


def soon(dues: Sequence[Due], today: dt.date, days: int = 3) -> list[Due]:
    """Late, or due within so many days."""
    return [due for due in dues if due.by <= today + dt.timedelta(days=days)]


def _serious(unit: Unit) -> Iterator[Line]:
    return map(line_of, unit.records.unfinished(CONSULTATION.slug, "serious", "serious_reported"))


def _first_answers(unit: Unit) -> Iterator[Due]:
    for case in unit.board.waiting(Scope(everything=True), _WAITING):
        if case.due_at:
            # A promise is an hour of the day; the last minute of it decides on which day it falls.
            by = (case.due_at - dt.timedelta(minutes=1)).astimezone(SHANGHAI).date()
            whose = f"{case.adviser}还没有答复" if case.adviser else "还没有人接手，请分派"
            yield Due("咨询首答", by, "本所自定的首答时限", whose, case.number, case.village, "consultation", case.id)
