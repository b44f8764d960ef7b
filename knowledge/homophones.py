"""Voice typing and pinyin keyboards pick the wrong characters of the right sound: 彩李 for 彩礼.

A pair of characters that no entry uses, but that sounds like a word entries do use, is read as that word.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from pypinyin import Style, pinyin

_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("h", "f"))
"""Initials that Chongqing and Sichuan speech does not keep apart, the first read as the second."""


class Homophones:
    """Words of two to four characters by their sound, tones and dialect mergers left out."""

    def __init__(self, words: Iterable[str], known: Callable[[str], bool]) -> None:
        self._known = known
        self._exact: dict[tuple[str, ...], str] = {}
        self._merged: dict[tuple[str, ...], str] = {}
        for word in words:
            if 2 <= len(word) <= 4 and all("\u4e00" <= character <= "\u9fff" for character in word):
                self._exact.setdefault(tuple(map(_syllable, word)), word)
                self._merged.setdefault(tuple(map(_merge, word)), word)

    def mend(self, text: str) -> str:
        """Replace runs that no entry uses by the word they sound like; everything else stays."""
        position = 0
        while position < len(text) - 1:
            for length in (4, 3, 2):
                run = text[position : position + length]
                if len(run) == length and (word := self._word(run)) and self._is_slip(text, position, word):
                    text = text[:position] + word + text[position + length :]
                    position += length - 1
                    break
            position += 1
        return text

    def _word(self, run: str) -> str | None:
        """The word that sounds like a run and shares a character with it: a slip seldom hits every character."""
        words = (self._exact.get(tuple(map(_syllable, run))), self._merged.get(tuple(map(_merge, run))))
        return next((word for word in words if word and any(map(str.__eq__, run, word))), None)

    def _is_slip(self, text: str, position: int, word: str) -> bool:
        """Whether no character that the word would change stands in a pair, with its neighbours, that entries use.

        In 家暴离婚, 暴离 sounds like 保理, but 家暴 and 离婚 are what is meant.
        """
        changed = [index for index, character in enumerate(word, position) if text[index] != character]
        pairs = [text[index : index + 2] for place in changed for index in (place - 1, place) if index >= 0]
        return bool(changed) and not any(self._known(pair) for pair in pairs)


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    """One reading without tone. Rare readings do not matter: both sides are read alike."""
    syllable: str = pinyin(character, style=Style.NORMAL)[0][0]
    return syllable


@lru_cache(maxsize=8192)
def _merge(character: str) -> str:
    syllable = _syllable(character)
    for written, spoken in _MERGED:
        if syllable.startswith(written):
            syllable = spoken + syllable[len(written) :]
            break
    return syllable.replace("ing", "in").replace("eng", "en")
