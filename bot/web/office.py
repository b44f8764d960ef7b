"""What the pages of the office have in common: an act is one transaction, on record, and leads back to its page."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import Form
from fastapi.responses import RedirectResponse

from bot.errors import AccountError, ConfigError, ConsultationError
from bot.store.database import Unit
from bot.web.auth import Gate, Member

Text = Annotated[str, Form(max_length=120)]
Name = Annotated[str, Form(max_length=40)]


def act(
    gate: Gate, member: Member, back: str, action: str, work: Callable[[Unit], str], case_id: int | None = None
) -> RedirectResponse:
    """Do `work`, which returns what it was done to, for the audit. What is not possible is said on the page."""
    said = action
    with gate.database.unit() as unit:
        try:
            detail = work(unit)
            unit.accounts.record(member.account_id, member.name, action, gate.now(), case_id, detail)
            unit.commit()
        except (AccountError, ConfigError, ConsultationError) as error:
            said = f"没有办成：{error}。"
    return RedirectResponse(f"{back}?said={quote(said)}#said", 303)
