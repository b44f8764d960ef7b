"""Packing a reply: what waits in the pick-up box rides along, and nothing exceeds the platform's limit."""

import datetime as dt

from bot.message import REPLY_BYTES, Reply, pieces
from bot.store.consultations import Case
from bot.store.database import Unit
from bot.store.outbox import Waiting
from bot.visit import Visit
from handlers import phrases

_ROOM = REPLY_BYTES - len((phrases.SEPARATOR + phrases.CONTINUE).encode())


def pack(visit: Visit, reply: Reply) -> Reply:
    """One text of at most REPLY_BYTES. What does not fit waits for the resident's next message."""
    if visit.message.kind == "unsubscribe":
        return reply
    outbox = visit.unit.outbox
    waiting = outbox.waiting(visit.person.id, visit.now)
    own = pieces(reply.text, _ROOM)
    if waiting and reply.trace.get("decision") == "smalltalk":
        own = []  # "好" and the like, sent to get the rest of a long text, needs no answer of its own
    parcels: list[tuple[Waiting | None, str]] = [(parcel, parcel.text) for parcel in waiting]
    mine: list[tuple[Waiting | None, str]] = [(None, piece) for piece in own]
    # Hotlines must be read before anything else.
    queue = [*mine, *parcels] if reply.trace.get("decision") == "urgent" else [*parcels, *mine]
    sent: list[str] = []
    while queue and (not sent or len(phrases.SEPARATOR.join([*sent, queue[0][1]]).encode()) <= _ROOM):
        parcel, text = queue.pop(0)
        sent.append(text)
        if parcel:
            outbox.offered(parcel.id, visit.now)
            if parcel.case_id and not outbox.unsent(parcel.case_id):
                visit.unit.consultations.delivered(parcel.case_id, visit.now, "取件")
    for parcel, text in queue:
        if not parcel:
            outbox.put(visit.person.id, text, visit.now)
    text = phrases.SEPARATOR.join(sent) + (f"\n{phrases.CONTINUE}" if queue else "")
    return Reply(text, {**reply.trace, "parcels": len(waiting)} if waiting else reply.trace)


def bring(unit: Unit, case: Case, text: str, now: dt.datetime) -> None:
    """Put words about a consultation on their way to its resident, cut into parts that fit a message."""
    for part in pieces(text, _ROOM):
        unit.outbox.put(case.person_id, part, now, case.id)


def deposit(unit: Unit, case: Case, now: dt.datetime) -> None:
    """Put an adviser's answer on its way."""
    bring(unit, case, phrases.adviser_answer(case), now)
