"""Entries that the office writes itself: drafts made from answered consultations, reviewed, then published."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import local
from bot.errors import ConsultationError
from bot.store.models import Entry


@dataclass(frozen=True)
class Draft:
    """An entry of the office's own. `row` holds the keys of a knowledge file, `updated` among them."""

    id: int
    row: dict[str, Any]
    state: str
    """draft | published | withdrawn"""
    author: str
    reviewer: str
    case_id: int | None
    updated_at: dt.datetime

    @property
    def entry_id(self) -> str:
        """Its id in the knowledge base."""
        return f"local-{self.id:06d}"


class Drafts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def new(self, row: dict[str, Any], author: str, now: dt.datetime, case_id: int | None = None) -> Draft:
        entry = Entry(row=row, state="draft", author=author, reviewer="", consultation_id=case_id, updated_at=now)
        self._session.add(entry)
        self._session.flush()
        return _draft(entry)

    def of_case(self, case_id: int) -> Draft | None:
        """The draft made from a consultation, so that it is made once."""
        found = self._session.scalar(select(Entry).where(Entry.consultation_id == case_id).limit(1))
        return _draft(found) if found else None

    def save(self, draft_id: int, row: dict[str, Any], author: str, now: dt.datetime) -> Draft:
        """A changed text has to be reviewed again, so that it leaves the knowledge base until then."""
        entry = self._locked(draft_id)
        entry.row, entry.author, entry.reviewer, entry.state, entry.updated_at = row, author, "", "draft", now
        return _draft(entry)

    def publish(self, draft_id: int, reviewer: str, now: dt.datetime) -> Draft:
        """Raises ConsultationError for its own author: nobody reviews what they wrote."""
        entry = self._locked(draft_id)
        if reviewer == entry.author:
            raise ConsultationError("自己写的要请别人审核后发布")
        entry.reviewer, entry.state, entry.updated_at = reviewer, "published", now
        return _draft(entry)

    def withdraw(self, draft_id: int, now: dt.datetime) -> Draft:
        """Out of the knowledge base; the text stays."""
        entry = self._locked(draft_id)
        entry.state, entry.updated_at = "withdrawn", now
        return _draft(entry)

    def get(self, draft_id: int) -> Draft:
        """Raises ConsultationError for an unknown number."""
        entry = self._session.get(Entry, draft_id)
        if not entry:
            raise ConsultationError(f"没有第 {draft_id} 号草稿")
        return _draft(entry)

    def all(self) -> list[Draft]:
        """Those to be reviewed first, then the newest."""
        rows = self._session.scalars(select(Entry).order_by(Entry.state != "draft", Entry.updated_at.desc()))
        return [_draft(row) for row in rows]

    def published(self) -> list[Draft]:
        return [_draft(row) for row in self._session.scalars(select(Entry).where(Entry.state == "published"))]

    def mark(self) -> str:
        """Changes whenever what is published does."""
        count, newest = self._session.execute(
            select(func.count(), func.max(Entry.updated_at)).where(Entry.state == "published")
        ).one()
        return f"{count} {newest}"

    def _locked(self, draft_id: int) -> Entry:
        self.get(draft_id)
        return self._session.get_one(Entry, draft_id, with_for_update=True, populate_existing=True)


def keys_of(draft: Draft) -> dict[str, Any]:
    """The row as a knowledge file would hold it."""
    return {**draft.row, "id": draft.entry_id, "updated": local(draft.updated_at).date()}


def _draft(entry: Entry) -> Draft:
    return Draft(
        entry.id, entry.row, entry.state, entry.author, entry.reviewer, entry.consultation_id, entry.updated_at
    )
