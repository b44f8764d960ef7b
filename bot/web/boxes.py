"""A row of a ledger as a form: one box a column, with what was typed and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from bot.ledger.book import Book, Fault
from bot.ledger.fields import Choices, Field, Kind

_TYPES = {Kind.DAY: "date", Kind.COUNT: "number"}


@dataclass(frozen=True)
class Box:
    """One column in a form."""

    field: Field
    text: str
    """What stands in it."""
    fault: str = ""
    options: tuple[str, ...] = ()
    kept: str = ""
    """So much as may be shown of a sealed column's present text, which an empty box leaves as it is."""
    fixed: bool = False
    """Shown, and not to be changed."""
    heading: str = ""
    """Above it, where a part of the row begins."""

    @property
    def input_type(self) -> str:
        """A browser drops what is no date or number, so that what is wrong comes back as a text."""
        return "text" if self.fault else _TYPES.get(self.field.kind, "text")

    @property
    def chosen(self) -> list[str]:
        return self.text.split("、")

    @property
    def required(self) -> bool:
        return self.field.required and not self.kept


def boxes(
    book: Book, texts: Mapping[str, str], registers: Choices, faults: tuple[Fault, ...] = (),
    kept: Mapping[str, str] | None = None, fixed: tuple[str, ...] = (),
) -> list[Box]:  # fmt: skip
    """`kept` are the sealed columns' present texts in part."""
    wrong, headings = {fault.key: fault.text for fault in faults}, dict(book.parts)
    return [
        Box(
            field, texts.get(field.key, ""), wrong.get(field.key, ""), field.options(registers),
            (kept or {}).get(field.key, ""), field.key in fixed, headings.get(field.key, ""),
        )
        for field in book.fields
    ]  # fmt: skip


async def typed(request: Request) -> dict[str, str]:
    """Every field of the form that was sent: what was ticked more than once is joined as a sheet would have it, and
    lines end as they do in a sheet."""
    form = await request.form()
    texts = {key: "、".join(text for text in form.getlist(key) if isinstance(text, str)) for key in form}
    return {key: text.replace("\r\n", "\n") for key, text in texts.items()}
