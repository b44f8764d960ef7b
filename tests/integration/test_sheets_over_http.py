"""Taking sheets in and out on the pages of the office."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from bot.store.records import Wanted
from tests.conftest import Town
from tests.integration.desk_member import Browser, sign_in

ROW = {"日期*": "2026-03-08", "形式*": "讲座", "主题*": "妇女权益", "受众": "80"}


@pytest.fixture
def staff(town: Town) -> Browser:
    return sign_in(town, "staff")


def filled(staff: Browser, *rows: dict[str, str], slug: str = "publicity") -> bytes:
    """The site's own empty sheet, filled."""
    got = staff.http.get(f"{staff.root}/staff/books/{slug}/template.xlsx", timeout=30)
    assert got.status_code == 200
    workbook = load_workbook(io.BytesIO(got.content))
    heads = [cell.value for cell in workbook.worksheets[0][1]]
    for number, row in enumerate(rows, 2):
        for head, text in row.items():
            workbook.worksheets[0].cell(number, heads.index(head) + 1, text)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    into = io.BytesIO()
    workbook.save(into)
    return into.getvalue()


def take_in(staff: Browser, content: bytes, slug: str = "publicity", **more: str) -> int:
    staff.get(f"/staff/books/{slug}/import")
    got = staff.http.post(
        f"{staff.root}/staff/books/{slug}/import", data={"csrf": staff.token(), **more},
        files={"file": ("表.xlsx", content)}, allow_redirects=False, timeout=30,
    )  # fmt: skip
    staff.page = got.text
    return got.status_code


def kept(town: Town, slug: str = "publicity") -> int:
    with town.machine.database.reading() as unit:
        return unit.records.count(Wanted(slug))


def test_a_filled_sheet_is_taken_in_and_comes_out_again(town: Town, staff: Browser) -> None:
    assert take_in(staff, filled(staff, ROW, {**ROW, "主题*": "老年人权益"})) == 303
    assert kept(town) == 2
    got = staff.http.get(f"{staff.root}/staff/books/publicity/export.xlsx?year=2026", timeout=30)
    first = load_workbook(io.BytesIO(got.content)).worksheets[0]
    assert [row[0].value for row in first.iter_rows()] == ["编号", "2026-0001", "2026-0002"]
    empty = staff.http.get(f"{staff.root}/staff/books/publicity/export.xlsx?year=2025", timeout=30)
    assert load_workbook(io.BytesIO(empty.content)).worksheets[0].max_row < 3


def test_one_fault_and_nothing_is_taken_in(town: Town, staff: Browser) -> None:
    assert take_in(staff, filled(staff, ROW, {**ROW, "受众": "八十"})) == 409
    assert kept(town) == 0
    assert "一行也没有导入" in staff.words()
    assert "受众“八十”不是数" in staff.words()


def test_the_same_sheet_twice_is_refused_unless_it_is_meant(town: Town, staff: Browser) -> None:
    content = filled(staff, ROW)
    assert take_in(staff, content) == 303
    assert take_in(staff, content) == 409
    assert "和已经登记的 2026-0001 一样" in staff.words()
    assert take_in(staff, content, again="true") == 303
    assert kept(town) == 2


def test_what_is_no_sheet_is_refused_in_words(town: Town, staff: Browser) -> None:
    assert take_in(staff, b"%PDF-1.7") == 409
    assert "这不是 Excel 表" in staff.words()
    assert kept(town) == 0


def test_who_took_a_ledger_out_is_on_record(town: Town, staff: Browser) -> None:
    staff.http.get(f"{staff.root}/staff/books/publicity/export.xlsx", timeout=30)
    with town.machine.database.reading() as unit:
        assert "导出普法活动台账" in [entry.action for entry in unit.accounts.trail(5)]
