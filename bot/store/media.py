"""Pictures and recordings: what is still to be fetched from the platform, and what has been.

A row is made in the transaction that keeps the turn. Taking one up moves its next attempt, so that of several workers
one fetches it, and one that dies leaves it to the next.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.models import Media, Turn

KEPT = dt.timedelta(days=3)
"""How long the platform keeps what a resident sent. Source: the platform's document 获取临时素材."""
TOO_LATE = "微信只保存三天，没有来得及取"
ENDINGS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
    "audio/amr": ".amr", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/ogg": ".ogg", "audio/speex": ".spx",
    "audio/wav": ".wav", "video/mp4": ".mp4",
}  # fmt: skip
"""How files of these content types end. A browser may be told them: none is ever run as a page or a script."""
_KINDS = ("image", "voice")
_FIRST, _LONGEST = dt.timedelta(minutes=1), dt.timedelta(hours=6)


@dataclass(frozen=True)
class Wanted:
    turn_id: int
    media_id: str


@dataclass(frozen=True)
class Attachment:
    """What became of a picture or recording of a consultation."""

    turn_id: int
    kind: str
    """Its content type; empty while it is not here."""
    error: str
    """Why it is not here; empty while it has not been tried."""
    given_up: bool = False
    """It will not be tried again."""


def to_fetch(kind: str, media_id: str, now: dt.datetime) -> Media | None:
    """The row beside a turn that names a picture or recording."""
    return Media(kind="", due_at=now, attempts=0, error="") if kind in _KINDS and media_id else None


class MediaStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def anything_due(self, now: dt.datetime) -> bool:
        """Whether a worker would find something; asked without waiting for anybody who writes."""
        return self._session.scalar(select(Media.turn_id).where(Media.due_at <= now).limit(1)) is not None

    def take(self, now: dt.datetime) -> Wanted | None:
        """The oldest that is due. Those that the platform has deleted meanwhile are given up."""
        due = select(Media, Turn).join(Turn).where(Media.due_at <= now).order_by(Media.turn_id).limit(1)
        # One row at a time: those that are locked here are not to be had by other workers.
        while found := self._session.execute(due.with_for_update(skip_locked=True, of=Media)).first():
            row, turn = found
            if turn.said_at + KEPT <= now:
                row.due_at, row.error = None, f"{TOO_LATE}。{row.error}"[:120].rstrip("。")
                continue
            row.due_at = now + min(_FIRST * int(2 ** min(row.attempts, 10)), _LONGEST)
            row.attempts += 1
            return Wanted(turn.id, turn.media_id)
        return None

    def fetched(self, turn_id: int, kind: str, content: bytes, now: dt.datetime) -> None:
        """Keep it, unless it has been erased meanwhile."""
        self._mark(turn_id, kind=kind, content=content, fetched_at=now, due_at=None, error="")

    def failed(self, turn_id: int, error: str, *, for_good: bool) -> None:
        """It is tried again at its time, or given up."""
        self._mark(turn_id, error=error[:120], **({"due_at": None} if for_good else {}))

    def of(self, case_id: int) -> list[Attachment]:
        """A consultation's pictures and recordings, as they were sent."""
        rows = self._session.scalars(
            select(Media).join(Turn).where(Turn.consultation_id == case_id).order_by(Media.turn_id)
        )
        return [Attachment(row.turn_id, row.kind, row.error, not (row.kind or row.due_at)) for row in rows]

    def content(self, turn_id: int) -> bytes:
        """The bytes of one that is here, empty otherwise."""
        return self._session.scalar(select(Media.content).where(Media.turn_id == turn_id)) or b""

    def _mark(self, turn_id: int, **values: object) -> None:
        waiting = update(Media).where(Media.turn_id == turn_id, Media.fetched_at.is_(None))
        self._session.execute(waiting.values(**values), execution_options={"synchronize_session": False})
