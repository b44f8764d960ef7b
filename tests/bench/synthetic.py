"""The matcher with a hundred times the entries: synthetic ones, made of halves of real phrasings.

python -m tests.bench.synthetic [TIMES]
"""

import json
import random
import sys
import time
from dataclasses import replace

from knowledge.articles import Articles
from knowledge.corpus import Corpus
from knowledge.desk import Desk
from knowledge.entry import Entry
from knowledge.matcher import Matcher
from tests.bench.matcher import ON, QUESTIONS
from tests.bench.timing import show, timed


def main(times: int) -> None:
    desk = Desk.open(ON)
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    articles = Articles(desk.corpus, desk.statutes, desk.normaliser, ON)
    entries = list(desk.corpus)
    chance = random.Random(times)
    made = [
        replace(mixed(entry, chance.choice(entries)), id=f"{entry.id}-{n}")
        for n in range(1, times)
        for entry in entries
    ]
    rows = []
    for name, corpus in (("shipped entries", desk.corpus), (f"{times} times as many", Corpus((*entries, *made)))):
        started = time.perf_counter()
        matcher = Matcher(corpus, desk.normaliser, articles)
        print(f"{name}: {len(corpus)} entries, built in {time.perf_counter() - started:.1f} s")
        timed(matcher.rank, questions[:50])
        started = time.perf_counter()
        seconds = timed(matcher.rank, questions)
        rows.append((name, seconds, time.perf_counter() - started))
    show(f"{len(questions)} questions, one thread", rows, "shipped entries")


def mixed(one: Entry, other: Entry) -> Entry:
    """An entry whose phrasings begin like one's and end like the other's."""
    pairs = zip(one.similar, other.similar, strict=False)
    return replace(one, similar=tuple(ours[: len(ours) // 2] + theirs[len(theirs) // 2 :] for ours, theirs in pairs))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
