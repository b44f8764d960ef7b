"""What a channel is, and what its failures mean."""

from enum import Enum
from typing import Protocol

from bot.store.outbox import Held


class Fate(Enum):
    """What becomes of a parcel that a channel did not take."""

    AGAIN = "again"
    """Busy or unreachable: the same channel, later."""
    NEXT = "next"
    """This channel will never take it: the next one."""


class Undelivered(Exception):
    """A channel did not take a parcel. `why` is for staff: it names no token, address or OpenID."""

    def __init__(self, fate: Fate, why: str) -> None:
        super().__init__(why)
        self.fate = fate
        self.why = why


class Announced(Exception):
    """The addressee was told that something waits; the parcel itself waits in the pick-up box."""


class Channel(Protocol):
    """One way of sending. Adding one is adding a file and its place in the ladder."""

    rung: str
    """Its name in the outbox."""

    def reaches(self, parcel: Held) -> bool:
        """Whether it has an address for this addressee at all."""

    def send(self, parcel: Held) -> None:
        """Send it. Raises Undelivered, or Announced where only the news of it fits."""
