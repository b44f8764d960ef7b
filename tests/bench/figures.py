"""The pages and exports of the office over real HTTP, with five years of 20,000 consultations each on SQLite.

python -m tests.bench.figures [times]
"""

import datetime as dt
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import requests
from sqlalchemy import insert

from bot.app import Machine, assemble
from bot.clock import SHANGHAI
from bot.demo import demo_settings, serving
from bot.lifecycle import State
from bot.store.clients import SCOPES
from bot.store.database import Database
from bot.store.models import Base, Consultation, Counter, Event, LedgerRow, Resident, Turn
from knowledge.entry import TOPICS
from tests.bench.timing import percentile, timed

YEARS, A_YEAR, PEOPLE, VILLAGES = 5, 20_000, 30_000, 12
LAST = dt.datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)
FIRST = LAST.replace(year=LAST.year - YEARS)
BASELINE = "/workbench/login"
"""A page that reads nothing: what HTTP, the templates and the machine of the day take."""
PAGES = {
    "the workbench": "/workbench",
    "a month and this year": "/staff",
    "a month": "/staff?month=2026-10",
    "a year": "/staff?year=2025",
    "a year, for outside": "/staff?year=2025&public=1",
    "from a day to a day": "/staff?first=2024-11-22&last=2025-11-21",
    "chart of topics, a year": "/staff/charts/topic.svg?year=2025",
    "chart of months, a year": "/staff/charts/month.svg?year=2025",
    "rows of a month": "/staff/rows?month=2026-10&figure=occasions",
    "rows of a year, last page": "/staff/rows?year=2025&figure=occasions&page=400",
    "people of a year": "/staff/rows?year=2025&figure=people&by=topic&of=继承",
    "the ledger": "/staff/books/consultation",
    "the ledger, a word": "/staff/books/consultation?q=没有钱",
    "the ledger, a year in Excel": "/staff/books/consultation/export.xlsx?year=2025",
    "what is due": "/staff/due",
    "what nothing answered": "/staff/gaps",
    "the yearly report": "/staff/report/2025",
    "the yearly report in Word": "/staff/report/2025/report.docx",
    "the yearly report in Excel": "/staff/report/2025/report.xlsx",
    "the interface, a year": "/api/v1/statistics?year=2025",
    "the interface, a page": "/api/v1/consultations?start=2025-01-01&end=2025-12-31&limit=500",
}


def fill(database: Database, consultations: int = YEARS * A_YEAR, seed: int = 1) -> None:
    """Bulk inserts: each consultation with up to four turns of the resident, its answer and its events."""
    chance = Random(seed)
    moments = sorted(FIRST + (LAST - FIRST) * chance.random() for _ in range(consultations))
    tables: dict[type[Base], list[dict[str, Any]]] = {
        Resident: [], Counter: [], Consultation: [], Turn: [], Event: [], LedgerRow: []
    }  # fmt: skip
    for number in range(1, PEOPLE + 1):
        tables[Resident].append(
            {"id": number, "openid": f"o{number}", "village": "", "following": True, "pending": {}, "pushes": 0,
             "tap_pushes": 0, "created_at": FIRST}
        )  # fmt: skip
    for number, opened in enumerate(moments, 1):
        _consult(tables, chance, number, opened)
    tables[Counter] = [{"year": year, "last": consultations} for year in range(FIRST.year, LAST.year + 1)]
    for number in range(YEARS * 400):
        _mediate(tables[LedgerRow], chance, number)
    with database.engine.begin() as connection:
        for table, rows in tables.items():
            for at in range(0, len(rows), 5000):
                connection.execute(insert(table), rows[at : at + 5000])
        connection.exec_driver_sql("ANALYZE")


def _consult(tables: dict[type[Base], list[dict[str, Any]]], chance: Random, number: int, opened: dt.datetime) -> None:
    by = chance.choice(["机器人", "机器人", "示例律师", ""])
    handed = by != "机器人"
    answered = opened + dt.timedelta(hours=chance.expovariate(0.2)) if by else None
    state = State.DELIVERED if by else State.OPEN if number % 400 == 0 else State.WITHDRAWN
    tables[Consultation].append(
        {"id": number, "number": f"{opened.year}-{number:06d}", "resident_id": chance.randint(1, PEOPLE),
         "channel": chance.choice(["公众号"] * 5 + ["电话", "来访"]), "village": f"{chance.randint(1, VILLAGES)}村",
         "topic": chance.choice(TOPICS), "question": "村里的路占了我家的地，村里说没有钱赔，怎么办？" * 3,
         "answer": "先请村人民调解委员会调解。" * 10, "answerer": by, "entry_id": "", "law": [], "state": state,
         "version": 3, "outcome": "转顾问" if handed else "当场答复", "urgent": "", "feedback": "",
         "legal_aid_hinted": False, "acknowledged": False, "tried": [], "opened_at": opened,
         "satisfaction": chance.choice([None, None, 3, 4, 5]), "escalated_at": opened if handed else None,
         "answered_at": answered, "delivered_at": answered}
    )  # fmt: skip
    said = [("resident", opened), *(("resident", opened + dt.timedelta(hours=chance.uniform(0, 60)))
            for _ in range(chance.choice([0, 0, 1, 1, 3])))]  # fmt: skip
    said += [("bot", opened)] + ([("adviser", answered)] if handed and answered else [])
    tables[Turn] += [
        {"consultation_id": number, "author": author, "who": "", "kind": "text", "text": "村里说没有钱赔" * 5,
         "media_id": "", "said_at": at} for author, at in said
    ]  # fmt: skip
    happened = [("opened", opened), ("escalated" if handed else "bot_answered", opened)]
    happened += [("assigned", opened), ("answered", answered)] if handed and answered else []
    tables[Event] += [
        {"consultation_id": number, "number": place, "kind": kind, "actor": "系统", "data": {}, "at": at}
        for place, (kind, at) in enumerate(happened, 1)
    ]


def _mediate(rows: list[dict[str, Any]], chance: Random, number: int) -> None:
    day = (FIRST + (LAST - FIRST) * chance.random()).date()
    for book, row in (
        ("mediation", {"topic": chance.choice(TOPICS), "result": chance.choice(["成功", "成功", "不成功", None]),
                       "form": chance.choice(["书面", "口头", "无"]), "committee": f"{chance.randint(1, 12)}村调委会"}),
        ("visit", {"adviser": "示例律师", "what": ["法律咨询"]}),
    ):  # fmt: skip
        rows.append(
            {"book": book, "number": f"{number}", "day": day, "village": f"{chance.randint(1, VILLAGES)}村", "row": row,
             "words": "", "void": "", "version": 1, "author": "李干事", "created_at": LAST, "updated_at": LAST}
        )  # fmt: skip


def signed_in(machine: Machine, root: str) -> requests.Session:
    password = secrets.token_urlsafe(12)
    with machine.database.unit() as unit:
        account = unit.accounts.add("clerk", "李干事", "staff", LAST, None)
        link = unit.accounts.new_link(account.id, LAST)
        unit.commit()
    http = requests.Session()
    for page, form in (
        (f"/workbench/setup/{link}", {"password": password, "again": password}),
        ("/workbench/login", {"login": "clerk", "password": password}),
    ):
        text = http.get(root + page, timeout=60).text
        token = text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
        http.post(root + page, data={"csrf": token, **form}, timeout=60).raise_for_status()
    return http


def main(times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'five-years.db'}"
        machine = assemble(demo_settings(url), now=lambda: LAST)
        started = time.perf_counter()
        fill(machine.database)
        print(f"{YEARS} x {A_YEAR} consultations in {time.perf_counter() - started:.0f} s")
        with serving(machine.web, 0) as port:
            root = f"http://127.0.0.1:{port}"
            http = signed_in(machine, root)
            with machine.database.unit() as unit:
                token = unit.clients.add("平台", tuple(SCOPES), LAST + dt.timedelta(days=1), LAST)
                unit.commit()
            http.headers["Authorization"] = f"Bearer {token}"
            base = 0.0
            for name, path in {"a page that reads nothing": BASELINE, **PAGES}.items():
                seconds = timed(lambda path: http.get(root + path, timeout=60).raise_for_status(), [path] * times)
                p50, p99 = percentile(seconds, 0.5) * 1000, percentile(seconds, 0.99) * 1000
                base = base or p50
                print(f"{name:28} p50 {p50:6.0f} ms   p99 {p99:6.0f} ms   {p50 / base:5.0f} x   {path}")
        machine.database.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
