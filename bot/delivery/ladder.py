"""The ladder as pure functions: which channel is tried next, and when a failed one is tried again."""

import datetime as dt
from collections.abc import Collection
from random import Random

from bot.store.outbox import PICKUP

RESIDENT = ("push", "subscription", PICKUP)
ADVISER = ("push", "robot", "mail", PICKUP)
"""In the pick-up box an adviser's notice rides on the reply to whatever they send."""

ATTEMPTS = 5
"""On one rung, before the next is tried."""
_FIRST, _LONGEST = dt.timedelta(seconds=5), dt.timedelta(minutes=10)


def next_rung(rung: str, for_adviser: bool, open_rungs: Collection[str]) -> str | None:
    """The rung below; None when there is none: for a resident only where they do not use the account."""
    ladder = ADVISER if for_adviser else RESIDENT
    below = ladder[ladder.index(rung) + 1 :]
    return next((one for one in below if one in open_rungs), None)


def wait(attempts: int, random: Random) -> dt.timedelta:
    """Doubling from five seconds to ten minutes, with a jitter so that failed ones do not come back all at once."""
    whole = min(_FIRST * int(2 ** min(attempts, 10)), _LONGEST)
    return whole * random.uniform(0.5, 1.0)
