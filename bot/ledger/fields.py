"""One column of a ledger: how a clerk's words become a value, and how a value reads.

Values are what JSON can hold: a text; an ISO date; a whole number; an amount in yuan as a text with two decimals; yes
or no; a list of texts. None stands for an empty cell.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

Value = str | int | bool | list[str] | None
Row = Mapping[str, Value]
Choices = Mapping[str, Sequence[str]]
"""What may be chosen today, by register: village, committee, mediator, adviser."""


class Kind(StrEnum):
    TEXT = "text"
    LONG = "long"
    """A text of several lines."""
    DAY = "day"
    COUNT = "count"
    """A whole number from 0."""
    MONEY = "money"
    """Yuan."""
    DECIMAL = "decimal"
    """From 0, with at most one decimal."""
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    """Any number of the choices."""


class FieldFault(ValueError):
    """What is wrong with one cell, in Chinese, with what to write instead."""


@dataclass(frozen=True)
class Field:
    key: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    register: str = ""
    """The choices stand in this register instead."""
    open: bool = False
    """A text that is not among the register's choices is taken too."""
    secret: bool = False
    """Identifies a person: sealed at rest, masked on pages, not searched."""
    ahead: bool = False
    """A day that may still be to come."""
    unit: str = ""
    help: str = ""
    longest: int = 200

    def options(self, registers: Choices) -> tuple[str, ...]:
        return tuple(registers.get(self.register, ())) if self.register else self.choices

    def read(self, text: str, registers: Choices) -> Value:
        """The value of what was typed or stood in a sheet. Raises FieldFault."""
        words = text.strip() if self.kind is Kind.LONG else " ".join(text.split())
        if not words and self.required:
            raise FieldFault(f"{self.label}必须填写")
        if not words:
            return None
        if self.kind is Kind.CHOICE:
            return self._one_of(words, registers)
        if self.kind is Kind.CHOICES:
            parts = dict.fromkeys(part for part in re.split(r"[\s,，、;；]+", words) if part)
            return [self._one_of(part, registers) for part in parts]
        return _READERS[self.kind](self, words)

    def show(self, value: Value) -> str:
        """As it stands in a form or a sheet; `read` takes it back."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(value)
        return str(value)

    def _one_of(self, words: str, registers: Choices) -> str:
        options = self.options(registers)
        if words in options or (self.open and len(words) <= self.longest):
            return words
        if not options:
            raise FieldFault(f"{self.label}还没有可选的，请先登记")
        raise FieldFault(f"{self.label}没有“{words}”，可以填：{'、'.join(options)}")


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words)


_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: 0?0:00(?::00)?)?")
"""A sheet gives a date with the time 00:00:00."""


def _text(field: Field, words: str) -> Value:
    if len(words) > field.longest:
        raise FieldFault(f"{field.label}太长，最多 {field.longest} 个字，现在 {len(words)} 个")
    return words


def _day(field: Field, words: str) -> Value:
    found = _DAY.fullmatch(_plain(words))
    try:
        day = dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if not day or not 1949 < day.year < 2200:
        raise FieldFault(f"{field.label}“{words}”不是日期，请写成 2026-11-22 这样")
    return day.isoformat()


def _count(field: Field, words: str) -> Value:
    plain = _plain(words).replace(",", "")
    if not re.fullmatch(r"\d{1,9}(\.0+)?", plain):
        raise FieldFault(f"{field.label}“{words}”不是数，请只写一个整数，不写“余”和单位")
    return int(plain.split(".", maxsplit=1)[0])


def _decimal(field: Field, words: str) -> Value:
    plain = _plain(words).replace(",", "")
    if not re.fullmatch(r"\d{1,6}(\.\d0*)?", plain):
        raise FieldFault(f"{field.label}“{words}”不是数，请写数字，最多一位小数，例如 2.5")
    return f"{Decimal(plain):.1f}".removesuffix(".0")


def _money(field: Field, words: str) -> Value:
    plain = _plain(words).replace(",", "").removesuffix("元")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount < 10**12 or amount != round(amount, 2):
        raise FieldFault(f"{field.label}“{words}”不是金额，请写多少元，例如 1200 或 1200.50")
    return f"{amount:.2f}"


def _yes_no(field: Field, words: str) -> Value:
    if words in ("是", "有", "√", "1", "已", "true", "True"):
        return True
    if words in ("否", "无", "没有", "×", "0", "未", "false", "False"):
        return False
    raise FieldFault(f"{field.label}只能填“是”或“否”，现在是“{words}”")


_READERS: dict[Kind, Callable[[Field, str], Value]] = {
    Kind.TEXT: _text, Kind.LONG: _text, Kind.DAY: _day, Kind.COUNT: _count, Kind.DECIMAL: _decimal,
    Kind.MONEY: _money, Kind.YES_NO: _yes_no,
}  # fmt: skip
