"""Questions for tests of legal knowledge (法律知识测试), single choice, each made from an entry: `data/quiz.toml`."""

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.corpus import DATA, Corpus
from knowledge.entry import Citation
from knowledge.fault import Fault, KnowledgeError
from knowledge.statutes import Statutes

LETTERS = "ABCD"
_FEWEST, _MOST = 3, len(LETTERS)
_LONGEST = {"question": 80, "option": 40, "why": 120}
"""Characters, so that a question fits a telephone's screen."""


@dataclass(frozen=True)
class Question:
    id: str
    question: str
    options: tuple[str, ...]
    right: int
    """Which option is right, from 1."""
    why: str
    law: Citation
    entry: str
    """The entry that says more."""

    def is_right(self, chosen: int) -> bool:
        return chosen == self.right


def load(corpus: Corpus, statutes: Statutes, on: dt.date, folder: Path = DATA) -> tuple[Question, ...]:
    """Raises KnowledgeError that lists everything that is wrong."""
    rows = tomllib.loads((folder / "quiz.toml").read_text(encoding="utf-8")).get("question", [])
    entries, faults, questions = {entry.id for entry in corpus}, [], []
    for row in rows:
        try:
            question = Question(
                row["id"], row["question"], tuple(row["options"]), row["right"], row["why"],
                Citation.parse(row["law"]), row["entry"],
            )  # fmt: skip
        except KeyError as error:
            faults.append(Fault("quiz.toml", str(row.get("id", "")), str(error.args[0]), "缺少这一项"))
            continue
        except ValueError as error:
            faults.append(Fault("quiz.toml", str(row.get("id", "")), "law", str(error)))
            continue
        found = [(key, problem) for key, problem in _problems(question, entries) if problem]
        if not statutes.article(question.law, on):
            found.append(("law", f"没有《{question.law.law}》{question.law.article}"))
        faults += [Fault("quiz.toml", question.id, key, problem) for key, problem in found]
        questions.append(question)
    faults += _twice(questions)
    if faults:
        raise KnowledgeError(faults)
    return tuple(questions)


def _problems(one: Question, entries: set[str]) -> list[tuple[str, str]]:
    long = [option for option in one.options if len(option) > _LONGEST["option"]]
    return [
        ("options", "" if _FEWEST <= len(one.options) <= _MOST else f"要有 {_FEWEST} 到 {_MOST} 个选项"),
        ("options", "有两个选项一样" if len(set(one.options)) < len(one.options) else ""),
        ("options", f"“{long[0]}”太长，最多 {_LONGEST['option']} 个字" if long else ""),
        ("right", "" if 1 <= one.right <= len(one.options) else "要写第几个选项对，从 1 数起"),
        ("question", "" if len(one.question) <= _LONGEST["question"] else f"最多 {_LONGEST['question']} 个字"),
        ("why", "" if 0 < len(one.why) <= _LONGEST["why"] else f"要写一句为什么，最多 {_LONGEST['why']} 个字"),
        ("entry", "" if one.entry in entries else f"没有条目“{one.entry}”"),
    ]


def _twice(questions: Sequence[Question]) -> list[Fault]:
    faults, ids, texts = [], set(), set()
    for one in questions:
        if one.id in ids or one.question in texts:
            faults.append(Fault("quiz.toml", one.id, "question", "编号或题目重复"))
        ids.add(one.id)
        texts.add(one.question)
    return faults
