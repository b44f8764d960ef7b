"""The matcher alone, beside BM25 on bigrams and rapidfuzz's partial_ratio over the same entries, in one run."""

import datetime as dt
import json
import time
from pathlib import Path

from rank_bm25 import BM25Okapi
from rapidfuzz import fuzz, process

from knowledge.articles import Articles
from knowledge.desk import Desk
from knowledge.matcher import Matcher
from tests.bench.timing import show, timed

ON = dt.date(2026, 11, 22)
QUESTIONS = Path(__file__).parents[1] / "data" / "own_words.jsonl"


def bigrams(text: str) -> list[str]:
    return [text[index : index + 2] for index in range(len(text) - 1)]


def main() -> None:
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    desk = Desk.open(ON)
    phrasings = [phrasing for entry in desk.corpus for phrasing in entry.phrasings]
    bm25 = BM25Okapi([bigrams("".join(entry.phrasings)) for entry in desk.corpus])
    works = {
        "legalbot: decide": desk.decide,
        "BM25 on bigrams (rank_bm25)": lambda text: bm25.get_scores(bigrams(text)),
        "rapidfuzz partial_ratio": lambda text: process.extractOne(text, phrasings, scorer=fuzz.partial_ratio),
    }
    rows = []
    for name, work in works.items():
        timed(work, questions[:50])
        started = time.perf_counter()
        seconds = timed(work, questions)
        rows.append((name, seconds, time.perf_counter() - started))
    title = f"{len(questions)} questions, {len(desk.corpus)} entries, one thread"
    show(title, rows, "BM25 on bigrams (rank_bm25)")
    started = time.perf_counter()
    Matcher(desk.corpus, desk.normaliser, Articles(desk.corpus, desk.statutes, desk.normaliser, ON))
    print(f"building the matcher: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
