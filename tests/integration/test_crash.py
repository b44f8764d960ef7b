"""Killed with SIGKILL in mid-message: before the commit nothing is left, after it the reply is."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.demo import demo_settings
from bot.simulator.platform import Account, Platform
from bot.store.database import Database
from bot.store.models import Consultation, Message

pytestmark = pytest.mark.crash

XML = (
    "<xml><ToUserName>gh_demo</ToUserName><FromUserName>resident</FromUserName><CreateTime>1795312800</CreateTime>"
    "<MsgType>text</MsgType><Content>航标歪了归谁修</Content><MsgId>77</MsgId></xml>"
)
WAIT_SECONDS = 60


@contextmanager
def server(environment: dict[str, str], point: str, flag: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.dying_server", point, str(flag)], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2], env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout and process.stdout.close()


def the_retry_after_a_kill(url: str, point: str, tmp_path: Path) -> tuple[int, str]:
    """Kill a server at a point in the message, let a fresh one take the retry: rows left by the first, its reply."""
    wechat = demo_settings(url).wechat
    account = Account(wechat.token.get_secret_value(), wechat.encoding_aes_key.get_secret_value(), wechat.app_id)
    environment = {
        **os.environ, "LEGALBOT_DATABASE__URL": url, "LEGALBOT_WECHAT__TOKEN": account.token,
        "LEGALBOT_WECHAT__ENCODING_AES_KEY": account.encoding_aes_key, "LEGALBOT_WECHAT__APP_ID": account.app_id,
    }  # fmt: skip
    database = Database(url)
    database.migrate()
    flag = tmp_path / "flag"
    with server(environment, point, flag) as (process, port):
        first = Platform(account, f"http://127.0.0.1:{port}/wechat")
        query, body = first.sign("resident", XML)
        asking = threading.Thread(target=_ask, args=(first, query, body), daemon=True)
        asking.start()
        deadline = time.monotonic() + WAIT_SECONDS
        while not flag.exists():
            assert time.monotonic() < deadline, "the server never reached the point"
            time.sleep(0.02)
        process.kill()
        process.wait()
        asking.join(WAIT_SECONDS)
    with database.reading() as unit:
        left = unit.session.query(Message).count()
    with server(environment, "never", flag) as (_, port):
        reply = Platform(account, f"http://127.0.0.1:{port}/wechat").deliver("resident", "77", XML).reply
    with database.reading() as unit:
        assert unit.session.query(Message).count() == 1
        assert unit.session.query(Consultation).count() == 1
        saved = unit.session.query(Message).one().reply
    database.close()
    assert saved == reply
    return left, reply


def _ask(platform: Platform, query: dict[str, str], body: str) -> None:
    import requests

    try:
        requests.post(platform.webhook, params=query, data=body.encode(), timeout=WAIT_SECONDS)
    except requests.RequestException:
        return  # the server is killed while it answers: that is the point


def test_killed_before_the_commit_the_retry_runs_afresh(tmp_path: Path) -> None:
    left, reply = the_retry_after_a_kill(f"sqlite:///{tmp_path}/a.db", "before-commit", tmp_path)
    assert left == 0
    assert "000001" in reply


def test_killed_after_the_commit_the_retry_replays(tmp_path: Path) -> None:
    left, reply = the_retry_after_a_kill(f"sqlite:///{tmp_path}/a.db", "after-commit", tmp_path)
    assert left == 1
    assert "000001" in reply


@pytest.mark.postgres
@pytest.mark.parametrize(("point", "rows"), [("before-commit", 0), ("after-commit", 1)])
def test_the_same_on_postgresql(postgres: str, tmp_path: Path, point: str, rows: int) -> None:
    left, reply = the_retry_after_a_kill(postgres, point, tmp_path)
    assert left == rows
    assert "000001" in reply
