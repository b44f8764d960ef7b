"""A ledger as a list of columns with the checks between them."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.ledger.fields import Choices, Field, FieldFault, Kind, Row, Value


@dataclass(frozen=True)
class Fault:
    """What is wrong with one column of a row."""

    key: str
    text: str


Check = Callable[[Row], Iterator[Fault]]
"""What must hold between the columns of one row."""


@dataclass(frozen=True)
class Line:
    """A row that is kept, as far as clocks and reports need it."""

    book: str
    id: int
    number: str
    day: dt.date
    village: str
    row: Row


@dataclass(frozen=True)
class Reading:
    """A row as it was understood; only one without faults may be written."""

    values: dict[str, Value]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Book:
    """One ledger (台账)."""

    slug: str
    """Its name in addresses and in the database."""
    title: str
    unit: str
    """What one row is counted as: 件, 次, 条, 人."""
    fields: tuple[Field, ...]
    day: str
    """The column whose date decides the month and year in which the row counts."""
    headline: tuple[str, ...]
    """The columns that a list shows."""
    village: str = "village"
    """The column that names the village, if there is one."""
    series: str = ""
    """Numbers run within each value of this column, in each year."""
    checks: tuple[Check, ...] = ()
    writers: tuple[str, ...] = ("staff", "admin")
    """Roles that keep it; mediators and advisers only what is their own."""
    parts: tuple[tuple[str, str], ...] = ()
    """Of a long row: the column with which a part of it begins, and the heading of the part in a form."""
    rule: str = ""
    """Why it is kept and how it is counted, for the foot of its page."""

    def field(self, key: str) -> Field:
        return next(field for field in self.fields if field.key == key)

    def read(self, raw: Mapping[str, str], registers: Choices) -> Reading:
        """Every fault of the row at once."""
        values: dict[str, Value] = {}
        faults: list[Fault] = []
        for field in self.fields:
            try:
                values[field.key] = field.read(raw.get(field.key, ""), registers)
            except FieldFault as fault:
                values[field.key] = None
                faults.append(Fault(field.key, str(fault)))
        if not faults:
            faults = [fault for check in self.checks for fault in check(values)]
        return Reading(values, tuple(faults))

    def day_of(self, row: Row) -> dt.date:
        return dt.date.fromisoformat(str(row[self.day]))

    def words(self, row: Row) -> str:
        """What a search looks at: everything but secrets."""
        return " ".join(
            field.show(row.get(field.key)) for field in self.fields if not field.secret and field.kind is not Kind.DAY
        )


def in_order(*keys: str) -> Check:
    """Dates that cannot come before one another."""

    def check(row: Row) -> Iterator[Fault]:
        known = [(key, str(row[key])) for key in keys if row.get(key)]
        for (_, before), (key, after) in pairwise(known):
            if after < before:
                yield Fault(key, f"{after} 早于前面一步的日期 {before}，请核对")

    return check
