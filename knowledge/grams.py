"""What texts are compared by: characters and pairs of neighbours, with what each kind of them says."""

from knowledge.text import Normaliser

_UNIGRAM = 0.4
"""A single character says less than a pair of them."""
_FRAMED = 0.3
"""What touches a word that only frames a question (怎么办, 是否, 应当) says less than what does not."""
MARK = "·"
"""Stands before a gram that touches a frame word."""


def grams(normaliser: Normaliser, text: str) -> list[str]:
    """Characters and pairs of neighbours of a normalised text, marked where they touch a frame word."""
    framed = normaliser.framed(text)
    marks = [MARK if inside else "" for inside in framed]
    pairs = [(marks[index] or marks[index + 1]) + text[index : index + 2] for index in range(len(text) - 1)]
    return [*map("".join, zip(marks, text, strict=True)), *pairs]


def share(gram: str) -> float:
    """How much a gram says beside a pair of characters that frames nothing, which says 1."""
    framed = gram.startswith(MARK)
    return (_UNIGRAM if len(gram) - framed == 1 else 1.0) * (_FRAMED if framed else 1.0)
