"""The report of one year, read from the records."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from bot.clerk import lines
from bot.clock import SHANGHAI
from bot.ledger import documents, sheets, yearly
from bot.ledger.book import Book, Line
from bot.ledger.sheets import Sheet
from bot.ledger.shelf import BOOKS
from bot.ledger.yearly import ROUNDING_RULE, Figure, Finding, Part
from bot.store.counting import rule
from bot.store.database import Unit

_OTHER = "其他"
_CELL = 32_000
"""Characters; a cell takes 32,767."""


@dataclass(frozen=True)
class Yearly:
    """What stands in the report, and what it rests on."""

    year: int
    township: str
    figures: dict[str, Figure]
    paragraphs: list[tuple[str, list[Part]]]
    findings: list[Finding]
    rows: dict[str, list[Line]]
    """By ledger: what was counted."""
    rule: str
    """How consultations are counted."""

    @property
    def title(self) -> str:
        return f"{self.township}{self.year}年公共法律服务和普法依法治理情况"


@dataclass(frozen=True)
class Annual:
    """Makes the reports, as the office has set them."""

    township: str
    window: dt.timedelta
    rounded: Collection[str] = yearly.ROUNDED

    def report(self, unit: Unit, year: int, stated_rate: int | None = None) -> Yearly:
        """`stated_rate`: a success rate from elsewhere, in per cent, to be checked against the ledger."""
        rows, registers = _rows(unit, year), _registers(unit)
        asked = unit.reports.period(_new_year(year), _new_year(year + 1), self.window, ("topic",))
        others = asked.by["纠纷类型"].get(_OTHER)
        found = yearly.figures(year, rows, registers, asked.total.occasions)
        before = self._figures(unit, year - 1, registers)
        findings = yearly.findings(
            found, before, rows, registers, others.occasions if others else 0, stated_rate
        )  # fmt: skip
        return Yearly(
            year, self.township, found, yearly.paragraphs(found, self.rounded), findings, {**rows, **registers},
            rule(self.window),
        )  # fmt: skip

    def document(self, report: Yearly, into: BinaryIO) -> None:
        """Write the report for Word: the text to hand in, and behind it what the office has to look into."""
        documents.report(
            report.title, report.paragraphs, list(report.figures.values()), self.rounded, report.findings, report.rule,
            into,
        )  # fmt: skip

    def workbook(self, report: Yearly, into: BinaryIO) -> None:
        """Write for Excel the figures, and by ledger the rows counted; columns that identify people stay out."""
        heads = ("项目", "报告里写", "台账里是", "单位", "怎么数", "行")
        figures = [
            (
                one.label,
                yearly.written(one, self.rounded),
                one.value if one.unit else None,
                one.unit,
                one.how,
                "、".join(one.numbers)[:_CELL],
            )
            for one in report.figures.values()
        ]
        counted = [_sheet(BOOKS[slug], found) for slug, found in report.rows.items()]
        note = f"{report.title}\n{report.rule}\n{ROUNDING_RULE}"
        sheets.export([Sheet("数字", heads, figures), *counted], note, into)

    def _figures(self, unit: Unit, year: int, registers: dict[str, list[Line]]) -> dict[str, Figure]:
        asked = unit.reports.period(_new_year(year), _new_year(year + 1), self.window, ())
        return yearly.figures(year, _rows(unit, year), registers, asked.total.occasions)


def _sheet(book: Book, found: list[Line]) -> Sheet:
    shown = [field for field in book.fields if not field.secret]
    written = [(field, sheets.writer(field)) for field in shown]
    rows = [(line.number, *(write(one.show(line.row.get(one.key))) for one, write in written)) for line in found]
    return Sheet(book.title, ("编号", *(field.label for field in shown)), rows)


def _rows(unit: Unit, year: int) -> dict[str, list[Line]]:
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    return {book: list(lines(unit, book, first, after)) for book in yearly.BOOKS}


def _registers(unit: Unit) -> dict[str, list[Line]]:
    return {book: list(lines(unit, book)) for book in ("committee", "mediator")}


def _new_year(year: int) -> dt.datetime:
    return dt.datetime(year, 1, 1, tzinfo=SHANGHAI)
