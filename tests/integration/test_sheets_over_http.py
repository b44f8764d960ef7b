"""Taking sheets in and out on the pages of the office."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from openpyxl import Workbook, load_workbook

from bot.ledger.sheets import MIME
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


def exported(staff: Browser, slug: str, query: str = "") -> list[tuple[object, ...]]:
    got = staff.http.get(f"{staff.root}/staff/books/{slug}/export.xlsx{query}", timeout=30)
    return list(load_workbook(io.BytesIO(got.content)).worksheets[0].values)


def test_numbers_of_people_leave_the_office_only_in_part(town: Town, staff: Browser) -> None:
    staff.get("/staff/books/consultation/new")
    staff.post(
        "/staff/books/consultation/new", day="2026-11-20", channel="电话", topic="邻里", outcome="约期",
        question="我是330102199003078888，电话139 1234 5678",
    )  # fmt: skip
    told = str(exported(staff, "consultation", "?q=139 1234 5678"))
    assert "330*************88，电话139******78" in told
    yearly = staff.http.get(f"{staff.root}/staff/report/2026/report.xlsx", timeout=30)
    assert yearly.status_code == 200
    staff.get("/staff/books/consultation/1/edit")
    assert "330102199003078888" in staff.words(), "who mends a text must see it"
    with town.machine.database.reading() as unit:
        trail = [f"{entry.action} {entry.detail}" for entry in unit.accounts.trail(9)]
    assert "1234 5678" not in str(trail)
    assert any("导出2026年台账" in one for one in trail)
    assert any("看了隐藏的号码" in one and "2026-000001" in one for one in trail)


def test_figures_are_taken_out_as_numbers_and_an_export_is_no_template(town: Town, staff: Browser) -> None:
    take_in(staff, filled(staff, ROW))
    heads, row = exported(staff, "publicity")
    assert row[heads.index("受众")] == 80
    got = staff.http.get(f"{staff.root}/staff/books/publicity/export.xlsx", timeout=30)
    assert take_in(staff, got.content) == 409
    assert "这是导出的表" in staff.words()


def test_an_export_that_would_take_too_long_says_what_to_choose(
    town: Town, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert take_in(staff, filled(staff, ROW, {**ROW, "日期*": "2025-03-08"})) == 303
    monkeypatch.setattr("bot.web.sheets.MOST_EXPORTED", 1)
    staff.get("/staff/books/publicity/export.xlsx")
    assert "筛出 2 行，一次最多 1 行，请选一年" in staff.words()
    got = staff.http.get(f"{staff.root}/staff/books/publicity/export.xlsx?year=2025", timeout=30)
    assert got.headers["Content-Type"] == MIME


def test_the_same_row_twice_in_a_sheet_is_refused(town: Town, staff: Browser) -> None:
    assert take_in(staff, filled(staff, ROW, ROW)) == 409
    assert "和第 2 行 一样" in staff.words()
    assert kept(town) == 0
    assert take_in(staff, filled(staff, ROW, ROW), again="true") == 303
    assert kept(town) == 2


def test_two_people_of_one_day_are_two_rows(town: Town, staff: Browser) -> None:
    one = {"日期*": "2026-03-08", "申请人*": "赵某", "事项*": "劳动争议"}
    assert take_in(staff, filled(staff, one, {**one, "申请人*": "钱某"}, slug="legal-aid"), "legal-aid") == 303
    assert take_in(staff, filled(staff, {**one, "申请人*": "钱某"}, slug="legal-aid"), "legal-aid") == 409
    assert "2026-0002 一样" in staff.words()


def test_a_sheet_sent_by_two_clicks_is_taken_in_once(town: Town, staff: Browser) -> None:
    content = filled(staff, *({**ROW, "主题*": f"第{number}场"} for number in range(30)))
    staff.get("/staff/books/publicity/import")
    form = {"csrf": staff.token()}

    def send() -> int:
        return requests.post(
            f"{staff.root}/staff/books/publicity/import", data=form, files={"file": ("表.xlsx", content)},
            cookies=staff.http.cookies.get_dict(), allow_redirects=False, timeout=60,
        ).status_code  # fmt: skip

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(sending.result() for sending in [pool.submit(send) for _ in range(4)])
    assert statuses == [303, 409, 409, 409]
    assert kept(town) == 30


@pytest.mark.parametrize("where", ["the letters", "the packing"])
def test_a_damaged_sheet_is_refused_in_words(town: Town, staff: Browser, where: str) -> None:
    content = filled(staff, ROW)
    damaged = io.BytesIO()
    if where == "the letters":
        with zipfile.ZipFile(io.BytesIO(content)) as sound, zipfile.ZipFile(damaged, "w") as broken:
            for part in sound.namelist():
                text = sound.read(part)
                broken.writestr(part, text[: len(text) // 2] if part == "xl/worksheets/sheet1.xml" else text)
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as sound:
            at = sound.getinfo("xl/worksheets/sheet1.xml").header_offset + 100
        damaged.write(content[:at] + b"\xff" * 30 + content[at + 30 :])
    assert take_in(staff, damaged.getvalue()) == 409
    assert "文件坏了" in staff.words()
    assert kept(town) == 0


def test_a_column_twice_and_a_formula_without_its_result_are_named(town: Town, staff: Browser) -> None:
    workbook = load_workbook(io.BytesIO(filled(staff, {**ROW, "受众": "=40+40"})))
    assert take_in(staff, saved(workbook)) == 409
    assert "没有算出结果的公式" in staff.words()
    sheet = workbook.worksheets[0]
    sheet.cell(1, sheet.max_column + 1, "受众")
    assert take_in(staff, saved(workbook)) == 409
    assert "这一列有两个" in staff.words()
    assert kept(town) == 0


def test_a_day_to_come_is_a_slip_of_the_pen(town: Town, staff: Browser) -> None:
    assert take_in(staff, filled(staff, {**ROW, "日期*": "2062-03-08"})) == 409
    assert "日期 2062-03-08 还没到" in staff.words()
    assert take_in(staff, filled(staff, {**ROW, "日期*": "2026-11-22"})) == 303
