"""What is due in the office: the clocks of bot.ledger read over the records of today."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.clerk import lines
from bot.clock import SHANGHAI, local
from bot.ledger import clocks
from bot.ledger.clocks import Due
from bot.ledger.figures import visits
from bot.period import Period
from bot.store.board import Scope
from bot.store.database import Unit

_WAITING = 200


@dataclass(frozen=True)
class Agenda:
    """The office's own rules beside those of the law."""

    villages: Sequence[str] = ()
    visits_a_month: int = 1
    return_visit: dt.timedelta = dt.timedelta(days=30)

    def on(self, unit: Unit, now: dt.datetime) -> list[Due]:
        """Everything with a term, the most pressing first."""
        today = local(now).date()
        mediations = list(lines(unit, "mediation"))  # of all years: a long one may have ended yesterday
        month = Period.month(today.year, today.month)
        made = visits(lines(unit, "visit", month.start, month.end))
        return clocks.in_order(
            [
                *_first_answers(unit),
                *clocks.confirmations(mediations, today),
                *clocks.return_visits(mediations, self.return_visit),
                *clocks.escalations(mediations),
                *clocks.legal_aid(lines(unit, "legal-aid")),
                *clocks.protection_orders(lines(unit, "drafting")),
                *clocks.visits_behind(made, self.villages, self.visits_a_month, today),
            ]
        )


def soon(dues: Sequence[Due], today: dt.date, days: int = 3) -> list[Due]:
    """Late, or due within so many days."""
    return [due for due in dues if due.by <= today + dt.timedelta(days=days)]


def _first_answers(unit: Unit) -> Iterator[Due]:
    for case in unit.board.waiting(Scope(everything=True), _WAITING):
        if case.due_at:
            # A promise is an hour of the day; the last minute of it decides on which day it falls.
            by = (case.due_at - dt.timedelta(minutes=1)).astimezone(SHANGHAI).date()
            whose = f"{case.adviser}还没有答复" if case.adviser else "还没有人接手，请分派"
            yield Due("咨询首答", by, "本所自定的首答时限", whose, case.number, case.village, "consultation", case.id)
