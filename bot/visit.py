"""What a handler is given, and what it is."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from bot.message import Inbound, Reply
from bot.store.database import Unit
from bot.store.dialogue import Person


@dataclass(frozen=True)
class Visit:
    """One message of one resident inside one transaction, at one moment."""

    message: Inbound
    person: Person
    unit: Unit
    now: dt.datetime


Handler = Callable[[Visit], Reply | None]
"""Answers a visit, or returns None: "not mine"."""
