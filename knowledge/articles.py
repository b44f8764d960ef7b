"""The articles' own words: a second witness to which entry fits, and what to show when none does.

Statutes and villagers share few words, so that this ranks far worse than the entries' phrasings (measured, see
README); beside them it settles close races, because an entry whose article speaks of the matter is rarely wrong.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.corpus import Corpus
from knowledge.entry import Citation
from knowledge.grams import grams, share
from knowledge.index import K1, Index
from knowledge.statutes import Statutes
from knowledge.text import Normaliser

_WHOLE = "民法典"
"""Indexed whole; of other laws only what some entry cites."""

Likeness = NDArray[np.float64]
"""For each indexed article how well a message fits it, between 0 and 1."""


class Articles:
    """Built once, immutable, thread-safe."""

    def __init__(self, corpus: Corpus, statutes: Statutes, normaliser: Normaliser, on: dt.date) -> None:
        cited = {citation for entry in corpus for citation in entry.law}
        found = [statutes.article(citation, on) for citation in sorted(cited) if citation.law != _WHOLE]
        articles = [*statutes.articles(_WHOLE, on), *(article for article in found if article)]
        self._citations = [article.citation for article in articles]
        self._places = {citation: place for place, citation in enumerate(self._citations)}
        self._index = Index(
            [Counter(grams(normaliser, normaliser.normalise(article.text))) for article in articles], share
        )

    def compare(self, query: Sequence[str]) -> Likeness:
        """How well a message's grams fit each article."""
        total = self._index.weigh(query) * (K1 + 1)
        scores = self._index.scores(self._index.known(query))
        return scores / total if total else scores

    def best(self, likeness: Likeness, law: Sequence[Citation]) -> float:
        """The likeness of the nearest of some articles."""
        return max((float(likeness[self._places[one]]) for one in law if one in self._places), default=0.0)

    def nearest(self, likeness: Likeness, limit: int) -> list[tuple[Citation, float]]:
        """The nearest articles of all, best first."""
        order = np.argsort(-likeness, kind="stable")[:limit]
        return [(self._citations[place], float(likeness[place])) for place in order]
