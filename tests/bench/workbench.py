"""The workbench's pages over real HTTP with a filled database, beside a bare FastAPI endpoint of the same run.

python -m tests.bench.workbench [postgresql://…] [CONSULTATIONS]
"""

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from random import Random

import requests
from fastapi import FastAPI
from sqlalchemy import insert, text

from bot import clock
from bot.app import assemble
from bot.demo import demo_settings, serving
from bot.lifecycle import State
from bot.store import passwords
from bot.store.board import Scope
from bot.store.database import Database
from bot.store.models import Adviser, Consultation, Event, Parcel, Resident, Turn
from knowledge.desk import Desk
from tests.bench.timing import show

CONSULTATIONS = 50_000
CALLS = 30
RARE = "航标"
_BATCH = 5_000
_VILLAGES = [f"第{number}村" for number in range(1, 13)]
_QUESTIONS = ("邻居借钱不还怎么办", "工地拖欠工资怎么要", "宅基地被占了找谁", "离婚了孩子归谁", "老人的赡养费谁出")
_ANSWER = "可以先请村人民调解委员会调解；调解不成的，带上借条、转账记录和身份证，到镇司法所申请帮助或者向法院起诉。" * 2


def fill(database: Database, count: int = CONSULTATIONS) -> None:
    """A few years of a township: one consultation in a hundred still waits, half were answered by the bot."""
    chance, now = Random(count), clock.now()
    advisers = [
        {"name": f"顾问{one}", "kind": "律师", "villages": [_VILLAGES[one % 12]], "configured": False}
        for one in range(24)
    ]
    people = max(1, count // 10)
    with database.engine.begin() as connection:
        ids = list(connection.scalars(insert(Adviser).returning(Adviser.id), advisers))
        residents = [
            {"openid": f"o{one}", "village": chance.choice(_VILLAGES), "created_at": now} for one in range(people)
        ]
        persons = list(connection.scalars(insert(Resident).returning(Resident.id), residents))
        for start in range(1, count + 1, _BATCH):
            cases, turns, events, parcels = [], [], [], []
            for case_id in range(start, min(start + _BATCH, count + 1)):
                opened = now - dt.timedelta(minutes=20 * (count - case_id))
                case = _case(case_id, chance.choice(persons), opened, ids, chance)
                cases.append(case)
                turns += _turns(case, chance)
                events += [
                    {
                        "consultation_id": case_id,
                        "number": number,
                        "kind": kind,
                        "actor": "系统",
                        "data": {},
                        "at": opened,
                    }
                    for number, kind in enumerate(("opened", "escalated", "assigned", "answered"), 1)
                ]
                if case["escalated_at"]:
                    parcels.append({
                        "resident_id": case["resident_id"], "consultation_id": case_id, "text": _ANSWER, "rung": "pickup",
                        "state": "waiting" if chance.random() < 0.01 else "sent", "created_at": opened, "due_at": opened,
                    })  # fmt: skip
            for table, rows in ((Consultation, cases), (Turn, turns), (Event, events), (Parcel, parcels)):
                connection.execute(insert(table), rows)
        if not database.is_sqlite:
            connection.execute(text("SELECT setval('consultations_id_seq', :last)"), {"last": count})
            connection.execute(text("ANALYZE"))  # as autovacuum does; nothing does it for SQLite


def _case(case_id: int, person: int, opened: dt.datetime, advisers: list[int], chance: Random) -> dict[str, object]:
    waits, by_bot = chance.random() < 0.01, chance.random() < 0.5
    person_has_it = waits or not by_bot
    state = State.ASSIGNED if waits else State.DELIVERED
    place = chance.randrange(24)
    answered = None if waits else opened + dt.timedelta(hours=3)
    return {
        "id": case_id, "number": f"{2000 + case_id // 900_000}-{case_id:06d}", "resident_id": person, "channel": "公众号",
        "village": _VILLAGES[place % 12], "question": chance.choice(_QUESTIONS) + (RARE if case_id % 9_973 == 1 else ""),
        "answer": "" if waits else _ANSWER, "answerer": "" if waits else f"顾问{place}" if person_has_it else "机器人",
        "state": state, "version": 4, "outcome": "转顾问" if person_has_it else "当场答复", "law": [], "tried": [],
        "adviser_id": advisers[place] if person_has_it else None, "opened_at": opened, "answered_at": answered,
        "escalated_at": opened if person_has_it else None, "due_at": opened + dt.timedelta(days=1),
    }  # fmt: skip


def _turns(case: dict[str, object], chance: Random) -> list[dict[str, object]]:
    base = {"consultation_id": case["id"], "kind": "text", "said_at": case["opened_at"]}
    said = [("resident", case["question"]), *[("resident", "补充一下，他手机也不接")] * chance.randrange(2)]
    if case["answer"] and case["escalated_at"]:
        said.append(("adviser", case["answer"]))
    return [{**base, "author": author, "text": words} for author, words in said]


def measure(name: str, work: Callable[[], object]) -> tuple[str, list[float], float]:
    work()
    seconds, started = [], time.perf_counter()
    for _ in range(CALLS):
        one = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - one)
    return name, seconds, time.perf_counter() - started


def run(name: str, url: str, desk: Desk, count: int) -> None:
    database = Database(url)
    database.migrate()
    started = time.perf_counter()
    fill(database, count)
    database.close()
    print(f"{name}: {count} consultations filled in {time.perf_counter() - started:.1f} s")
    machine = assemble(demo_settings(url), desk)
    with machine.database.unit() as unit:
        now, lawyer = clock.now(), unit.advisers.named("顾问1")
        cookies = {}
        for login, role, own in (("staff", "staff", None), ("lawyer", "adviser", lawyer.id)):
            account = unit.accounts.add(login, login, role, now, own)
            unit.accounts.set_password(account.id, passwords.hash_of("a bench only"))
            cookies[login] = {"legalbot_session": unit.accounts.open(account.id, now)}
        unit.commit()
    bare = FastAPI()
    bare.get("/")(lambda: "success")
    common = _QUESTIONS[0][:4]
    pages = {
        "waiting": "", "done": "?tab=done", "done, page 100": "?tab=done&page=100", "search, rare": f"/search?q={RARE}",
        "search, common": f"/search?q={common}", "search, nothing": "/search?q=无此词语",
        "one consultation": f"/c/2000-{count // 2:06d}",
    }  # fmt: skip
    with serving(machine.web, 0) as port, serving(bare, 0) as bare_port, requests.Session() as http:

        def get(address: str, login: str = "") -> None:
            answer = http.get(address, cookies=cookies.get(login), timeout=60, allow_redirects=False)
            assert answer.status_code == 200, (address, answer.status_code)

        rows = [measure("bare FastAPI endpoint", lambda: get(f"http://127.0.0.1:{bare_port}/"))]
        for login in cookies:
            for label, path in pages.items():
                if login == "lawyer" and label == "one consultation":
                    continue  # it is another adviser's
                address = f"http://127.0.0.1:{port}/workbench{path}"
                rows.append(measure(f"{login}: {label}", lambda at=address, who=login: get(at, who)))  # type: ignore[misc]
    own = Scope(adviser_id=lawyer.id, name=lawyer.name, villages=lawyer.villages)

    def mark(scope: Scope) -> None:
        with machine.database.reading() as unit:
            unit.board.mark(scope)

    rows.append(measure("staff: the stream's mark (no HTTP)", lambda: mark(Scope(everything=True))))
    rows.append(measure("lawyer: the stream's mark (no HTTP)", lambda: mark(own)))
    show(f"{name}, {count} consultations", rows, "bare FastAPI endpoint")
    machine.database.close()


def main(words: list[str]) -> None:
    count = next((int(word) for word in words if word.isdigit()), CONSULTATIONS)
    desk = Desk.open(clock.local(clock.now()).date())
    with tempfile.TemporaryDirectory() as folder:
        run("SQLite", f"sqlite:///{folder}/bench.db", desk, count)
    for url in words:
        if not url.isdigit():
            run("PostgreSQL", url, desk, count)


if __name__ == "__main__":
    main(sys.argv[1:])
