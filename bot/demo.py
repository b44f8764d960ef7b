"""The demo: the real program and the simulated platform on loopback, with secrets and a township of its own."""

import base64
import secrets
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from rich.console import Console

from bot import clock
from bot.app import Machine, assemble
from bot.config import (
    AdviserSection,
    DatabaseSection,
    Settings,
    TownshipSection,
    VillageSection,
    WechatSection,
    WorkbenchSection,
)
from bot.errors import ConfigError
from bot.message import Inbound, plain
from bot.simulator import stage
from bot.simulator.platform import Account, Platform

_START_SECONDS = 30.0
_DESKS = (("lawyer", "示例律师", "adviser"), ("office", "示范镇工作人员", "staff"))
"""Who may sign in to the demo's workbench: login, name, role. The adviser is the one of that name."""
_KEY = "the demo seals invented names only"
"""Not secret; always the same, so that a kept database can be opened again."""


@dataclass(frozen=True)
class Running:
    """The servers are up: `url` is the page's address."""

    url: str
    platform: Platform
    machine: Machine
    site: str
    """Where the program itself answers: the webhook and the workbench."""

    def desks(self) -> dict[str, str]:
        """By name, a one-time address that opens the workbench for an adviser and for a clerk."""
        links, now = {}, clock.now()
        with self.machine.database.unit() as unit:
            known = {account.login: account for account in unit.accounts.all()}
            for login, name, role in _DESKS:
                own = unit.advisers.named(name).id if role == "adviser" else None
                account = known.get(login) or unit.accounts.add(login, name, role, now, own)
                links[name] = f"{self.site}/workbench/setup/{unit.accounts.new_link(account.id, now)}"
            unit.commit()
        return links

    def wait(self) -> None:
        """Until Ctrl+C or a request to end, so that the temporary database is always removed."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        stop.wait()

    def explain(self, openid: str, message_id: str) -> dict[str, Any]:
        """What the bot recorded about a message; empty for an event, which has no id."""
        with self.machine.database.reading() as unit:
            reply = unit.inbox.saved_reply(Inbound.key_of("message", openid, message_id))
        return reply.trace if reply else {}


@contextmanager
def open_stage(port: int, database: str = "") -> Iterator[Running]:
    """Start both servers; both end, and a temporary database goes, when the block ends."""
    with tempfile.TemporaryDirectory(prefix="legalbot-demo-", ignore_cleanup_errors=True) as folder:
        settings = demo_settings(database or f"sqlite:///{Path(folder) / 'demo.db'}")
        machine = assemble(settings)
        with machine.working(), serving(machine.web, 0) as webhook_port:
            account = settings.wechat
            site = f"http://127.0.0.1:{webhook_port}"
            platform = Platform(
                Account(account.token.get_secret_value(), account.encoding_aes_key.get_secret_value(), account.app_id),
                f"{site}/wechat",
            )
            running = Running("", platform, machine, site)
            with serving(stage.app(platform, running.explain), port) as page_port:
                yield replace(running, url=f"http://127.0.0.1:{page_port}/")
        machine.database.close()


def usual_port(port: int = 8000) -> int:
    """The port a newcomer expects, or 0 for any free one when another program has it."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def demo_settings(database: str) -> Settings:
    """An invented township, and secrets that live as long as the demo."""
    return Settings(
        wechat=WechatSection(
            token=SecretStr(secrets.token_hex(12)), app_id=f"wx{secrets.token_hex(8)}",
            encoding_aes_key=SecretStr(base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")),
        ),
        database=DatabaseSection(url=database),
        workbench=WorkbenchSection(key=SecretStr(_KEY)),
        township=TownshipSection(name="示范镇"),
        villages=(
            VillageSection(name="甲山村", aliases=("甲山",), scene="v1"),
            VillageSection(name="乙水村", aliases=("乙水", "水边村"), scene="v2"),
            VillageSection(name="丙坝村", aliases=("丙坝",), scene="v3"),
        ),
        advisers=(
            AdviserSection(name="示例律师", kind="律师", villages=("甲山村", "乙水村")),
            AdviserSection(name="示例法律明白人", kind="法律明白人", villages=("丙坝村",)),
            AdviserSection(name="示范镇司法所", kind="司法所"),
        ),
    )  # fmt: skip


@contextmanager
def serving(web: FastAPI, port: int) -> Iterator[int]:
    """A real HTTP server on loopback in a thread of its own; yields its port. Raises ConfigError if it is taken."""
    config = uvicorn.Config(web, host="127.0.0.1", port=port, access_log=False, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ConfigError(f"端口 {port} 打不开，可能被别的程序占用。换一个：--port 8001")
        time.sleep(0.01)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def converse(running: Running, console: Console) -> None:
    """A resident at the terminal. Ends with an empty line, 退出 or Ctrl+D."""
    openid = "demo" + secrets.token_hex(8)
    console.print(plain(running.platform.event(openid, "subscribe").reply), markup=False)
    console.print("（直接回车或输入 退出 结束）", style="dim")
    while True:
        try:
            words = console.input("\n您说：").strip()
        except (EOFError, KeyboardInterrupt):
            return
        if words in ("", "退出"):
            return
        exchange = running.platform.say(openid, words)
        console.print(plain(exchange.reply) or "（没有出声，话已经记下）", markup=False)
        trace = running.explain(openid, exchange.message_id)
        why = "，".join(f"{key}={value}" for key, value in trace.items() if key != "candidates")
        console.print(f"［{why}］", style="dim", markup=False)
