"""From a consultation into a ledger: what the form begins with, and what came of it."""

import datetime as dt
from dataclasses import dataclass

from bot.ledger.activities import LEGAL_AID
from bot.ledger.book import Book
from bot.ledger.mediation import MEDIATION
from bot.masking import masked
from bot.store.consultations import Case
from bot.store.database import Unit
from bot.store.records import Record
from bot.web.auth import Member
from bot.web.sieve import Reach, may_open, outside, reach_of

REFERRALS = {MEDIATION.slug: (MEDIATION, "登记调解"), LEGAL_AID.slug: (LEGAL_AID, "法援转介")}


@dataclass(frozen=True)
class Referral:
    """A book into which a consultation was brought, or can be."""

    title: str
    number: str = ""
    state: str = ""
    link: str = ""
    """Empty for who may not open it."""


def prefilled(book: Book, reach: Reach, today: dt.date, case: Case | None) -> dict[str, str]:
    """What a new row begins with: today, who writes it, and what the consultation tells."""
    begun = {book.day: today.isoformat(), "mediator": reach.name, **dict(reach.columns)}
    if len(reach.villages) == 1:
        begun["village"] = reach.villages[0]
    if not case:
        return begun
    words = masked(case.question)
    more = {
        MEDIATION.slug: {"topic": case.topic, "facts": words, "source": "当事人申请"},
        LEGAL_AID.slug: {"matter": case.topic, "note": words[: LEGAL_AID.field("note").longest]},
    }
    return {**begun, "village": case.village or begun.get("village", ""), **more.get(book.slug, {})}


def referrals(unit: Unit, member: Member, case: Case) -> list[Referral]:
    """Those made, and for those not made the form, if this member may open it."""
    found = []
    for slug, (book, invitation) in REFERRALS.items():
        record = unit.records.of_case(slug, case.id)
        allowed = may_open(member, book)
        if record:
            hidden = not allowed or outside(book, reach_of(unit, member, book), record)
            link = "" if hidden else f"/staff/books/{slug}/{record.id}"
            found.append(Referral(book.title, record.number, state_of(record), link))
        elif allowed:
            found.append(Referral(invitation, link=f"/staff/books/{slug}/new?case={case.number}"))
    return found


def state_of(record: Record) -> str:
    if record.book == MEDIATION.slug:
        return str(record.row.get("result") or "调解中")
    return str(record.row.get("decision") or "等决定")
