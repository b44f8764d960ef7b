"""What the matcher finds, beside simpler ones over the same entries, and what each of its parts brings.

    python -m tests.bench.accuracy QUESTIONS.jsonl …

hit@k: an entry that cites an article from the label is among the first k. Wrong: of the opposite pairs in
tests/data/opposites.jsonl, messages answered outright with the other's entry.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from rank_bm25 import BM25Okapi
from rapidfuzz import fuzz, process
from rich.console import Console
from rich.table import Table

from knowledge import matcher as ranking
from knowledge.articles import Articles
from knowledge.corpus import Corpus
from knowledge.decide import Confidence, decide
from knowledge.desk import Desk
from knowledge.entry import Entry
from knowledge.evaluate import Labelled, is_right, read_questions
from knowledge.matcher import Matcher
from knowledge.text import Normaliser, Tables
from tests.bench.matcher import ON, bigrams

OPPOSITES = Path(__file__).parents[1] / "data" / "opposites.jsonl"
Find = Callable[[str], Sequence[Entry]]


def main(files: Sequence[Path]) -> None:
    desk = Desk.open(ON)
    entries = desk.corpus.entries
    sets = [[one for one in read_questions(path) if one.civil and one.gold] for path in files]
    table = Table("matcher", *(f"{path.stem} ({len(rows)})" for path, rows in zip(files, sets, strict=True)), "wrong")
    table.title = f"hit@1 / hit@3 / hit@5 over {len(entries)} entries"

    def row(name: str, find: Find, wrong: str = "") -> None:
        table.add_row(name, *(hits(find, rows) for rows in sets), wrong)

    bm25 = BM25Okapi([bigrams("".join(entry.phrasings)) for entry in entries])
    phrasings = [phrasing for entry in entries for phrasing in entry.phrasings]
    owners = [entry for entry in entries for _ in entry.phrasings]

    def by_bm25(text: str) -> list[Entry]:
        scores = bm25.get_scores(bigrams(text))
        return [entries[place] for place in sorted(range(len(entries)), key=lambda place: -scores[place])[:5]]

    def by_partial_ratio(text: str) -> list[Entry]:
        found = process.extract(text, phrasings, scorer=fuzz.partial_ratio, limit=40)
        return list({owners[place].id: owners[place] for _, _, place in found}.values())[:5]

    row("rapidfuzz partial_ratio", by_partial_ratio)
    row("BM25 on bigrams (rank_bm25)", by_bm25)
    for name, one in variants(desk):
        with one() as matcher:
            row(name, lambda text, using=matcher: [c.entry for c in using.rank(text).candidates], wrong(matcher))
    Console(width=130).print(table)


def hits(find: Find, rows: list[Labelled]) -> str:
    right = [[is_right(entry, one) for entry in find(one.text)] for one in rows]
    return " / ".join(f"{sum(any(found[:k]) for found in right) / len(rows):.3f}" for k in (1, 3, 5))


def wrong(matcher: Matcher) -> str:
    confidence = Confidence.load()
    pairs = [json.loads(line) for line in OPPOSITES.read_text(encoding="utf-8").splitlines()]
    said = [
        (pair[one], pair[f"{other}_entry"]) for pair in pairs for one, other in (("one", "other"), ("other", "one"))
    ]
    decisions = [(decide(matcher.rank(text), confidence), entry) for text, entry in said]
    count = sum(one.kind == "answer" and one.entry.id == entry for one, entry in decisions)
    return f"{count} of {len(said)}"


def variants(desk: Desk) -> Iterator[tuple[str, Callable[[], object]]]:
    """The shipped matcher, and the same without one of its parts."""
    tables = Tables.load()
    corpus = desk.corpus

    def build(entries: Sequence[Entry] = corpus.entries, using: Tables = tables) -> Matcher:
        normaliser, shown = Normaliser(using), Corpus(tuple(entries))
        return Matcher(shown, normaliser, Articles(shown, desk.statutes, normaliser, ON))

    @contextmanager
    def without(weight: str = "", **changes: object) -> Iterator[Matcher]:
        with patch.object(ranking, weight, 0.0) if weight else patch.object(ranking, "K1", ranking.K1):
            yield build(**changes)  # type: ignore[arg-type]

    @contextmanager
    def without_polarity() -> Iterator[Matcher]:
        with patch.object(Normaliser, "opposite", return_value=False):
            yield build()

    bare = [replace(entry, similar=()) for entry in corpus]
    wordless = [replace(entry, keywords=(entry.keywords[0],)) for entry in corpus]
    plain = replace(tables, words={}, fillers=())
    yield "legalbot", without
    yield "  without phrasings", lambda: without(entries=bare)
    yield "  without keywords", lambda: without(entries=wordless)
    yield "  without word tables", lambda: without(using=plain)
    yield "  without frame words", lambda: without(using=replace(tables, frames=()))
    yield "  without BM25 in the score", lambda: without("_BM25")
    yield "  without rapidfuzz", lambda: without("_RATIO")
    yield "  without a phrasing's share", lambda: without("_CONTAINED")
    yield "  without the articles' text", lambda: without("_LAW")
    yield "  without polarity", without_polarity


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
