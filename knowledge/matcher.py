"""Ranking: which entries fit a resident's words, and how well.

One document an entry (question, phrasings, keywords) in a BM25 index of characters and bigrams, together with the
rapidfuzz ratio to the nearest phrasing, how much of a phrasing the message holds, and the words of the articles the
entry cites. What is written into the entries decides (measured, see README).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from knowledge.articles import Articles, Likeness
from knowledge.corpus import Corpus
from knowledge.entry import Citation, Entry
from knowledge.grams import MARK, grams, share
from knowledge.homophones import Homophones
from knowledge.index import K1, Index
from knowledge.text import Normaliser

_KEYWORD = 2
"""A keyword counts as often as this many mentions."""
_SHORTLIST = 16
_BM25, _RATIO, _CONTAINED, _LAW = 1.0, 0.4, 0.2, 1.2
"""What each feature adds to the score, tuned on the development questions."""
_ARTICLES = 2
"""As many articles as a reply can show without drowning the rest."""
_CHARACTERS = 300
"""Longer messages are stories; their beginning and end hold the question."""
_SENTENCE = 12
"""Grams (twice the characters) from which a phrasing inside a message is more than chance."""
_TELLING = 3
"""Characters outside question frames below which a message only names a topic."""


@dataclass(frozen=True)
class Candidate:
    """An entry with how well it fits. All features lie between 0 and 1.

    `bm25`: BM25 score as a share of the most the message could reach; `coverage`: share of the message's weight found
    in the entry; `ratio`: rapidfuzz ratio to the nearest phrasing; `contained`: share of a phrasing's grams that the
    message holds, at most, which finds a question inside a story; `law`: likeness of the nearest article it cites.
    `score` combines them for ranking. `phrasing` is the nearest one, by ratio and weighted overlap, normalised.
    """

    entry: Entry
    score: float
    bm25: float
    coverage: float
    ratio: float
    contained: float
    law: float
    phrasing: str


@dataclass(frozen=True)
class Ranking:
    """A message as it was compared, how much it says, and the best entries first.

    `weight` is that of its grams. `bare` says that it names a topic and asks nothing of it: 离婚, 宅基地. `opposite`
    says that it contradicts the phrasing of the first candidate that it is nearest to. `articles` are the nearest
    articles, with their likeness between 0 and 1, whatever entries there are.
    """

    text: str
    weight: float
    bare: bool
    opposite: bool
    candidates: tuple[Candidate, ...]
    articles: tuple[tuple[Citation, float], ...] = ()


class Matcher:
    """Built once, immutable, thread-safe."""

    def __init__(self, corpus: Corpus, normaliser: Normaliser, articles: Articles) -> None:
        self._normaliser = normaliser
        self._articles = articles
        self._entries = corpus.entries
        self._phrasings = [tuple(normaliser.normalise(text) for text in entry.phrasings) for entry in self._entries]
        keywords = [tuple(normaliser.normalise(word) for word in entry.keywords) for entry in self._entries]
        documents = [
            self._document(phrasings, words) for phrasings, words in zip(self._phrasings, keywords, strict=True)
        ]
        self._index = Index(documents, share)
        self._table = _PhrasingTable(self._index, [[self._grams(text) for text in texts] for texts in self._phrasings])
        self._topics = frozenset(word for words in keywords for word in words)
        self._homophones = Homophones((word for words in keywords for word in words), known=self._knows)

    def _knows(self, pair: str) -> bool:
        return pair in self._index or MARK + pair in self._index

    def spell(self, text: str) -> str:
        """The message as it is compared: normalised, with homophone slips mended."""
        return self._homophones.mend(self._normaliser.normalise(_shorten(text)))

    def rank(self, text: str, limit: int = 5) -> Ranking:
        """The entries that fit a message; none for a message without a known character."""
        query = self._query(self.spell(text))
        shortlist = self._index.search(query.known, _SHORTLIST)
        candidates = [self._candidate(query, document, score, found) for document, score, found in shortlist]
        best = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.entry.id))[:limit]
        bare = query.text in self._topics or self._normaliser.framed(query.text).count(False) < _TELLING
        opposite = bool(best) and self._normaliser.opposite(query.text, best[0].phrasing)
        articles = self._articles.nearest(query.likeness, _ARTICLES)
        return Ranking(query.text, query.weight, bare, opposite, tuple(best), tuple(articles))

    def alike(self, one: str, other: str) -> float:
        """Weighted Dice overlap of two messages, between 0 and 1."""
        ours, theirs = (set(self._grams(self.spell(text))) for text in (one, other))
        return 2 * self._index.weigh(ours & theirs) / ((self._index.weigh(ours) + self._index.weigh(theirs)) or 1.0)

    def _query(self, text: str) -> "_Query":
        parts = self._grams(text)
        known = self._index.known(parts)
        held = np.zeros(len(self._index.weights), dtype=np.bool_)
        held[known] = True
        return _Query(text, self._index.weigh(parts), known, held, self._articles.compare(parts))

    def _candidate(self, query: "_Query", document: int, score: float, found: float) -> Candidate:
        texts = self._phrasings[document]
        ratios = np.array([fuzz.ratio(query.text, phrasing) / 100 for phrasing in texts])
        overlaps, contained = self._table.compare(document, query.held, query.weight)
        entry = self._entries[document]
        law = self._articles.best(query.likeness, entry.law)
        bm25, ratio = score / query.weight / (K1 + 1), float(ratios.max())
        return Candidate(
            entry=entry,
            score=_BM25 * bm25 + _RATIO * ratio + _CONTAINED * contained + _LAW * law,
            bm25=bm25,
            coverage=found / query.weight,
            ratio=ratio,
            contained=contained,
            law=law,
            phrasing=texts[int(np.argmax(overlaps + ratios))],
        )

    def _grams(self, text: str) -> list[str]:
        return grams(self._normaliser, text)

    def _document(self, phrasings: tuple[str, ...], keywords: tuple[str, ...]) -> Counter[str]:
        counts = Counter(gram for text in phrasings for gram in self._grams(text))
        for word in keywords:
            counts.update(self._grams(word) * _KEYWORD)
        return counts


@dataclass(frozen=True)
class _Query:
    """A message as it is compared: its text, the weight of its grams, and how well it fits each article.

    `known` are the ids of the grams that some entry holds; `held` says the same of every id.
    """

    text: str
    weight: float
    known: NDArray[np.int32]
    held: NDArray[np.bool_]
    likeness: Likeness


class _PhrasingTable:
    """The grams of every phrasing, as ids of an index in one array."""

    def __init__(self, index: Index, documents: Sequence[Sequence[Sequence[str]]]) -> None:
        phrasings = [index.known(grams) for texts in documents for grams in texts]
        self._weights = index.weights
        self._grams = np.concatenate(phrasings)
        self._sizes = np.array([len(grams) for grams in phrasings])
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)])
        self._totals = np.add.reduceat(self._weights[self._grams], self._starts[:-1])
        self._first = np.concatenate([[0], np.cumsum([len(texts) for texts in documents])])

    def compare(self, document: int, held: NDArray[np.bool_], total: float) -> tuple[NDArray[np.float64], float]:
        """Each phrasing's weighted Dice overlap with a message, and the largest share of one that the message holds."""
        first, last = self._first[document], self._first[document + 1]
        start = self._starts[first]
        grams = self._grams[start : self._starts[last]]
        shared = held[grams]
        starts = self._starts[first:last] - start
        weight = np.add.reduceat(np.where(shared, self._weights[grams], 0.0), starts)
        overlaps = 2 * weight / (total + self._totals[first:last])
        # A long message holds a phrasing of three characters by chance.
        contained = np.add.reduceat(shared.astype(np.int64), starts) / np.maximum(self._sizes[first:last], _SENTENCE)
        return overlaps, float(contained.max())


def _shorten(text: str) -> str:
    half = _CHARACTERS // 2
    return text if len(text) <= _CHARACTERS else f"{text[:half]} {text[-half:]}"
