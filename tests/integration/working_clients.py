"""Residents and advisers at work against a server that may die at any moment, and what they heard."""

import random
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.message import plain
from bot.simulator.platform import Account, Exchange, Platform
from bot.store.database import Database
from tests.integration.working_server import QuickClock

QUESTION = "航标歪了归谁修"
BACKLOG = 8
"""Residents wait with new questions while so many are unanswered, so that advisers keep up."""
LONG = "把材料备齐再去办，缺一样都要再跑一趟。" * 60


@dataclass
class Trial:
    """What the clients did and heard. Each list is only ever appended to."""

    database: Database
    clock: QuickClock
    account: Account
    webhook: str
    seed: int
    group: list[str]
    """What the robot said in the advisers' group."""
    platforms: dict[str, Platform] = field(default_factory=dict)
    """By thread: each has a connection of its own."""
    over: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    heard: dict[str, list[Exchange]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)

    def says(self, openid: str, text: str) -> str:
        exchange = self._platform().say(openid, text)
        self.heard.setdefault(openid, []).append(exchange)
        return plain(exchange.reply)

    def _platform(self) -> Platform:
        name = threading.current_thread().name
        if name not in self.platforms:
            self.platforms[name] = Platform(self.account, self.webhook, clock=self.clock.seconds)
        return self.platforms[name]

    # --- clients -------------------------------------------------------------------------------------------------

    def ask(self, dice: random.Random) -> None:
        """A new resident of a random village asks what only a person can answer."""
        with self.database.reading() as unit:
            if len(unit.consultations.queue()) >= BACKLOG:
                return
        openid = f"resident-{dice.getrandbits(64):016x}"
        self._platform().event(openid, "subscribe", EventKey=f"qrscene_v{dice.randint(1, 3)}")
        self.says(openid, QUESTION)
        self.asked.append(openid)

    def come_back(self, dice: random.Random) -> None:
        """Somebody who has asked writes again, and gets what waits for them."""
        if self.asked:
            self.says(dice.choice(self.asked[-40:]), "好" if dice.random() < 0.2 else "查询")

    def advise(self, dice: random.Random) -> None:
        """An adviser answers one that the list or the group names, shortly or in several parts."""
        me = threading.current_thread().name
        named = [*self.group[-BACKLOG:], self.says(me, "待办")]
        if numbers := {number for words in named for number in re.findall(r"【看 (\d+)】", words)} - set(self.sent):
            number = dice.choice(sorted(numbers))
            self.says(me, f"看 {number}")
            self.says(me, f"答 {number} 找航道管理站。{LONG if dice.random() < 0.2 else ''}")
            if f"咨询 {number} 的答复已发出" in self.says(me, "发送"):
                self.sent.append(number)


CLIENTS = {
    "示例律师": Trial.advise, "示范镇司法所": Trial.advise,
    "asking-0": Trial.ask, "asking-1": Trial.ask, "back-0": Trial.come_back, "back-1": Trial.come_back,
}  # fmt: skip


def _keep_at_it(trial: Trial, name: str) -> None:
    dice = random.Random(f"{trial.seed} {name}")
    try:
        while not trial.over.is_set():
            CLIENTS[name](trial, dice)
            trial.over.wait(dice.uniform(0.05, 0.3))
    except BaseException as error:
        trial.broken.append(error)


@contextmanager
def at_work(trial: Trial) -> Iterator[None]:
    """Every client in a thread of its own while the block runs; what broke one is in `trial.broken`."""
    threads = [threading.Thread(target=_keep_at_it, args=(trial, name), name=name) for name in CLIENTS]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        trial.over.set()
        for thread in threads:
            thread.join()
