"""All ledgers, in the order in which staff see them."""

from bot.ledger.activities import DISCLOSURE, DRAFTING, EXAM, GUIDING, LEGAL_AID, PUBLICITY, SCREENING, STUDY, VISIT
from bot.ledger.book import Book
from bot.ledger.consultation import CONSULTATION
from bot.ledger.mediation import MEDIATION
from bot.ledger.registers import COMMITTEE, MEDIATOR

BOOKS: dict[str, Book] = {
    book.slug: book
    for book in (
        CONSULTATION, MEDIATION, VISIT, PUBLICITY, EXAM, STUDY, DISCLOSURE, DRAFTING, LEGAL_AID, SCREENING, GUIDING,
        COMMITTEE, MEDIATOR,
    )
}  # fmt: skip
