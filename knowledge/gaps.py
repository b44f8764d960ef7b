"""What residents asked and the knowledge base could not answer, grouped, with a skeleton to fill in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.desk import Desk
from knowledge.entry import Entry

_ALIKE = 0.4
"""Weighted overlap of two questions from which they are asked as one."""
_NEAREST = 3
_SHOWN_PHRASINGS = 12


@dataclass(frozen=True)
class Gap:
    """Questions that ask for the same, the most telling first, and the entries nearest to it."""

    questions: tuple[str, ...]
    nearest: tuple[Entry, ...]


def gaps(desk: Desk, questions: Iterable[str]) -> list[Gap]:
    """Groups of questions, the most asked first. A question joins the first group whose opening one it resembles."""
    groups: list[list[str]] = []
    for question in sorted(set(questions), key=lambda text: (-len(text), text)):
        group = next((group for group in groups if desk.matcher.alike(group[0], question) >= _ALIKE), None)
        if group is None:
            groups.append([question])
        else:
            group.append(question)
    groups.sort(key=lambda group: (-len(group), group[0]))
    return [Gap(tuple(group), _nearest(desk, group[0])) for group in groups]


def skeleton(gap: Gap, on: dt.date) -> str:
    """An entry to fill in, in the form of data/<field>/*.toml; what must be written stands as 待写."""
    nearest = gap.nearest[0] if gap.nearest else None
    similar = "\n".join(f"    {_quoted(question)}," for question in gap.questions[:_SHOWN_PHRASINGS])
    return (
        "[[entry]]\n"
        'id = "待写-英文小写和连字符"\n'
        f'question = "待写"\n'
        "# 下面是居民原话：改写成一般的问法，去掉人名、村名、号码\n"
        f"similar = [\n{similar}\n]\n"
        'keywords = ["待写"]\n'
        'answer = """待写"""\n'
        'law = ["民法典#待查"]\n'
        f'topic = "{nearest.topic if nearest else "其他"}"\n'
        'service = "adviser"\n'
        f"updated = {on}\n"
    )


def _nearest(desk: Desk, question: str) -> tuple[Entry, ...]:
    return tuple(candidate.entry for candidate in desk.matcher.rank(question, _NEAREST).candidates)


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "").replace('"', "”")
    return f'"{plain}"'
