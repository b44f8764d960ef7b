"""Draining the outbox over real HTTP to the simulated platform, beside the same calls without an outbox.

python -m tests.bench.outbox [postgresql://…]
"""

import sys
import tempfile
import time
from pathlib import Path
from random import Random

from pydantic import SecretStr

from bot import clock
from bot.delivery.courier import Courier
from bot.delivery.push import Push
from bot.demo import demo_settings, serving
from bot.lifecycle import State
from bot.simulator.api import Api
from bot.store.database import Database
from bot.wechat.client import Client
from tests.bench.timing import show

ROWS = 300


def fill(database: Database) -> None:
    now = clock.now()
    with database.unit() as unit:
        for number in range(ROWS):
            person = unit.residents.of(f"resident{number}", now)
            unit.residents.heard(person.id, now, tapped=False)
            case = unit.consultations.open(person.id, "", "借钱不还", now, state=State.CHOOSING, outcome="待选择")
            unit.outbox.put(person.id, "可以先请村人民调解委员会调解。", now, case.id)
        unit.commit()


def drain(name: str, url: str, api: Api, base: str) -> tuple[str, list[float], float]:
    database = Database(url)
    database.migrate()
    fill(database)
    settings = demo_settings(url)
    account = settings.wechat.model_copy(
        update={"app_id": api.app_id, "app_secret": SecretStr(api.app_secret), "api_base_url": base}
    )
    courier = Courier(database, [Push(Client(account, database).call)], clock.now, Random(1))
    before, rounds, started = len(api.sent), [], time.perf_counter()
    while True:
        round_started = time.perf_counter()
        done = courier.once()
        if not done.taken:
            break
        rounds += [(time.perf_counter() - round_started) / done.taken] * done.taken
    total = time.perf_counter() - started
    assert len(api.sent) - before == ROWS
    database.close()
    return name, rounds, total


def bare(url: str, api: Api, base: str) -> tuple[str, list[float], float]:
    database = Database(url)
    database.migrate()
    account = demo_settings(url).wechat.model_copy(
        update={"app_id": api.app_id, "app_secret": SecretStr(api.app_secret), "api_base_url": base}
    )
    client = Client(account, database)
    message = {"touser": "resident", "msgtype": "text", "text": {"content": "可以先请村人民调解委员会调解。"}}
    seconds, started = [], time.perf_counter()
    for _ in range(ROWS):
        one = time.perf_counter()
        client.call("message/custom/send", message)
        seconds.append(time.perf_counter() - one)
    database.close()
    return "the calls alone", seconds, time.perf_counter() - started


def main(postgres: str) -> None:
    api = Api("wxbench", "secret")
    with serving(api.app(), 0) as port, tempfile.TemporaryDirectory() as folder:
        base = f"http://127.0.0.1:{port}"
        rows = [
            bare(f"sqlite:///{Path(folder) / 'bare.db'}", api, base),
            drain("outbox, SQLite", f"sqlite:///{Path(folder) / 'outbox.db'}", api, base),
        ]
        if postgres:
            rows.append(drain("outbox, PostgreSQL", postgres, api, base))
        show(f"{ROWS} rows, one worker", rows, "the calls alone")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
