"""A clerk's round through the ledgers, the figures and the report, on PostgreSQL as on SQLite."""

import re

import pytest

from bot.store.database import Database
from tests.conftest import TownFactory
from tests.integration.desk_member import sign_in
from tests.integration.ledgers import BOOKS, CALL, CALLS, VISIT, changes, enters


@pytest.mark.postgres
def test_ledgers_clocks_figures_reports_and_exams_work_on_postgresql(open_town: TownFactory, postgres: str) -> None:
    database = Database(postgres)
    database.migrate()
    database.close()
    clerk = sign_in(open_town(database=postgres), "staff")
    enters(clerk, "consultation", **CALL, serious="家里打孩子")
    clerk.get("/staff/due")
    assert "紧急或重大报告" in clerk.words()
    changes(clerk, f"{CALLS}/1", serious_reported="2026-11-21")
    clerk.get("/staff/due")
    assert "紧急或重大报告" not in clerk.words()
    enters(clerk, "visit", **VISIT)
    visit = re.findall(rf"{BOOKS}/visit/(\d+)/edit", clerk.page)[0]
    clerk.post(f"{BOOKS}/visit/{visit}/strike-out", reason="写错了")
    clerk.get(f"{BOOKS}/visit?void=1")
    assert "共 1 次" in clerk.words()
    clerk.get("/staff/quiz")
    clerk.post("/staff/quiz/exams", title="宪法周", who="村干部", number=10, minutes=20, until="2026-11-30")
    clerk.post("/staff/quiz/exams/1/ledger")
    assert "已登记到台账" in clerk.words()
    for page in (
        "/staff", "/staff?year=2026&public=1", "/staff/report/2026", "/staff/report/2026/report.docx",
        "/staff/report/2026/report.xlsx", f"{CALLS}/export.xlsx?year=2026", "/staff/gaps", "/staff/publicity",
    ):  # fmt: skip
        clerk.get(page)
        assert clerk.status == 200, page
    clerk.get(f"{CALLS}/1")
    clerk.post(f"{CALLS}/1/strike-out", reason="写错了")
    clerk.get(f"{CALLS}?void=1")
    assert "共 1 宗" in clerk.words()
