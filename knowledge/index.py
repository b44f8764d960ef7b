"""An inverted index: BM25 over documents of grams, in arrays, so that a hundred times the entries stay fast."""

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

K1, _B = 1.2, 0.5


class Index:
    """Built once, immutable, thread-safe. A gram's weight is its inverse document frequency times its share."""

    def __init__(self, documents: Sequence[Counter[str]], share: Callable[[str], float]) -> None:
        self._ids: dict[str, int] = {}
        self._share = share
        self.size = len(documents)
        grams, counts, owners = array("i"), array("f"), array("i")
        for number, document in enumerate(documents):
            for gram, count in document.items():
                grams.append(self._ids.setdefault(gram, len(self._ids)))
                counts.append(count)
                owners.append(number)
        lengths = np.array([document.total() for document in documents], dtype=np.float32)
        norm = K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1.0))
        gram_ids, frequency, document_ids = np.asarray(grams), np.asarray(counts), np.asarray(owners)
        order = np.argsort(gram_ids, kind="stable")
        self._documents = document_ids[order]
        spread = np.bincount(gram_ids, minlength=len(self._ids))
        self._bounds = np.concatenate([[0], np.cumsum(spread)])
        shares = np.array([share(gram) for gram in self._ids])
        self.weights: NDArray[np.float64] = np.log(1 + (self.size - spread + 0.5) / (spread + 0.5)) * shares
        saturation = frequency * (K1 + 1) / (frequency + norm[document_ids])
        self._gains = self.weights[gram_ids[order]] * saturation[order]
        self._unknown = math.log(1 + 2 * self.size)

    def __contains__(self, gram: str) -> bool:
        return gram in self._ids

    def known(self, grams: Iterable[str]) -> NDArray[np.int32]:
        """The ids of those grams that some document holds, ascending."""
        return np.array(sorted({self._ids[gram] for gram in grams if gram in self._ids}), dtype=np.int32)

    def weigh(self, grams: Iterable[str]) -> float:
        """The weight of a set of grams; one that no document holds counts as the rarest."""
        known, unknown = 0.0, 0.0
        for gram in sorted(set(grams)):
            number = self._ids.get(gram)
            if number is None:
                unknown += self._unknown * self._share(gram)
            else:
                known += float(self.weights[number])
        return known + unknown

    def search(self, ids: NDArray[np.int32], limit: int) -> list[tuple[int, float, float]]:
        """The best documents first: number, BM25 score, and the weight of the query's grams that it holds."""
        scores = self.scores(ids)
        best = np.argpartition(-scores, limit)[:limit] if self.size > limit else np.arange(self.size)
        ranked = best[np.lexsort((best, -scores[best]))]
        ranked = ranked[scores[ranked] > 0]
        found = self._found(ids, ranked)
        return [
            (int(number), float(scores[number]), float(weight)) for number, weight in zip(ranked, found, strict=True)
        ]

    def scores(self, ids: NDArray[np.int32]) -> NDArray[np.float64]:
        """The BM25 score of every document."""
        if not len(ids):
            return np.zeros(self.size)
        parts = [slice(self._bounds[number], self._bounds[number + 1]) for number in ids]
        owners = np.concatenate([self._documents[part] for part in parts])
        gains = np.concatenate([self._gains[part] for part in parts])
        return np.bincount(owners, weights=gains, minlength=self.size).astype(np.float64, copy=False)

    def _found(self, ids: NDArray[np.int32], documents: NDArray[np.int64]) -> NDArray[np.float64]:
        """The weight of the query's grams that each of a few documents holds."""
        found = np.zeros(len(documents))
        for number in ids:
            owners = self._documents[self._bounds[number] : self._bounds[number + 1]]
            places = np.searchsorted(owners, documents)
            held = owners[np.minimum(places, len(owners) - 1)] == documents
            found += self.weights[number] * held
        return found
