"""Sheets that are filled, read back, and written."""

import datetime as dt
import io
import weakref
import zipfile
from collections.abc import Callable, Iterator, Sequence

import pytest
from openpyxl import Workbook, load_workbook

from bot.errors import RecordError
from bot.ledger import sheets
from bot.ledger.activities import PUBLICITY
from bot.ledger.mediation import MEDIATION
from bot.ledger.sheets import CellFault, Filled, Sheet

REGISTERS = {"village": ("甲山村", "乙水村"), "committee": ("甲山村调委会",), "mediator": ("甲调解员",)}
HEADS = ["日期*", "村", "形式*", "主题*", "受众", "发放资料"]
LECTURE = ["2026-03-08", "甲山村", "讲座", "妇女权益", 80, 100]


def sheet(*rows: Sequence[object], heads: Sequence[object] = HEADS) -> bytes:
    workbook = Workbook()
    for row in (heads, *rows):
        workbook.worksheets[0].append(list(row))
    into = io.BytesIO()
    workbook.save(into)
    return into.getvalue()


def written(write: Callable[..., None], *what: object) -> Workbook:
    into = io.BytesIO()
    write(*what, into)
    return load_workbook(into)


def read(content: bytes) -> Filled:
    return sheets.read(content, PUBLICITY, lambda raw: PUBLICITY.read(raw, REGISTERS))


def test_a_filled_sheet_is_read_with_its_dates_and_numbers() -> None:
    filled = read(sheet(LECTURE, [dt.date(2026, 12, 4), None, "节点日活动", "宪法日", 30.0], []))
    assert filled.faults == ()
    assert [row.values["day"] for row in filled.rows.values()] == ["2026-03-08", "2026-12-04"]
    assert [row.values["people"] for row in filled.rows.values()] == [80, 30]


def test_every_fault_is_named_by_row_and_column() -> None:
    faulty = ["2026-02-30", "丙村", "讲座", "", "80余", 1]
    faults = read(sheet(LECTURE, faulty)).faults
    assert [(fault.row, fault.column) for fault in faults] == [(3, "日期"), (3, "村"), (3, "主题"), (3, "受众")]
    assert "不写“余”" in faults[-1].text


def test_unknown_and_missing_columns_are_named() -> None:
    faults = read(sheet(["2026-03-08", "讲座", "x"], heads=["日期", "形式", "人数"])).faults
    assert CellFault(1, "人数", "没有叫“人数”的列，请用“下载空表”里的列名") in faults
    assert CellFault(1, "主题", "缺少这一列") in faults


@pytest.mark.parametrize(
    ("content", "heard"),
    [
        (b"no sheet at all", "不是 Excel 表"),
        (sheet(), "没有要导入的行"),
        (sheet(heads=[None]), "没有列名"),
        (sheet(*[LECTURE] * (sheets.MOST_ROWS + 1)), "最多导入"),
    ],
    ids=["no sheet", "no rows", "no heads", "too many"],
)
def test_a_file_that_cannot_be_taken_in_says_why(content: bytes, heard: str) -> None:
    with pytest.raises(RecordError, match=heard):
        read(content)


def test_a_file_that_unpacks_to_something_huge_is_refused_unread() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b" " * (51 * 1024 * 1024))
    with pytest.raises(RecordError, match="太大"):
        read(into.getvalue())


def test_the_template_has_drop_downs_and_is_read_back_when_it_is_filled() -> None:
    workbook = written(sheets.template, PUBLICITY, REGISTERS)
    first = workbook.worksheets[0]
    assert first["A1"].value == "日期*"
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in first.data_validations.dataValidation}
    assert lists["B2"] == "'可选项'!$B$1:$B$2"
    assert [workbook["可选项"]["B1"].value, workbook["可选项"]["B2"].value] == ["甲山村", "乙水村"]
    heads = [cell.value for cell in first[1]]
    filled = {"日期*": "2026-03-08", "形式*": "讲座", "主题*": "妇女权益"}
    for place, head in enumerate(heads, 1):
        first.cell(2, place, filled.get(str(head)))
    into = io.BytesIO()
    workbook.save(into)
    assert read(into.getvalue()).faults == ()


def test_the_longest_ledger_has_a_template_too() -> None:
    first = written(sheets.template, MEDIATION, REGISTERS).worksheets[0]
    assert len(first[1]) == len(MEDIATION.fields)


def test_an_export_keeps_texts_as_texts() -> None:
    rows = iter([["1", "=1+1\x07"], ["2", None]])
    workbook = written(sheets.export, [Sheet("咨询", ["编号", "问题"], rows)], "怎么数")
    cells = [[(cell.value, cell.data_type) for cell in row] for row in workbook["咨询"].iter_rows()]
    assert cells[1] == [("1", "s"), ("=1+1", "s")]
    assert workbook["说明"]["A2"].value == "怎么数"


def test_an_empty_export_still_names_its_columns() -> None:
    first = written(sheets.export, [Sheet("咨询", ["编号", "问题"], iter([]))], "").worksheets[0]
    assert [cell.value for cell in first[1]] == ["编号", "问题"]


def test_an_export_of_any_length_holds_no_more_than_a_few_rows() -> None:
    class Row(list[str]):
        """A row whose end can be noticed."""

        __hash__ = object.__hash__  # type: ignore[assignment]

    held: weakref.WeakSet[Row] = weakref.WeakSet()
    most = 0

    def rows() -> Iterator[Row]:
        nonlocal most
        for number in range(3000):
            row = Row([str(number)])
            held.add(row)
            most = max(most, len(held))
            yield row

    sheet = written(sheets.export, [Sheet("咨询", ["编号"], rows())], "怎么数").worksheets[0]
    assert sheet.max_row == 3001
    assert most < 10
