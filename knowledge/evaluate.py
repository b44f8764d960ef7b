"""Accuracy on labelled questions: predictions one a line, in the form the evaluation set's README describes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.desk import Desk
from knowledge.entry import Citation, Entry
from knowledge.fault import Fault, KnowledgeError


@dataclass(frozen=True)
class Labelled:
    """A question with the articles that answer it; `civil` when a Civil Code article is among them."""

    id: str
    text: str
    gold: frozenset[Citation]
    civil: bool


@dataclass
class Tally:
    questions: int = 0
    civil: int = 0
    hits: tuple[int, int, int] = (0, 0, 0)
    answered: int = 0
    right: int = 0
    other: int = 0
    other_wrong: int = 0


def read_questions(path: Path) -> list[Labelled]:
    """Read JSON lines with id, question and gold. Raises KnowledgeError naming the line."""
    rows, faults = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            gold = frozenset(
                Citation(one["law"].removeprefix("中华人民共和国"), int(one["article"])) for one in row["gold"]
            )
            civil = row.get("scope", "civil") == "civil"
            rows.append(Labelled(str(row["id"]), str(row["question"]), gold, civil))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(Fault(f"{path.name}:{number}", "", "JSON", f"每行要有 id、question、gold（{error}）"))
    if faults:
        raise KnowledgeError(faults)
    return rows


def is_right(entry: Entry, question: Labelled) -> bool:
    """Whether one of the entry's first four citations is a right one."""
    return any(citation in question.gold for citation in entry.law[:4])


def prediction(desk: Desk, text: str) -> dict[str, Any]:
    """What the bot would do with a message: decision, score and at most five candidates, best first."""
    kind, score, candidates = desk.consider(text)
    return {
        "decision": kind,
        "score": round(score, 4),
        "candidates": [
            {
                "entry": candidate.entry.id,
                "score": round(candidate.score, 4),
                "citations": [{"law": one.law, "article": one.number} for one in candidate.entry.law],
            }
            for candidate in candidates
        ],
    }


def evaluate(desk: Desk, questions: list[Labelled], step: Callable[[], None]) -> tuple[list[dict[str, Any]], Tally]:
    """Predictions for all questions, and the figures of the evaluation set. `step` is called after each."""
    tally, predictions = Tally(), []
    for question in questions:
        row = {"id": question.id, **prediction(desk, question.text)}
        predictions.append(row)
        _count(tally, question, row, list(_right(desk, row, question)))
        step()
    return predictions, tally


def _right(desk: Desk, row: dict[str, Any], question: Labelled) -> Iterator[bool]:
    for candidate in row["candidates"]:
        yield is_right(desk.entry(candidate["entry"]), question)


def _count(tally: Tally, question: Labelled, row: dict[str, Any], right: list[bool]) -> None:
    outright = row["decision"] == "answer"
    tally.questions += 1
    if not question.civil:
        tally.other += 1
        tally.other_wrong += outright and not any(right[:1])
        return
    tally.civil += 1
    tally.hits = tuple(hit + any(right[:k]) for hit, k in zip(tally.hits, (1, 3, 5), strict=True))  # type: ignore[assignment]
    tally.answered += outright
    tally.right += outright and any(right[:1])
