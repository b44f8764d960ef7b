"""Counting rules as pure functions: 人次, 件 and 人, never mixed. `bot.store.reports` does the same in the database.

人次: an occasion. A resident's words on one topic begin a new occasion when nothing of theirs on that topic came within
the window before (24 hours unless configured), whichever consultation it was in.
件: a matter. A consultation whose first words begin an occasion is one matter; asked again within the window it is the
same matter.
人: distinct people with an occasion in the period.

人次 and 件 of the parts (topics, villages, channels, months, outcomes, answerers) add up to those of the whole. 人 do
not: whoever comes in two months or about two topics is one person in the whole and one in each part.

Each word is looked at together with the window before it alone, so that a period counted again later gives the same
figures, and so that 件 never exceeds 人次. Nothing here asks who a resident is: one whose record was erased counts on.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.clock import local

BOT = "机器人"
ACCOUNT = "公众号"
ADVISER = "顾问"
NOBODY = "还没有答复"


@dataclass(frozen=True)
class Word:
    """One thing a resident said in a consultation, with the record's attributes."""

    resident: int
    consultation: int
    first: bool
    """Whether it opened the consultation."""
    said_at: dt.datetime
    topic: str
    village: str
    channel: str
    outcome: str
    answerer: str = NOBODY
    """机器人, 顾问 or 还没有答复."""
    turn: int = 0
    """Orders what was said at the same moment."""

    @property
    def month(self) -> str:
        """By the township's calendar: 2026-11."""
        return f"{local(self.said_at):%Y-%m}"


@dataclass(frozen=True)
class Count:
    occasions: int
    """人次"""
    matters: int
    """件"""
    people: int
    """人"""


NONE = Count(0, 0, 0)


def occasions(words: Iterable[Word], window: dt.timedelta) -> list[Word]:
    """The words that begin an occasion, in time order. `words` must reach back one window before the period."""
    last: dict[tuple[int, str], dt.datetime] = {}
    beginnings = []
    for word in sorted(words, key=lambda word: (word.said_at, word.consultation, word.turn)):
        key = (word.resident, word.topic)
        if key not in last or word.said_at - last[key] >= window:
            beginnings.append(word)
        last[key] = word.said_at
    return beginnings


def count(beginnings: Iterable[Word]) -> Count:
    rows = list(beginnings)
    return Count(len(rows), sum(row.first for row in rows), len({row.resident for row in rows}))


def count_by(beginnings: Iterable[Word], key: Callable[[Word], str]) -> dict[str, Count]:
    """Counts by an attribute, most occasions first. 人次 and 件 add up to the total; 人 does not, by its meaning."""
    groups: dict[str, list[Word]] = defaultdict(list)
    for row in beginnings:
        groups[key(row)].append(row)
    counted = {name: count(rows) for name, rows in groups.items()}
    return dict(sorted(counted.items(), key=lambda item: (-item[1].occasions, item[0])))


def rule(window: dt.timedelta) -> str:
    """The rule in plain Chinese, as it stands under every table."""
    hours = round(window.total_seconds() / 3600)
    return (
        f"计数规则：同一居民就同一类纠纷，{hours}小时内没有再说过话，又来问的算新的一人次；"
        f"新开的一事算一件，{hours}小时内为同一类事再开的并入前一件；人按不同的人数。"
        "人次和件各栏相加等于总数；同一人可能在几栏出现，人不能相加。作废的登记不计；居民删除了记录的，照样计数。"
    )
