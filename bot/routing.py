"""Who gets a consultation, and by when: village, topic, leave, load, and the order of the kinds of adviser."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.clock import local
from bot.officetime import OfficeTime
from bot.store.advisers import KINDS, OFFICE, Counsel
from bot.store.consultations import Case
from bot.store.database import Unit


@dataclass(frozen=True)
class Limit:
    """How long the first answer may take: hours by the clock, or hours of office time."""

    hours: int
    office_time: bool = False


@dataclass(frozen=True)
class Notice:
    """Something an adviser has to be told about a consultation."""

    case: Case
    adviser: Counsel
    why: str
    """assigned | urgent | remind | unseen | transferred"""


def choose(
    advisers: Sequence[Counsel], village: str, topic: str, today: dt.date, load: Mapping[int, int],
    tried: Sequence[int] = (),
) -> Counsel | None:  # fmt: skip
    """The village's lawyer, else its 法律明白人, else its mediator, the township's office last.

    One who is away, or does not take the topic, or let this one's time pass is skipped; of several of a kind the
    village's own comes before one for all villages, then the one with least to do, then the one named first.
    """
    fit = [
        one
        for one in advisers
        if one.id not in tried
        and not one.away_on(today)
        and (not one.topics or topic in one.topics)
        and (not one.villages or village in one.villages or one.kind == OFFICE)
    ]
    return next(iter(in_order(fit, load)), None)


def in_order(advisers: Sequence[Counsel], load: Mapping[int, int]) -> list[Counsel]:
    """In the order in which they are asked, as `choose` has it."""
    return sorted(advisers, key=lambda one: (KINDS.index(one.kind), not one.villages, load.get(one.id, 0)))


def on_duty(advisers: Sequence[Counsel], today: dt.date) -> Counsel | None:
    """Who sees to urgent matters: the duty officer, else the office; one who is away only when nobody else is left."""
    ranked = sorted(advisers, key=lambda one: (one.away_on(today), not one.duty, one.kind != OFFICE))
    return ranked[0] if ranked else None


@dataclass(frozen=True)
class Routing:
    """The township's rules of routing."""

    office: OfficeTime
    limits: Mapping[str, Limit] = field(default_factory=dict)
    urgent_repeat: dt.timedelta = dt.timedelta(minutes=30)
    """How long an urgent one may stay unacknowledged before the duty officer is told again."""

    def deadlines(self, kind: str, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """(reminder at half the time, end) for an adviser of a kind who gets a consultation now."""
        limit = self.limits.get(kind, Limit(24))
        whole = dt.timedelta(hours=limit.hours)
        if limit.office_time:
            return self.office.after(now, whole / 2), self.office.after(now, whole)
        return now + whole / 2, now + whole

    def assign(self, unit: Unit, case: Case, now: dt.datetime, village: str = "") -> tuple[Case, Notice | None]:
        """Give a consultation to the right person. When there is nobody it stays in the queue: with a promised time,
        or past its time if all have been tried, which staff see."""
        advisers, today = unit.advisers.all(), local(now).date()
        if case.urgent:
            chosen = on_duty([one for one in advisers if one.id not in case.tried], today)
        else:
            load = unit.consultations.load()
            chosen = choose(advisers, case.village or village, case.topic, today, load, case.tried)
        if not chosen:
            _, due = self.deadlines(OFFICE, now)
            return (case if case.tried else unit.consultations.promise(case.id, due)), None
        remind, due = self.deadlines(chosen.kind, now)
        if case.urgent:
            remind = now + self.urgent_repeat
        case = unit.consultations.assign(case.id, chosen.id, now, due, remind)
        return case, Notice(case, chosen, "urgent" if case.urgent else "assigned")

    def transfer(self, unit: Unit, case: Case, to: Counsel, actor: str, now: dt.datetime) -> tuple[Case, Notice]:
        """A person decided who shall have it."""
        remind, due = self.deadlines(to.kind, now)
        case = unit.consultations.assign(case.id, to.id, now, due, remind, actor, transferred=True)
        return case, Notice(case, to, "transferred")

    def look_after(self, unit: Unit, now: dt.datetime) -> list[Notice]:
        """What the clock brings about: reminders at half the time, and late ones on to the next adviser."""
        notices = []
        for case in unit.consultations.late(now):
            returned = unit.consultations.put_back(case.id, now, "到时没有答复")
            _, notice = self.assign(unit, returned, now)
            notices += [notice] if notice else []
        for case in unit.consultations.to_remind(now):
            if case.adviser_id is None:
                continue
            unseen = bool(case.urgent) and not case.seen_at
            again_at = now + self.urgent_repeat if unseen else None
            reminded = unit.consultations.remind(case.id, now, again_at)
            notices.append(Notice(reminded, unit.advisers.get(case.adviser_id), "unseen" if unseen else "remind"))
        return notices
