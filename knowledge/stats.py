"""What the knowledge base holds, counted; and the Civil Code articles that no entry rests on, with the reason."""

import datetime as dt
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from knowledge.corpus import DATA, Corpus
from knowledge.entry import Citation
from knowledge.fault import Fault, KnowledgeError
from knowledge.statutes import Article, Statutes

CODE = "民法典"


@dataclass(frozen=True)
class Stats:
    """Entries by field (folder), topic and service; phrasings in all; distinct articles cited by law."""

    entries: int
    phrasings: int
    by_field: Counter[str]
    by_topic: Counter[str]
    by_service: Counter[str]
    by_law: Counter[str]


def stats(corpus: Corpus) -> Stats:
    articles = {citation for entry in corpus for citation in entry.law}
    return Stats(
        entries=len(corpus),
        phrasings=sum(len(entry.phrasings) for entry in corpus),
        by_field=Counter(entry.place.split("/")[0] for entry in corpus),
        by_topic=Counter(entry.topic for entry in corpus),
        by_service=Counter(entry.service for entry in corpus),
        by_law=Counter(citation.law for citation in articles),
    )


@dataclass(frozen=True)
class Uncited:
    """An article of the Civil Code that no entry cites, and why; an empty reason means that nobody has said why."""

    article: Article
    why: str


def uncited(corpus: Corpus, statutes: Statutes, on: dt.date, table: Path = DATA / "uncited.toml") -> list[Uncited]:
    """In the Code's order. Raises KnowledgeError when the table gives a reason for an article that is cited."""
    cited = {citation for entry in corpus for citation in entry.law}
    reasons = _reasons(table)
    faults = [
        Fault(table.name, str(citation), "articles", "已经有条目引用，请从这里删掉")
        for citation in sorted(reasons.keys() & cited)
    ]
    if faults:
        raise KnowledgeError(faults)
    return [
        Uncited(article, reasons.get(article.citation, ""))
        for article in statutes.articles(CODE, on)
        if article.citation not in cited
    ]


def _reasons(table: Path) -> dict[Citation, str]:
    rows = tomllib.loads(table.read_text(encoding="utf-8")).get("uncited", [])
    return {Citation(CODE, number): row["why"] for row in rows for number in row["articles"]}
