"""Everything that is known, behind one counter, shared by all threads."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from knowledge.articles import Articles
from knowledge.corpus import DATA, Corpus, load
from knowledge.decide import Confidence, Decision, decide
from knowledge.entry import Entry
from knowledge.matcher import Candidate, Matcher
from knowledge.parts import questions_in
from knowledge.screen import Screen
from knowledge.statutes import Statutes
from knowledge.text import Normaliser, Tables
from knowledge.topics import Topics


class _Shelf(NamedTuple):
    """What is exchanged as a whole when entries are added, so that no thread sees half of it."""

    corpus: Corpus
    matcher: Matcher
    topics: Topics
    entries: dict[str, Entry]


class Desk:
    """`on` is the day whose law is compared with; what is shown is looked up on the day it is shown."""

    def __init__(self, corpus: Corpus, statutes: Statutes, on: dt.date, folder: Path = DATA) -> None:
        self.statutes = statutes
        self.normaliser = Normaliser(Tables.load(folder))
        self.confidence = Confidence.load(folder / "confidence.toml")
        self._screen = Screen(folder)
        self._shipped, self._on, self._folder = corpus, on, folder
        self._shelf = self._arrange(corpus)

    @classmethod
    def open(cls, on: dt.date) -> "Desk":
        """The desk over the installed knowledge. Raises KnowledgeError or StatuteError."""
        return cls(load(), Statutes(), on)

    def _arrange(self, corpus: Corpus) -> "_Shelf":
        articles = Articles(corpus, self.statutes, self.normaliser, self._on)
        return _Shelf(
            corpus, Matcher(corpus, self.normaliser, articles), Topics(corpus, self.normaliser, self._folder),
            {entry.id: entry for entry in corpus},
        )  # fmt: skip

    def add(self, entries: Sequence[Entry]) -> None:
        """Answer from the shipped entries and these from now on; whoever is being answered gets the old ones.

        Takes a second or two, in the thread that calls it.
        """
        self._shelf = self._arrange(Corpus((*self._shipped, *entries)))

    @property
    def corpus(self) -> Corpus:
        return self._shelf.corpus

    @property
    def matcher(self) -> Matcher:
        return self._shelf.matcher

    def entry(self, entry_id: str) -> Entry:
        """Raises KeyError for one that is not, or no longer, there."""
        return self._shelf.entries[entry_id]

    def danger(self, text: str) -> str | None:
        return self._screen.danger(text)

    def chatter(self, text: str) -> str | None:
        return self._screen.chatter(text)

    def decide(self, text: str) -> Decision:
        """Answer, choices or hand-over for words that are a question, or two of them."""
        parts = questions_in(text)
        answers = [one for part in parts if (one := self._decide(part)).kind == "answer"] if len(parts) > 1 else []
        others = [one.entry for one in answers if one.entry.id != answers[0].entry.id]
        return replace(answers[0], second=others[0]) if others else self._decide(text)

    def _decide(self, text: str) -> Decision:
        shelf = self._shelf
        ranking = shelf.matcher.rank(text)
        if offered := shelf.topics.asked(ranking.text):
            return Decision("choices", 0.0, ranking.candidates, offered, reason="只说了题目，请居民挑最常问的")
        return decide(ranking, self.confidence)

    def consider(self, text: str) -> tuple[str, float, Sequence[Candidate]]:
        """What a conversation's first message would meet: urgent, smalltalk, answer, choices or handover."""
        if self.danger(text):
            return "urgent", 1.0, ()
        if self.chatter(text):
            return "smalltalk", 1.0, ()
        decision = self.decide(text)
        return decision.kind, decision.score, decision.candidates
