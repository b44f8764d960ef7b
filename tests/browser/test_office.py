"""A clerk's day in a real Chromium: a dispute and its clock, a figure and its rows, a printed page, a faulty sheet mended."""

import datetime as dt
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from bot.clock import SHANGHAI
from tests.browser.test_loop import SIZES, chromium, serious
from tests.browser.test_workbench import look_at
from tests.integration.workbench import PASSWORD, Workbench, open_workbench, workbench

__all__ = ["chromium", "open_workbench", "workbench"]  # fixtures
pytestmark = pytest.mark.browser

ARTIFACTS = os.environ.get("TEST_ARTIFACTS", "")
DISPUTE = {
    "受理日期（必填）": "2026-11-02", "事实与争议（必填）": "两家为围墙争执。", "申请人姓名（必填）": "赵某某",
    "被申请人姓名（必填）": "钱某某", "结束日期": "2026-11-05", "协议内容": "围墙退后一尺。", "协议生效日": "2026-11-05",
}  # fmt: skip
CHOSEN = {
    "调委会（必填）": "甲山村调委会", "来源（必填）": "当事人申请", "纠纷类型（必填）": "邻里", "调解结果": "成功", "协议形式": "书面",
}  # fmt: skip


@pytest.fixture
def page(chromium: Browser, workbench: Workbench) -> Iterator[Page]:
    """A clerk at a desk, signed in on a Monday."""
    workbench.clock.moment = dt.datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
    workbench.account("clerk")
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.goto(f"{workbench.site}/workbench/login")
    opened.get_by_label("登录名").fill("clerk")
    opened.get_by_label("密码", exact=True).fill(PASSWORD)
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("heading", name="等答复的咨询")).to_be_visible()
    yield opened
    context.close()


def shot(page: Page, name: str) -> None:
    assert serious(page) == []
    if ARTIFACTS:
        Path(ARTIFACTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{ARTIFACTS}/office-day-{name}.png", full_page=True)


def register(page: Page, site: str) -> None:
    page.goto(f"{site}/staff/books/committee/new")
    page.get_by_label("名称（必填）").fill("甲山村调委会")
    page.get_by_label("设立日期（必填）").fill("2020-01-01")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_contain_text("已登记")


def enter_dispute(page: Page, site: str) -> None:
    page.goto(f"{site}/staff/books/mediation/new")
    for label, choice in CHOSEN.items():
        page.get_by_label(label, exact=True).select_option(choice)
    for label, words in DISPUTE.items():
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_label("调解员（必填）").fill("孙调解员")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_contain_text("已登记")


def test_a_dispute_is_entered_and_its_clock_appears(workbench: Workbench, page: Page) -> None:
    register(page, workbench.site)
    enter_dispute(page, workbench.site)
    expect(page.get_by_text("司法确认：最晚 2026-12-05")).to_be_visible()
    shot(page, "dispute")
    page.get_by_role("link", name="到期", exact=True).click()
    row = page.get_by_role("row").filter(has_text="司法确认")
    expect(row).to_contain_text("2026-12-05")
    expect(row).to_contain_text("还有 12 天")
    expect(row).to_contain_text("人民调解法第三十三条")
    shot(page, "due")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("甲山村调委会2026-001")


def test_a_figure_beside_a_chart_leads_to_the_rows_it_counts(workbench: Workbench, page: Page) -> None:
    for resident in range(3):
        workbench.town.says(f"resident-{resident}", "离婚娃儿归谁")
    page.get_by_role("link", name="统计", exact=True).click()
    chart = page.get_by_role("img").first
    expect(chart).to_be_visible()
    assert chart.evaluate("image => image.naturalWidth") > 100
    shot(page, "figures")
    figure = page.get_by_role("table").filter(has_text="人次").first.get_by_role("link", name="3", exact=True).first
    figure.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3")
    expect(page.get_by_role("link", name="2026-000003")).to_be_visible()
    shot(page, "rows")


def test_the_figures_print_on_a4_without_what_is_only_for_the_screen(workbench: Workbench, page: Page) -> None:
    page.goto(f"{workbench.site}/staff")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="主要页面")).to_be_hidden()
    expect(page.get_by_text("计数规则").first).to_be_visible()
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    if ARTIFACTS:
        page.screenshot(path=f"{ARTIFACTS}/office-day-print.png", full_page=True)


def test_a_faulty_sheet_is_refused_mended_and_taken_in(workbench: Workbench, page: Page, tmp_path: Path) -> None:
    page.goto(f"{workbench.site}/staff/books/publicity/import")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载空表").click()
    sheet = tmp_path / "publicity.xlsx"
    shutil.move(download.value.path(), sheet)
    fill(sheet, {"日期*": "2026-02-30", "形式*": "讲座", "主题*": "老年人权益", "受众": "80余"})
    page.get_by_label("填好的表").set_input_files(sheet)
    page.get_by_role("button", name="导入").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("一行也没有导入")
    expect(alert.get_by_role("row").filter(has_text="日期")).to_contain_text("不是日期")
    expect(alert.get_by_role("row").filter(has_text="受众")).to_contain_text("不写“余”")
    shot(page, "import")
    fill(sheet, {"日期*": "2026-02-28", "受众": "80"})
    page.get_by_label("填好的表").set_input_files(sheet)
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("status")).to_contain_text("已导入普法活动 1 行")
    expect(page.get_by_role("table")).to_contain_text("老年人权益")


def fill(file: Path, cells: dict[str, str]) -> None:
    """Into the first row under the names of the columns."""
    workbook = load_workbook(io.BytesIO(file.read_bytes()))
    sheet = workbook.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for head, words in cells.items():
        sheet.cell(2, heads.index(head) + 1, words)
    workbook.save(file)


def test_the_yearly_report_is_read_and_taken_away(workbench: Workbench, page: Page) -> None:
    page.goto(f"{workbench.site}/staff/report/2026")
    expect(page.get_by_role("heading", level=1)).to_contain_text("示范镇2026年")
    shot(page, "report")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    assert download.value.suggested_filename == "2026年报告.docx"
    assert download.value.path().read_bytes().startswith(b"PK")


@pytest.mark.parametrize("size", SIZES)
def test_tests_publicity_and_gaps_have_no_serious_finding_and_fit_the_screen(
    workbench: Workbench, page: Page, size: str
) -> None:
    workbench.town.says("resident", "河里的航标歪了归哪个修")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    found = {}
    for name in ("staff/publicity", "staff/gaps", "staff/quiz", "staff/due", "staff/report/2026"):
        page.goto(f"{workbench.site}/{name}")
        found[name] = look_at(page, width, f"{name.replace('/', '-')}-{size}")
    page.goto(f"{workbench.site}/staff/quiz")
    page.get_by_label("名称").fill("宪法周测试")
    page.get_by_label("到哪天为止").fill("2026-11-30")
    page.get_by_role("button", name="开始，给出网址和二维码").click()
    found["link"] = look_at(page, width, f"exam-link-{size}")
    page.goto(page.get_by_label("网址，全选复制").input_value())
    found["name"] = look_at(page, width, f"exam-name-{size}")
    page.get_by_label("姓名").fill("赵某某")
    page.get_by_role("button", name="开始").click()
    found["paper"] = look_at(page, width, f"exam-paper-{size}")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="交卷").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("分")
    found["result"] = look_at(page, width, f"exam-result-{size}")
    assert {name: problems for name, problems in found.items() if problems} == {}
