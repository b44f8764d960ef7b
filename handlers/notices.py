"""What advisers are told about a consultation that is theirs: written into the outbox, sent by the delivery."""

import datetime as dt

from bot.routing import Notice
from bot.store.database import Unit
from handlers import adviser_phrases as phrases


def tell(unit: Unit, notice: Notice, now: dt.datetime) -> None:
    unit.outbox.notify(notice.adviser.id, phrases.notice(notice), now, notice.case.id)
