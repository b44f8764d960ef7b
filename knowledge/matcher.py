"""Ranking: which entries fit a resident's words, and how well.

One document an entry (question, phrasings, keywords) in a BM25 index of characters and bigrams, together with the
rapidfuzz ratio and the weighted overlap of the best single phrasing. Word overlap with the statutes themselves adds
nothing (measured, see README), so that what is written into the entries decides.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.corpus import Corpus
from knowledge.entry import Entry
from knowledge.homophones import Homophones
from knowledge.text import Normaliser

_K1, _B = 1.2, 0.5
_UNIGRAM = 0.4
"""A single character says less than a pair of them."""
_FRAMED = 0.3
"""What touches a word that only frames a question (怎么办, 是否, 应当) says less than what does not."""
_KEYWORD = 2
"""A keyword counts as often as this many mentions."""
_SHORTLIST = 12
_RATIO, _OVERLAP, _CONTAINED = 0.3, 0.6, 0.2
"""Weights beside the BM25 score, tuned on the development questions."""
_CHARACTERS = 300
"""Longer messages are stories; their beginning and end hold the question."""
_TELLING = 3
"""Characters outside question frames below which a message only names a topic."""
_MARK = "·"
"""Stands before a gram that touches a frame word."""


@dataclass(frozen=True)
class Candidate:
    """An entry with how well it fits. All features lie between 0 and 1.

    `bm25`: BM25 score as a share of the most the message could reach; `coverage`: share of the message's weight found
    in the entry; `ratio`: rapidfuzz ratio to the nearest phrasing; `overlap`: weighted Dice overlap with the best
    phrasing; `contained`: share of a phrasing's grams that the message holds, at most, which finds a question inside
    a story. `score` combines them for ranking. `phrasing` is the nearest one, normalised.
    """

    entry: Entry
    score: float
    bm25: float
    coverage: float
    ratio: float
    overlap: float
    contained: float
    phrasing: str


@dataclass(frozen=True)
class Ranking:
    """A message as it was compared, how much it says, and the best entries first.

    `weight` is that of its grams. `bare` says that it names a topic and asks nothing of it: 离婚, 宅基地. `opposite`
    says that it contradicts the phrasing of the first candidate that it is nearest to.
    """

    text: str
    weight: float
    bare: bool
    opposite: bool
    candidates: tuple[Candidate, ...]


class Matcher:
    """Built once, immutable, thread-safe."""

    def __init__(self, corpus: Corpus, normaliser: Normaliser) -> None:
        self._normaliser = normaliser
        self._entries = corpus.entries
        self._phrasings = [tuple(normaliser.normalise(text) for text in entry.phrasings) for entry in self._entries]
        keywords = [tuple(normaliser.normalise(word) for word in entry.keywords) for entry in self._entries]
        # Each gram is kept once, however many phrasings hold it: that halves the memory.
        same: dict[str, str] = {}
        self._grams = [
            tuple(frozenset(same.setdefault(gram, gram) for gram in self.grams(text)) for text in texts)
            for texts in self._phrasings
        ]
        documents = [
            self._document(phrasings, words) for phrasings, words in zip(self._phrasings, keywords, strict=True)
        ]
        self._weights = _weights(documents)
        self._unknown = math.log(1 + 2 * len(documents))
        self._postings = _postings(documents)
        self._phrasing_weights = [tuple(map(self._weigh_all, texts)) for texts in self._grams]
        self._topics = frozenset(word for words in keywords for word in words)
        self._homophones = Homophones((word for words in keywords for word in words), known=self._knows)

    def _knows(self, pair: str) -> bool:
        return pair in self._weights or _MARK + pair in self._weights

    def spell(self, text: str) -> str:
        """The message as it is compared: normalised, with homophone slips mended."""
        return self._homophones.mend(self._normaliser.normalise(_shorten(text)))

    def rank(self, text: str, limit: int = 5) -> Ranking:
        """The entries that fit a message; none for a message without a known character."""
        query = self.spell(text)
        grams = frozenset(self.grams(query))
        total = self._weigh_all(grams)
        scores: dict[int, float] = defaultdict(float)
        found: dict[int, float] = defaultdict(float)
        for gram in grams:
            weight = self._weights.get(gram, 0.0)
            for document, saturation in self._postings.get(gram, ()):
                scores[document] += weight * saturation
                found[document] += weight
        shortlist = sorted(scores, key=lambda document: (-scores[document], document))[:_SHORTLIST]
        candidates = [
            self._candidate(document, query, grams, total, scores[document], found[document]) for document in shortlist
        ]
        best = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.entry.id))[:limit]
        bare = query in self._topics or self._normaliser.framed(query).count(False) < _TELLING
        opposite = bool(best) and self._normaliser.opposite(query, best[0].phrasing)
        return Ranking(query, total, bare, opposite, tuple(best))

    def grams(self, text: str) -> list[str]:
        """Characters and pairs of neighbours of a normalised text, marked where they touch a frame word."""
        framed = self._normaliser.framed(text)
        marks = [_MARK if inside else "" for inside in framed]
        pairs = [
            (marks[index] or marks[index + 1]) + text[index : index + 2] for index in range(len(text) - 1)
        ]  # fmt: skip
        return [*map("".join, zip(marks, text, strict=True)), *pairs]

    def _candidate(
        self, document: int, query: str, grams: frozenset[str], total: float, score: float, found: float
    ) -> Candidate:
        texts = self._phrasings[document]
        ratios = [fuzz.ratio(query, phrasing) / 100 for phrasing in texts]
        weights = self._phrasing_weights[document]
        shared = [grams & phrasing for phrasing in self._grams[document]]
        overlaps = [2 * self._weigh_all(both) / (total + weight) for both, weight in zip(shared, weights, strict=True)]
        contained = max(len(both) / len(phrasing) for both, phrasing in zip(shared, self._grams[document], strict=True))
        nearest = max(range(len(texts)), key=lambda index: overlaps[index] + ratios[index])
        bm25, ratio, overlap = score / total / (_K1 + 1), max(ratios), max(overlaps)
        return Candidate(
            entry=self._entries[document],
            score=bm25 + _RATIO * ratio + _OVERLAP * overlap + _CONTAINED * contained,
            bm25=bm25,
            coverage=found / total,
            ratio=ratio,
            overlap=overlap,
            contained=contained,
            phrasing=texts[nearest],
        )

    def _document(self, phrasings: tuple[str, ...], keywords: tuple[str, ...]) -> Counter[str]:
        counts = Counter(gram for text in phrasings for gram in self.grams(text))
        for word in keywords:
            counts.update(self.grams(word) * _KEYWORD)
        return counts

    def _weigh_all(self, grams: Iterable[str]) -> float:
        return sum(self._weights.get(gram) or self._unknown * _share(gram) for gram in grams)


def _weights(documents: list[Counter[str]]) -> dict[str, float]:
    """Inverse document frequency of each gram, less for single characters and for what frames a question."""
    frequency = Counter(gram for document in documents for gram in document)
    return {
        gram: math.log(1 + (len(documents) - count + 0.5) / (count + 0.5)) * _share(gram)
        for gram, count in frequency.items()
    }


def _postings(documents: list[Counter[str]]) -> dict[str, list[tuple[int, float]]]:
    """For each gram the documents that hold it, with BM25's saturated frequency."""
    average = sum(sum(document.values()) for document in documents) / max(len(documents), 1)
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        norm = _K1 * (1 - _B + _B * sum(document.values()) / average)
        for gram, frequency in document.items():
            postings[gram].append((number, frequency * (_K1 + 1) / (frequency + norm)))
    return dict(postings)


def _share(gram: str) -> float:
    framed = gram.startswith(_MARK)
    return (_UNIGRAM if len(gram) - framed == 1 else 1.0) * (_FRAMED if framed else 1.0)


def _shorten(text: str) -> str:
    half = _CHARACTERS // 2
    return text if len(text) <= _CHARACTERS else f"{text[:half]} {text[-half:]}"
