"""The whole webhook in secure mode over HTTP, beside a bare FastAPI endpoint under the same load in the same run.

Also prints the cold start and resident memory of `legalbot serve`.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests

from bot.demo import demo_settings
from bot.simulator.platform import Account, Platform
from tests.bench.timing import show

QUESTIONS = Path(__file__).parents[1] / "data" / "own_words.jsonl"
BARE = """
import sys, uvicorn
from fastapi import FastAPI, Request
web = FastAPI()

@web.post("/wechat")
async def receive(request: Request) -> str:
    await request.body()
    return "success"

uvicorn.run(web, port=int(sys.argv[1]), access_log=False, log_level="error")
"""


@contextmanager
def process(words: list[str], port: int, environment: dict[str, str]) -> Iterator[tuple[float, int]]:
    """A server process; yields the seconds until it answered and its process id."""
    started = time.perf_counter()
    server = subprocess.Popen(words, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                requests.get(f"http://127.0.0.1:{port}/wechat", timeout=1)
                break
            except requests.ConnectionError:
                if server.poll() is not None or time.perf_counter() - started > 60:
                    raise
                time.sleep(0.01)
        yield time.perf_counter() - started, server.pid
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def load(account: Account, port: int, questions: list[str], connections: int) -> tuple[list[float], float]:
    """Every question once, from as many residents, over so many connections: seconds each, and in all.

    Calls are signed beforehand, so that only the server's work and the transport are timed.
    """
    url = f"http://127.0.0.1:{port}/wechat"
    platform = Platform(account, url)
    calls = []
    for number, question in enumerate(questions):
        stamp = int(time.time())
        xml = (
            f"<xml><ToUserName>gh</ToUserName><FromUserName>r{connections}-{number}</FromUserName>"
            f"<CreateTime>{stamp}</CreateTime>"
            f"<MsgType>text</MsgType><Content><![CDATA[{question}]]></Content><MsgId>{number}</MsgId></xml>"
        )
        calls.append(platform.sign("r", xml))
    local = threading.local()

    def one(call: tuple[dict[str, str], str]) -> float:
        if not hasattr(local, "session"):
            local.session = requests.Session()
        began = time.perf_counter()
        response = local.session.post(url, params=call[0], data=call[1].encode(), timeout=30)
        assert response.status_code == 200, response.status_code
        return time.perf_counter() - began

    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(one, calls[:connections]))
        began = time.perf_counter()
        seconds = list(pool.map(one, calls[connections:]))
    return seconds, time.perf_counter() - began


def main() -> None:
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    wechat = demo_settings("sqlite:///x").wechat
    account = Account(wechat.token.get_secret_value(), wechat.encoding_aes_key.get_secret_value(), wechat.app_id)
    with tempfile.TemporaryDirectory() as folder:
        bot_port, bare_port = free_port(), free_port()
        environment = {
            "LEGALBOT_DATABASE__URL": f"sqlite:///{folder}/bench.db", "LEGALBOT_SERVER__PORT": str(bot_port),
            "LEGALBOT_WECHAT__TOKEN": account.token, "LEGALBOT_WECHAT__APP_ID": account.app_id,
            "LEGALBOT_WECHAT__ENCODING_AES_KEY": account.encoding_aes_key,
        }  # fmt: skip
        with (
            process([sys.executable, "-m", "bot", "serve"], bot_port, environment) as (cold, pid),
            process([sys.executable, "-c", BARE, str(bare_port)], bare_port, {}),
        ):
            for connections in (1, 20):
                rows = []
                for name, port in (("legalbot, secure mode, SQLite", bot_port), ("bare FastAPI endpoint", bare_port)):
                    rows.append((name, *load(account, port, questions, connections)))
                show(f"{connections} connection(s)", rows, "bare FastAPI endpoint")
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
            print(
                f"legalbot serve: cold start {cold:.2f} s, resident memory after the load {int(resident) / 1024:.0f} MiB"
            )


if __name__ == "__main__":
    main()
