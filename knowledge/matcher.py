"""Ranking: which entries fit a resident's words, and how well.

One document an entry (question, phrasings, keywords) in a BM25 index of characters and bigrams, together with the
rapidfuzz ratio and the weighted overlap of the best single phrasing. Word overlap with the statutes themselves adds
nothing (measured, see README), so that what is written into the entries decides.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.corpus import Corpus
from knowledge.entry import Entry
from knowledge.homophones import Homophones
from knowledge.text import Normaliser

_K1, _B = 1.2, 0.5
_UNIGRAM = 0.4
"""A single character says less than a pair of them."""
_KEYWORD = 2
"""A keyword counts as often as this many mentions."""
_SHORTLIST = 24
_WEIGHTS = {"coverage": 1.0, "ratio": 0.5, "overlap": 0.6}
_CHARACTERS = 300
"""Longer messages are stories; their beginning and end hold the question."""


@dataclass(frozen=True)
class Candidate:
    """An entry with how well it fits: all features lie between 0 and 1.

    `coverage`: share of the message's weight found in the entry; `ratio`: rapidfuzz ratio to the nearest phrasing;
    `overlap`: weighted Dice overlap with the best phrasing, `phrasing`; `score` combines them for ranking.
    """

    entry: Entry
    score: float
    coverage: float
    ratio: float
    overlap: float
    phrasing: str
    opposite: bool


class Matcher:
    """Built once, immutable, thread-safe."""

    def __init__(self, corpus: Corpus, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._entries = corpus.entries
        self._phrasings = [tuple(normaliser.normalise(text) for text in entry.phrasings) for entry in self._entries]
        keywords = [tuple(normaliser.normalise(word) for word in entry.keywords) for entry in self._entries]
        documents = [_gram_counts(phrasings, words) for phrasings, words in zip(self._phrasings, keywords, strict=True)]
        self._weight = _weights(documents)
        self._unknown = math.log(1 + 2 * len(documents))
        self._postings = self._index(documents)
        self._phrasing_grams = [tuple(frozenset(grams(text)) for text in texts) for texts in self._phrasings]
        self._homophones = Homophones(
            (word for words in keywords for word in words), known=lambda gram: gram in self._weight
        )

    def spell(self, text: str) -> str:
        """The message as it is compared: normalised, with homophone slips mended."""
        return self._homophones.mend(self._normaliser.normalise(_shorten(text)))

    def rank(self, text: str, limit: int = 5) -> list[Candidate]:
        """The entries that fit a message, best first; none for a message without a known character."""
        query = self.spell(text)
        query_grams = frozenset(grams(query))
        total = sum(self._weigh(gram) for gram in query_grams)
        scores: dict[int, float] = defaultdict(float)
        found: dict[int, float] = defaultdict(float)
        for gram in query_grams:
            weight = self._weight.get(gram, 0.0)
            for document, frequency in self._postings.get(gram, ()):
                scores[document] += weight * frequency
                found[document] += weight
        if not scores or not total:
            return []
        shortlist = sorted(scores, key=lambda document: (-scores[document], document))[:_SHORTLIST]
        candidates = [
            self._candidate(
                document, query, query_grams, scores[document] / (total * (_K1 + 1)), found[document] / total
            )
            for document in shortlist
        ]
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.entry.id))[:limit]

    def _candidate(
        self, document: int, query: str, query_grams: frozenset[str], bm25: float, coverage: float
    ) -> Candidate:
        ratios = [fuzz.ratio(query, phrasing) / 100 for phrasing in self._phrasings[document]]
        overlaps = [self._dice(query_grams, phrasing) for phrasing in self._phrasing_grams[document]]
        closest = max(range(len(overlaps)), key=lambda index: overlaps[index] + ratios[index])
        phrasing = self._phrasings[document][closest]
        ratio, overlap = max(ratios), max(overlaps)
        return Candidate(
            self._entries[document],
            _WEIGHTS["coverage"] * bm25 + _WEIGHTS["ratio"] * ratio + _WEIGHTS["overlap"] * overlap,
            coverage, ratio, overlap, phrasing, self._normaliser.opposite(query, phrasing),
        )  # fmt: skip

    def _index(self, documents: list[Counter[str]]) -> dict[str, list[tuple[int, float]]]:
        average = sum(sum(document.values()) for document in documents) / max(len(documents), 1)
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, document in enumerate(documents):
            norm = _K1 * (1 - _B + _B * sum(document.values()) / average)
            for gram, frequency in document.items():
                postings[gram].append((number, frequency * (_K1 + 1) / (frequency + norm)))
        return dict(postings)

    def _weigh(self, gram: str) -> float:
        return self._weight.get(gram, self._unknown * (_UNIGRAM if len(gram) == 1 else 1.0))

    def _dice(self, one: frozenset[str], other: frozenset[str]) -> float:
        shared = sum(self._weigh(gram) for gram in one & other)
        both = sum(self._weigh(gram) for gram in one) + sum(self._weigh(gram) for gram in other)
        return 2 * shared / both if both else 0.0


def grams(text: str) -> list[str]:
    """Characters and pairs of neighbours; a run of digits or Latin letters is one character."""
    return [*text, *(text[index : index + 2] for index in range(len(text) - 1))]


def _gram_counts(phrasings: tuple[str, ...], keywords: tuple[str, ...]) -> Counter[str]:
    counts = Counter(gram for text in phrasings for gram in grams(text))
    for word in keywords:
        counts.update(grams(word) * _KEYWORD)
    return counts


def _weights(documents: list[Counter[str]]) -> dict[str, float]:
    """Inverse document frequency of each gram."""
    frequency = Counter(gram for document in documents for gram in document)
    return {
        gram: math.log(1 + (len(documents) - count + 0.5) / (count + 0.5)) * (_UNIGRAM if len(gram) == 1 else 1.0)
        for gram, count in frequency.items()
    }


def _shorten(text: str) -> str:
    half = _CHARACTERS // 2
    return text if len(text) <= _CHARACTERS else f"{text[:half]} {text[-half:]}"
