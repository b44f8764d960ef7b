"""Ledgers as Excel sheets: a template to fill, a filled one read back with every fault by row and column, an export.

openpyxl reads sheets and makes the templates; with defusedxml installed it refuses XML that is built to exhaust the
machine. Exports are written by rust_xlsxwriter, which takes a tenth of the time.
"""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from rustpy_xlsxwriter import FastExcel

from bot.errors import RecordError
from bot.ledger.book import Book, Reading
from bot.ledger.fields import Choices, Field, Kind
from bot.masking import masked

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | None
_NUMBERS: Mapping[Kind, Callable[[str], Cell]] = {Kind.COUNT: int, Kind.MONEY: float, Kind.DECIMAL: float}
MOST_ROWS = 5000
_COLUMNS = 200
_LARGEST = 50 * 1024 * 1024
"""Bytes, once unpacked."""
_MUST = "*"
"""Behind the name of a column that may not be empty."""
NUMBER = "编号"
"""The column of an export that no template has."""
_FORMULA = "\0"
"""Stands for a formula whose result the file does not hold; no cell can contain it."""
_OPTIONS = "可选项"
_WIDTHS = {Kind.LONG: 40, Kind.DAY: 13, Kind.COUNT: 10, Kind.MONEY: 12, Kind.YES_NO: 8}


@dataclass(frozen=True)
class CellFault:
    row: int
    """As the sheet counts: 1 is the line with the names of the columns."""
    column: str
    text: str


@dataclass(frozen=True)
class Filled:
    """A sheet as it was understood: its rows by their number, or what is wrong with it."""

    rows: Mapping[int, Reading]
    faults: tuple[CellFault, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet to be written."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def writer(field: Field) -> Callable[[str], Cell]:
    """Makes a cell of a text of this column: numbers as numbers, so that a sheet can add them up, and what identifies
    people in free words only in part."""
    number = _NUMBERS.get(field.kind, masked)
    return lambda text: number(text) if text else ""


def template(book: Book, registers: Choices, into: BinaryIO) -> None:
    """Write an empty sheet with the names of the columns, drop-downs for choices, and what to write where."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = book.title
    options = workbook.create_sheet(_OPTIONS)
    for place, field in enumerate(book.fields, 1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, _head(field))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        sheet.column_dimensions[letter].width = _WIDTHS.get(field.kind, 16)
        for row in range(2, 202):
            # As text, so that a telephone number keeps its digits and a date is what was typed.
            sheet.cell(row, place).number_format = "@"
        if validation := _validation(field, registers, options, place):
            sheet.add_data_validation(validation)
            validation.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    sheet.freeze_panes = "A2"
    _explain(workbook.create_sheet("填写说明"), book)
    options.sheet_state = "hidden"
    workbook.save(into)


def read(content: bytes, book: Book, understand: Callable[[Mapping[str, str]], Reading]) -> Filled:
    """Every row of the first sheet that is not empty. Raises RecordError for a file that is no such sheet."""
    rows = _cells(content)
    heads = [_plain_head(cell) for cell in next(rows, ())]
    keys = {field.label: field.key for field in book.fields}
    if NUMBER in heads:
        raise RecordError("这是导出的表，不能再导入。新的登记请用“下载空表”得到的表填写")
    faults = [
        CellFault(1, head, f"没有叫“{head}”的列，请用“下载空表”里的列名") for head in heads if head and head not in keys
    ]
    faults += [
        CellFault(1, field.label, "缺少这一列") for field in book.fields if field.required and field.label not in heads
    ]
    faults += [CellFault(1, head, "这一列有两个，请删掉一个") for head in keys if heads.count(head) > 1]
    if not any(heads):
        raise RecordError("表里第一行没有列名，请用“下载空表”得到的表填写")
    understood: dict[int, Reading] = {}
    for number, cells in enumerate(rows, 2):
        raw = {keys[head]: text for head, text in zip(heads, cells, strict=False) if head in keys and text}
        if not raw:
            continue
        if formulas := [head for head, text in zip(heads, cells, strict=False) if text == _FORMULA]:
            faults += [CellFault(number, head, "这一格是没有算出结果的公式，请改写成数或文字") for head in formulas]
            continue
        if len(understood) == MOST_ROWS:
            raise RecordError(f"一次最多导入 {MOST_ROWS} 行，请分成几个表")
        understood[number] = reading = understand(raw)
        faults += [CellFault(number, book.field(fault.key).label, fault.text) for fault in reading.faults]
    if not understood and not faults:
        raise RecordError("表里没有要导入的行")
    return Filled(understood, tuple(faults))


def export(written: Iterable[Sheet], note: str, into: BinaryIO) -> None:
    """Write a workbook of these sheets, and a last one that says how they are counted. Texts stay texts, also “=1+1”.

    Rows are taken one by one as they are written: the memory it needs does not grow with their number.
    """
    book = FastExcel(into).format(bold_headers=True).freeze(row=1)
    for sheet in written:
        book.sheet(sheet.title, _lines(sheet))
    book.sheet("说明", [{"说明": line} for line in note.splitlines()]).save()


def _lines(sheet: Sheet) -> Iterator[dict[str, Cell]]:
    """The names of the columns are taken from the first line, so there is always one."""
    line: dict[str, Cell] = {}
    for row in sheet.rows:
        line = dict(zip(sheet.heads, map(_clean, row), strict=True))
        yield line
    if not line:
        yield dict.fromkeys(sheet.heads)


def _head(field: Field) -> str:
    return f"{field.label}{_MUST}" if field.required else field.label


def _plain_head(text: str) -> str:
    return text.removesuffix(_MUST).strip()


def _validation(field: Field, registers: Choices, options: Any, place: int) -> DataValidation | None:
    choices = ("是", "否") if field.kind is Kind.YES_NO else field.options(registers)
    if not choices or field.kind is Kind.CHOICES:
        return None
    # Choices stand in cells of their own: a list inside the rule may have no more than 255 characters.
    for row, choice in enumerate(choices, 1):
        options.cell(row, place, choice)
    letter = get_column_letter(place)
    source = f"{quote_sheetname(_OPTIONS)}!${letter}$1:${letter}${len(choices)}"
    return DataValidation(
        type="list", formula1=source, allow_blank=True, showErrorMessage=not field.open, errorTitle=field.label,
        error="请从下拉的选项里选",
    )  # fmt: skip


def _explain(sheet: Any, book: Book) -> None:
    sheet.append([f"{book.title}：一行登记一{book.unit}。带 {_MUST} 的列必须填。{book.rule}"])
    sheet.append(["列名", "怎么填", "说明"])
    ways = {
        Kind.DAY: "日期，例如 2026-11-22", Kind.COUNT: "整数", Kind.MONEY: "金额，单位元", Kind.YES_NO: "是 或 否",
        Kind.CHOICE: "从下拉里选", Kind.CHOICES: "可以几个，用顿号隔开",
    }  # fmt: skip
    for field in book.fields:
        several = "：" + "、".join(field.choices) if field.kind is Kind.CHOICES else ""
        sheet.append([_head(field), ways.get(field.kind, "文字") + several, field.help])
    for letter, width in zip("ABC", (18, 40, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=cell.column > 1, vertical="top")


def _cells(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet as texts, one after the other."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST:
                raise RecordError("这个文件太大，请分成几个表")
        results, formulas = (_rows(content, results=results) for results in (True, False))
        for shown, written in zip(results, formulas, strict=True):
            yield [
                _FORMULA if value is None and str(source or "").startswith("=") else _typed(value)
                for value, source in zip(shown, written, strict=True)
            ]
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, IndexError, OSError, EOFError, SyntaxError) as error:
        raise RecordError("这不是 Excel 表（.xlsx），或者文件坏了。旧的 .xls 请先另存为 .xlsx") from error


def _rows(content: bytes, *, results: bool) -> Iterator[tuple[object, ...]]:
    """The results of formulas, or the formulas themselves."""
    sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=results).worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size need not be true
    return sheet.iter_rows(max_col=_COLUMNS, values_only=True)


def _typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value).strip()


def _clean(value: Cell) -> Cell:
    """Without the characters that Excel refuses to open."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) and not value.isprintable() else value
