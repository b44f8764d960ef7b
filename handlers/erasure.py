"""Erasing what is known of a person who asks for it (个人信息保护法第四十七条); what happened is still counted."""

import datetime as dt

from bot.store.database import Unit


def erase(unit: Unit, person_id: int, now: dt.datetime) -> None:
    """Their words, their identity and what was promised to be sent. What still waits for an answer is withdrawn."""
    unit.consultations.withdraw_open(person_id, now)
    unit.residents.erase_words(person_id, but=set())
    unit.subscriptions.erase(person_id)
    unit.residents.erase_identity(person_id, now)
