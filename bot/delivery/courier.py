"""Drains the outbox: holds what is due, sends it outside any transaction, marks what became of it."""

import datetime as dt
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.clock import Clock
from bot.delivery.channel import Announced, Channel, Fate, Undelivered
from bot.delivery.ladder import ATTEMPTS, next_rung, wait
from bot.errors import StoreError
from bot.store.database import Database, Unit
from bot.store.outbox import LEASE, PICKUP, Held

_log = logging.getLogger(__name__)
BATCH = 20
IDLE_SECONDS = 1.0
LONGEST_SEND = dt.timedelta(seconds=25)
"""A token refused, a new one fetched or waited for, and the message sent again, each as slowly as it may be."""
NO_CHANNEL = "没有能用的渠道：顾问没有绑定微信，也没有邮箱或群机器人"
NO_ACCOUNT = "问的人不用公众号，请打电话或当面告诉他"


@dataclass(frozen=True)
class Round:
    """What one round did."""

    taken: int
    sent: int


class Courier:
    """Any number of them may run, in one process or several: a parcel is held by one at a time."""

    def __init__(self, database: Database, channels: Sequence[Channel], clock: Clock, random: Random) -> None:
        self._database = database
        self._channels = {channel.rung: channel for channel in channels}
        self._clock = clock
        self._random = random

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. A fault of the database is logged and waited out."""
        while not stop.is_set():
            try:
                idle = not self.once().taken
            except StoreError as error:
                _log.error("outbox not drained error=%s", error)
                idle = True
            if idle:
                stop.wait(IDLE_SECONDS)

    def once(self) -> Round:
        """One round. Raises StoreError."""
        now = self._clock()
        with self._database.reading() as unit:
            if not unit.outbox.anything_due(now):
                return Round(0, 0)
        with self._database.unit() as unit:
            held = unit.outbox.lease(now, BATCH)
            ready = [parcel for parcel in held if self._may_go(unit, parcel)]
            unit.commit()
        return Round(len(held), sum(self._send(parcel) for parcel in ready if self._holds_still(now)))

    def _holds_still(self, leased_at: dt.datetime) -> bool:
        """Whether a send would end before the lease does; whoever comes after that takes what is left."""
        return self._clock() + LONGEST_SEND <= leased_at + LEASE

    def _may_go(self, unit: Unit, parcel: Held) -> bool:
        """Whether its channel can take it now; if not it steps down at once. The platform's quota is spent here."""
        channel = self._channels.get(parcel.rung)
        if not channel or not channel.reaches(parcel):
            self._down(unit, parcel, parcel.error)
            return False
        if parcel.rung == "push" and not unit.residents.spend_push(parcel.person_id or 0, self._clock()):
            self._down(unit, parcel, "48小时内没有发过消息，或者主动消息的条数用完了")
            return False
        if parcel.rung == "subscription" and not unit.subscriptions.spend(parcel.case_id or 0, self._clock()):
            self._down(unit, parcel, parcel.error)
            return False
        return True

    def _send(self, parcel: Held) -> bool:
        failure: Undelivered | None = None
        announced = False
        try:
            self._channels[parcel.rung].send(parcel)
        except Announced:
            announced = True
        except Undelivered as error:
            failure = error
        except Exception as error:
            # A fault of ours in one channel must not stop the others; the parcel is tried again, then steps down.
            _log.exception("channel failed rung=%s parcel=%d", parcel.rung, parcel.id)
            failure = Undelivered(Fate.AGAIN, f"程序出错（{type(error).__name__}）")
        with self._database.unit() as unit:
            if failure:
                self._failed(unit, parcel, failure)
            elif announced:
                unit.outbox.move(parcel, PICKUP, self._clock(), "已通知居民，等他来取")
            elif unit.outbox.sent(parcel, self._clock()):
                self._tell_the_record(unit, parcel)
            else:
                _log.warning("parcel may have gone out twice parcel=%d", parcel.id)
            unit.commit()
        return failure is None

    def _tell_the_record(self, unit: Unit, parcel: Held) -> None:
        if parcel.case_id and not parcel.adviser and not unit.outbox.unsent(parcel.case_id):
            unit.consultations.delivered(parcel.case_id, self._clock(), parcel.rung)

    def _failed(self, unit: Unit, parcel: Held, failure: Undelivered) -> None:
        _log.warning("parcel not taken rung=%s parcel=%d fate=%s", parcel.rung, parcel.id, failure.fate.value)
        if failure.fate is Fate.AGAIN and parcel.attempts + 1 < ATTEMPTS:
            if parcel.rung == "subscription" and parcel.case_id:
                unit.subscriptions.give_back(parcel.case_id)
            due = self._clock() + wait(parcel.attempts, self._random)
            unit.outbox.later(parcel, due, failure.why)
        else:
            self._down(unit, parcel, failure.why)

    def _down(self, unit: Unit, parcel: Held, why: str) -> None:
        usable = {*self._channels, *([PICKUP] if parcel.collects else [])}
        rung = next_rung(parcel.rung, bool(parcel.adviser), usable)
        if rung:
            unit.outbox.move(parcel, rung, self._clock(), why)
        else:
            unit.outbox.bury(parcel, why or (NO_CHANNEL if parcel.adviser else NO_ACCOUNT))
