"""The whole loop while its server is killed with SIGKILL again and again and the platform's API fails at random.

Residents ask, advisers answer inside WeChat, the courier pushes, residents pick up what could not be pushed. What the
database holds afterwards is compared with what everybody was told. CRASH_SEED repeats a run's random choices.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import open_database
from bot.config import Settings
from bot.demo import demo_settings, serving
from bot.lifecycle import Happened, State, advance
from bot.message import plain
from bot.simulator.api import ROBOT_KEY, Api, Failure
from bot.simulator.platform import Account
from bot.store.database import Database
from bot.store.models import Consultation, Message, Parcel, Resident
from bot.store.outbox import PICKUP
from handlers.phrases import CONTINUE, FAILED, NOT_RECORDED
from tests.integration.working_clients import QUESTION, Trial, at_work
from tests.integration.working_server import QuickClock

pytestmark = pytest.mark.crash

FAILURES: dict[str, tuple[Failure, ...]] = {
    "push": (-1, 45015, 45047, 40001, "closed", "lost"), "robot": (-1, 45009, "closed", "lost"),
}  # fmt: skip
FAILURE_RATE = 0.3
DRAIN_SECONDS = 60


@contextmanager
def lives(settings: Settings, clock: QuickClock, log: Path) -> Iterator[Iterator[int]]:
    """The port of a server, then the process id of each of its lives. The server's log is for whom a failure puzzles."""
    wechat = settings.wechat
    environment = {
        **os.environ, "LEGALBOT_DATABASE__URL": settings.database.url, "LEGALBOT_WECHAT__VERIFIED": "true",
        "LEGALBOT_WECHAT__TOKEN": wechat.token.get_secret_value(), "LEGALBOT_WECHAT__APP_ID": wechat.app_id,
        "LEGALBOT_WECHAT__ENCODING_AES_KEY": wechat.encoding_aes_key.get_secret_value(),
        "LEGALBOT_WECHAT__APP_SECRET": wechat.app_secret.get_secret_value(),
        "LEGALBOT_WECHAT__API_BASE_URL": wechat.api_base_url,
        "LEGALBOT_DELIVERY__ROBOT_URL": f"{wechat.api_base_url}/cgi-bin/webhook/send?key={ROBOT_KEY}",
        "LEGALBOT_VILLAGES": json.dumps([one.model_dump() for one in settings.villages]),
        "LEGALBOT_ADVISERS": json.dumps([one.model_dump() for one in settings.advisers]),
    }  # fmt: skip
    with log.open("w") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.working_server", str(clock.start)], text=True, env=environment,
            stdout=subprocess.PIPE, stderr=lines, cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        yield map(int, process.stdout)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def bind_advisers(trial: Trial) -> None:
    """But one, who is told in the group, where the office reads it."""
    for name in ("示例律师", "示范镇司法所"):
        with trial.database.unit() as unit:
            code = unit.advisers.new_code(unit.advisers.named(name).id, trial.clock())
            unit.commit()
        assert "绑定好了" in trial.says(name, f"绑定 {code}")


def run(url: str, log: Path, kills: int, longest: float) -> None:
    """Kill and bring back, then let a last life finish, then look at everything."""
    started = time.monotonic()
    seed = int(os.environ.get("CRASH_SEED") or random.randrange(10**6))
    print(f"\nCRASH_SEED={seed}")
    dice, skies = random.Random(seed), random.Random(seed + 1)
    settings, clock = demo_settings(url), QuickClock(time.time())
    api = Api(settings.wechat.app_id, "right")
    lost = []

    def weather(way: str) -> Failure | None:
        failure = skies.choice(FAILURES[way]) if skies.random() < FAILURE_RATE else None
        lost.extend(["lost"] if failure == "lost" else [])
        return failure

    with serving(api.app(), 0) as port:
        reach = {"app_secret": SecretStr("right"), "api_base_url": f"http://127.0.0.1:{port}"}
        settings = settings.model_copy(update={"wechat": settings.wechat.model_copy(update=reach)})
        wechat = settings.wechat
        account = Account(wechat.token.get_secret_value(), wechat.encoding_aes_key.get_secret_value(), wechat.app_id)
        migrated = Database(url)
        migrated.migrate()
        migrated.close()
        database = open_database(settings)
        with lives(settings, clock, log) as numbers:
            trial = Trial(database, clock, account, f"http://127.0.0.1:{next(numbers)}/wechat", seed, api.said_in_group)
            life = next(numbers)
            bind_advisers(trial)
            api.weather = weather
            with at_work(trial):
                for _ in range(kills):
                    time.sleep(dice.uniform(0.1, longest))
                    os.kill(life, signal.SIGKILL)
                    life = next(numbers)
            assert trial.broken == []
            api.weather = lambda _way: None
            drain(database)
            for openid in trial.asked:
                while plain(CONTINUE) in trial.says(openid, "查询"):
                    pass
        figures = look(trial, api)
        database.close()
    figures |= {"kills": kills, "answers lost by the API": len(lost), "seconds": round(time.monotonic() - started)}
    print("\n".join(f"{name:32}{figure:>8}" for name, figure in figures.items()))
    doubled = figures["pushed twice"] + figures["said in the group twice"]
    # One parcel is on its way when a server is killed, and one when the API's answer is lost.
    assert doubled <= kills + len(lost)


def drain(database: Database) -> None:
    """Until the last life has brought everything that a channel can bring; a part waits behind one in the box."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        with database.reading() as unit:
            unsent = unit.session.query(Parcel).filter(Parcel.state.in_(("waiting", "leased"))).all()
        boxed = {(row.consultation_id, row.resident_id) for row in unsent if row.rung == PICKUP and row.resident_id}
        if all(row.rung == PICKUP or (row.consultation_id, row.resident_id) in boxed for row in unsent):
            return
        assert time.monotonic() < deadline, "the outbox is not drained"
        time.sleep(0.5)


def look(trial: Trial, api: Api) -> dict[str, int]:
    """Assert what must hold, from the database and from what everybody was told; returns figures."""
    pushed = Counter((message["touser"], message["text"]["content"]) for message in api.sent)
    in_group = Counter(api.said_in_group)
    answered = collected = both = 0
    with trial.database.reading() as unit:
        session = unit.session
        assert session.query(Message).filter(Message.state != "done").count() == 0
        openids = {person.id: person.openid or "" for person in session.query(Resident)}
        cases = session.query(Consultation).all()
        opened = Counter(openids[case.resident_id] for case in cases)
        claimed = {openids[row.resident_id or 0] for row in session.query(Message).filter_by(content=QUESTION)}
        replied = {
            openid for openid in trial.asked
            if trial.heard[openid][0].status == 200 and trial.heard[openid][0].reply not in (NOT_RECORDED, FAILED)
        }  # fmt: skip
        assert replied <= claimed
        assert opened == dict.fromkeys(claimed, 1)
        for case in cases:
            first, *later = case.events
            state = State(first.data["state"])
            for number, event in enumerate(later, 2):
                assert event.number == number
                state = advance(state, Happened(event.kind))
            assert (case.state, case.version) == (state, len(case.events))
            openid = openids[case.resident_id]
            parcels = session.query(Parcel).filter_by(consultation_id=case.id, resident_id=case.resident_id).all()
            assert bool(parcels) == any(event.kind == Happened.ANSWERED for event in later)
            answered += bool(parcels)
            replies = [exchange.reply for exchange in trial.heard[openid]]
            unheard = any(exchange.status != 200 for exchange in trial.heard[openid])
            for parcel in parcels:
                given = sum(reply.count(parcel.text) for reply in replies)
                assert given <= 1, "given twice in the pick-up box"
                assert parcel.state in ("sent", "offered"), "no channel has it, and the resident has written since"
                assert parcel.state != "sent" or pushed[openid, parcel.text]
                assert parcel.state != "offered" or given or unheard
                collected += given
                both += bool(given and pushed[openid, parcel.text])
            if parcels:
                assert case.state == State.DELIVERED
        dead = session.query(Parcel).filter_by(state="dead").count()
    assert answered >= len(set(trial.sent)) > 0
    return {
        "questions": len(trial.asked), "questions never recorded": len(set(trial.asked) - claimed),
        "consultations": len(cases), "answers": answered, "pushed": len(pushed), "said in the group": len(in_group),
        "picked up": collected, "pushed and picked up": both, "dead": dead,
        "pushed twice": pushed.total() - len(pushed), "said in the group twice": in_group.total() - len(in_group),
    }  # fmt: skip


def test_nothing_is_lost_or_given_twice_through_100_kills(tmp_path: Path) -> None:
    run(f"sqlite:///{tmp_path}/crash.db", tmp_path / "log", kills=100, longest=2.0)


@pytest.mark.postgres
def test_nothing_is_lost_or_given_twice_through_30_kills_on_postgresql(postgres: str, tmp_path: Path) -> None:
    run(postgres, tmp_path / "log", kills=30, longest=3.0)
