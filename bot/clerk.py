"""Keeping a ledger: numbers, sealed columns, what changed. The same for the pages, the sheets and the referrals."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.clock import local
from bot.ledger.book import Book, Fault, Line, Reading
from bot.ledger.fields import Choices, Kind, Value
from bot.ledger.mediation import MEDIATION
from bot.ledger.registers import COMMITTEE, MEDIATOR
from bot.seal import Seal
from bot.store.database import Unit
from bot.store.records import Changes, Record, Wanted

ERASE = "删除"
"""Written into a sealed column, it empties it; left empty, the column stays as it is."""
_SEALED = "（不显示）"


class Clerk:
    """Writes into the unit it is given. Raises RecordError; ConfigError where there is no key to seal a column with."""

    def __init__(self, seal: Seal, villages: Sequence[str]) -> None:
        self._seal = seal
        self._villages = tuple(villages)

    def registers(self, unit: Unit, on: dt.date) -> Choices:
        """What may be chosen on this day."""
        return {
            "village": self._villages,
            "committee": self._on_register(unit, COMMITTEE, on),
            "mediator": self._on_register(unit, MEDIATOR, on),
            "adviser": [counsel.name for counsel in unit.advisers.all()],
        }

    def choices(self, unit: Unit, book: Book, on: dt.date, was: Record | None = None) -> Choices:
        """What may be chosen on this day, and what this row holds already."""
        registers = {name: list(known) for name, known in self.registers(unit, on).items()}
        for field in book.fields if was else ():
            held = str(was.row.get(field.key) or "") if was else ""
            if field.register and held and held not in registers[field.register]:
                registers[field.register].append(held)
        return registers

    def read(
        self, unit: Unit, book: Book, raw: Mapping[str, str], now: dt.datetime, was: Record | None = None
    ) -> Reading:
        """A row as typed. A sealed column that is left empty keeps what `was` holds there; what `was` names and is
        no longer on its register, such as a mediator who left, may stay."""
        filled, registers = dict(raw), self.choices(unit, book, local(now).date(), was)
        for field in book.fields:
            if field.secret and was and not filled.get(field.key, "").strip():
                filled[field.key] = self.open(was, field.key)
            elif field.secret and filled.get(field.key, "").strip() == ERASE:
                filled[field.key] = ""
        return self._named(unit, book, _so_far(book, book.read(filled, registers), local(now).date()), was)

    def reader(self, unit: Unit, book: Book, now: dt.datetime) -> Callable[[Mapping[str, str]], Reading]:
        """Reads many new rows, looking up what may be chosen once."""
        today = local(now).date()
        registers = self.registers(unit, today)
        return lambda raw: self._named(unit, book, _so_far(book, book.read(raw, registers), today))

    def add(
        self, unit: Unit, book: Book, values: Mapping[str, Value], actor: str, now: dt.datetime,
        case_id: int | None = None,
    ) -> Record:  # fmt: skip
        """A new row with the next number of its year."""
        return unit.records.add(
            book.slug, self._number(unit, book, values), book.day_of(values), self._village(book, values),
            self.sealed(book, values), book.words(values), actor, now, case_id,
        )  # fmt: skip

    def change(
        self, unit: Unit, book: Book, was: Record, seen_version: int, values: Mapping[str, Value], actor: str,
        now: dt.datetime,
    ) -> Record:  # fmt: skip
        """A row put under another year or committee gets a new number; the old one is not given again."""
        changes = self.changes(book, was, values)
        if not changes:
            return was
        moved = self._scope(book, values) != self._scope(book, was.row)
        number = self._number(unit, book, values) if moved else was.number
        if moved:
            changes = {**changes, "编号": (was.number, number)}
        return unit.records.change(
            was.id, seen_version, number, book.day_of(values), self._village(book, values), self.sealed(book, values),
            book.words(values), changes, actor, now,
        )  # fmt: skip

    def open(self, record: Record, key: str) -> str:
        """The text of a sealed column."""
        sealed = record.row.get(key)
        return self._seal.open(sealed) if sealed else ""

    def values(self, book: Book, record: Record, *, revealed: bool = False) -> dict[str, str]:
        """Every column as text; sealed ones only in part, unless `revealed`."""
        shown = {}
        for field in book.fields:
            if field.secret:
                text = self.open(record, field.key)
                shown[field.key] = text if revealed else hint(text)
            else:
                shown[field.key] = field.show(record.row.get(field.key))
        return shown

    def sealed(self, book: Book, values: Mapping[str, Value]) -> dict[str, Value]:
        """As they are kept, in the order of the columns."""
        return {
            field.key: self._seal.close(str(value)) if field.secret and value else value
            for field in book.fields
            for value in (values.get(field.key),)
        }

    def changes(self, book: Book, was: Record, values: Mapping[str, Value]) -> Changes:
        """What has to go into the history; of sealed columns only that they changed."""
        changes = {}
        for field in book.fields:
            before = self.open(was, field.key) if field.secret else field.show(was.row.get(field.key))
            after = field.show(values.get(field.key))
            if before != after:
                changes[field.key] = (_told(before), _told(after)) if field.secret else (before, after)
        return changes

    def _named(self, unit: Unit, book: Book, reading: Reading, was: Record | None = None) -> Reading:
        """A committee is known by its name: rows are kept under it, and two of one name are one too many."""
        name, before = reading.values.get("name"), was.row.get("name") if was else None
        if book is not COMMITTEE or not name or name == before:
            return reading
        if any(line.row.get("name") == name and not line.row.get("until") for line in lines(unit, book.slug)):
            return replace(reading, faults=(*reading.faults, Fault("name", f"“{name}”已经登记过了，不用再登记")))
        if before and unit.records.count(Wanted(MEDIATION.slug, columns=(("committee", str(before)),))):
            why = f"“{before}”已经有登记的调解，改名就对不上了。请给它写撤销日期，用新名称另外登记"
            return replace(reading, faults=(*reading.faults, Fault("name", why)))
        return reading

    def _on_register(self, unit: Unit, book: Book, on: dt.date) -> list[str]:
        rows = unit.records.each(Wanted(book.slug, end=on + dt.timedelta(days=1)))
        return [str(one.row["name"]) for one in rows if not one.row["until"] or str(one.row["until"]) > on.isoformat()]

    def _number(self, unit: Unit, book: Book, values: Mapping[str, Value]) -> str:
        year = book.day_of(values).year
        serial = unit.records.next_serial(self._scope(book, values))
        return f"{values[book.series]}{year}-{serial:03d}" if book.series else f"{year}-{serial:04d}"

    def _scope(self, book: Book, values: Mapping[str, Value]) -> str:
        series = f"/{values[book.series]}" if book.series else ""
        return f"{book.slug}/{book.day_of(values).year}{series}"

    def _village(self, book: Book, values: Mapping[str, Value]) -> str:
        return str(values.get(book.village) or "") if book.village else ""


def lines(unit: Unit, book: str, start: dt.date | None = None, end: dt.date | None = None) -> Iterator[Line]:
    """A book's rows of a period (`end` not included), as the clocks and the reports read them."""
    yield from map(line_of, unit.records.each(Wanted(book, start, end)))


def line_of(record: Record) -> Line:
    return Line(record.book, record.id, record.number, record.day, record.village, record.row)


def hint(text: str) -> str:
    """So much of a sealed text that a clerk can tell two of them apart: 138****00, 张**."""
    if len(text) >= 7 and text[:3].isdigit():
        return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}"
    return text[:1] + "**" if text else ""


def _so_far(book: Book, reading: Reading, today: dt.date) -> Reading:
    """What is said to have been done on a day to come is a slip of the pen, and would leave every figure of today."""
    faults = [
        Fault(field.key, f"{field.label} {day} 还没到，请核对")
        for field in book.fields
        if field.kind is Kind.DAY and not field.ahead and (day := str(reading.values.get(field.key) or "")) > str(today)
    ]
    return replace(reading, faults=(*reading.faults, *faults))


def _told(text: str) -> str:
    return _SEALED if text else ""
