"""The acceptance of the yearly report: a ledger with one township's totals of 2023 gives those figures, in Word and Excel."""

import datetime as dt
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import insert

from bot.clock import SHANGHAI
from bot.demo import demo_settings
from bot.store.database import Database
from bot.store.models import Consultation, LedgerRow, Resident, Turn
from tests.conftest import Town, TownFactory
from tests.integration.desk_member import sign_in
from tests.integration.test_cli import run

DAY = dt.date(2023, 5, 4)
MOMENT = dt.datetime(2023, 5, 4, 9, tzinfo=SHANGHAI)
WON = {"ended": "2023-05-04", "result": "成功"}
BOOKS: dict[str, list[dict[str, object]]] = {
    "publicity": [
        *[{"kind": "法律宣传", "copies": 14, "people": 80}] * 8, *[{"kind": "法律咨询进社区", "copies": 0, "people": 10}] * 12,
        *[{"kind": "讲座", "copies": 0, "people": 10}] * 11,
    ],
    "visit": [{"adviser": "示例律师"}] * 18,
    "guiding": [*[{"kind": "培训"}] * 2, *[{"kind": "下基层指导"}] * 33],
    "mediation": [
        *[{**WON, "form": "书面"}] * 12, *[{**WON, "form": "口头"}] * 116,
        *[{"ended": "2023-05-04", "result": "不成功", "form": "口头"}] * 4,
    ],
    "study": [{"title": "学法"}] * 13, "exam": [{"title": "测试"}] * 3, "disclosure": [{"title": "信息"}] * 190,
    "committee": [{"name": f"{number}号调委会", "since": "2020-01-01"} for number in range(12)],
    "mediator": [{"name": f"{number}", "committee": f"{number % 12}号调委会", "since": "2020-01-01"} for number in range(24)],
}  # fmt: skip
TEXT = (
    "解答群众法律咨询600余人次，开展法律咨询进社区（村）10余场次",
    "开展法律宣传8次，发放宣传单、学习手册等资料100余份，受教育群众800余人次",
    "法律顾问进村服务18次，举办法治讲座10余场次",
    "有人民调解委员会12个、人民调解员24名。组织调解业务培训2次，下基层指导30余次",
    "受理矛盾纠纷132件，其中达成书面协议12件、口头协议120件，调解成功率97%",
    "组织学法活动10余场次、法律知识测试3次",
    "主动公开政府信息190条",
)


def keep(database: Database) -> None:
    common = {"village": "甲山村", "words": "", "void": "", "version": 1, "author": "办事员", "day": DAY,
              "created_at": MOMENT, "updated_at": MOMENT}  # fmt: skip
    rows = [
        {
            **common,
            "book": book,
            "number": f"{book}-{number:03d}",
            "row": row,
            "day": DAY + dt.timedelta(days=number % 20),
        }
        for book, listed in BOOKS.items()
        for number, row in enumerate(listed, 1)
    ]
    people = [{"id": number, "village": "", "following": False, "pending": {}, "pushes": 0, "tap_pushes": 0,
               "created_at": MOMENT} for number in range(1, 613)]  # fmt: skip
    asked = [{"id": number, "number": f"2023-{number:06d}", "resident_id": number, "channel": "电话", "village": "甲山村",
              "topic": "邻里", "question": "", "answer": "", "answerer": "", "entry_id": "", "law": [], "state": "closed",
              "version": 1, "outcome": "当场答复", "urgent": "", "feedback": "", "legal_aid_hinted": False, "tried": [],
              "acknowledged": False, "opened_at": MOMENT} for number in range(1, 613)]  # fmt: skip
    said = [{"consultation_id": number, "author": "resident", "who": "", "kind": "text", "text": "", "media_id": "",
             "said_at": MOMENT} for number in range(1, 613)]  # fmt: skip
    with database.engine.begin() as connection:
        for table, filled in ((LedgerRow, rows), (Resident, people), (Consultation, asked), (Turn, said)):
            connection.execute(insert(table), filled)


@pytest.fixture
def file(blank: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copy(blank, tmp_path / "year.db")
    database = Database(f"sqlite:///{tmp_path}/year.db")
    keep(database)
    yield tmp_path / "year.db"
    database.close()


@pytest.fixture
def town(open_town: TownFactory, file: Path) -> Town:
    return open_town(settings=demo_settings(f"sqlite:///{file}"))


def test_the_word_file_says_what_the_township_reported(file: Path, tmp_path: Path) -> None:
    run(
        "report",
        "year",
        "2023",
        "--docx",
        "out.docx",
        "--rate",
        "97",
        folder=tmp_path,
        LEGALBOT_DATABASE__URL=f"sqlite:///{file}",
    )
    document = Document(str(tmp_path / "out.docx"))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert document.core_properties.author == ""
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for part in TEXT:
        assert part in text, part
    assert "2023年" in document.paragraphs[0].text
    (table,) = document.tables
    cells = {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows}
    assert cells["法律咨询"][1:3] == ["600余", "612人次"]
    assert cells["调解成功率"][1:4] == ["97%", "97%", "成功 128 ÷ 已结束 132，四舍五入到百分之一"]
    assert "有协议的 132 件，调解成功的 128 件：有 4 件没有调成却写了协议形式" in text, (
        "written and oral are all of the 132"
    )
    assert "给出的成功率" not in text


def test_a_rate_that_the_ledger_does_not_give_is_named(file: Path, tmp_path: Path) -> None:
    heard = run("report", "year", "2023", "--rate", "98", folder=tmp_path, LEGALBOT_DATABASE__URL=f"sqlite:///{file}")
    assert "给出的成功率 98% 要有 129 件到 130 件成功" in heard or "给出的成功率 98% 要有 129 到 130 件成功" in heard


def test_the_excel_book_holds_every_row_that_was_counted(file: Path, tmp_path: Path) -> None:
    run("report", "year", "2023", "--xlsx", "out.xlsx", folder=tmp_path, LEGALBOT_DATABASE__URL=f"sqlite:///{file}")
    workbook = load_workbook(tmp_path / "out.xlsx", read_only=True)
    counted = {
        sheet.title: sum(1 for row in sheet.iter_rows(values_only=True) if row[0]) - 1 for sheet in workbook.worksheets
    }
    heads, *rows = workbook["普法活动"].iter_rows(values_only=True)
    assert sum(row[heads.index("发放资料")] for row in rows) == 112, "as numbers, which a sheet adds up"
    for title, number in (("调解", 132), ("顾问进村", 18), ("政府信息公开", 190), ("普法活动", 31), ("人民调解员", 24)):
        assert counted[title] == number, title
    workbook.close()


def test_the_page_leads_from_each_figure_to_its_rows(town: Town) -> None:
    staff = sign_in(town, "staff")
    staff.get("/staff/report/2023")
    words = staff.words()
    assert "600余" in words
    assert "132" in words
    staff.get("/staff/report/2023/rows/settled")
    assert "调解成功 128件" in staff.words()
    assert staff.page.count("/staff/books/mediation/") == 128
    for name, kind in (("docx", "wordprocessingml"), ("xlsx", "spreadsheetml")):
        got = staff.http.get(f"{staff.root}/staff/report/2023/report.{name}", timeout=60)
        assert kind in got.headers["Content-Type"]
        assert got.content.startswith(b"PK")
    assert Document(
        io.BytesIO(staff.http.get(f"{staff.root}/staff/report/2023/report.docx", timeout=60).content)
    ).tables


def test_a_year_without_anything_says_what_is_missing(town: Town) -> None:
    staff = sign_in(town, "staff")
    staff.get("/staff/report/2031")
    assert "顾问进村" in staff.words()
    assert "是 0，请核对台账登记了没有" in staff.words()
    rate = staff.words().split("调解成功率")[-1].split()
    assert rate[:2] == ["—", "还没有结束的调解，算不出"], "a rate of nothing is not nought"
