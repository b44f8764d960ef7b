"""Normalising what residents type before it is compared: width, traditional characters, numerals, colloquial words.

The words themselves are data: `data/colloquial.toml`, `fillers.toml`, `frames.toml` and
`polarity.toml`. The same function runs over
the entries' phrasings and over the resident's message, so that both meet in one spelling.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opencc

from knowledge.corpus import DATA
from knowledge.numerals import to_arabic

_NOT_TEXT = re.compile(r"[^0-9a-z\u4e00-\u9fff%]+")
_PARTICLES = re.compile(r"[吗呢啊呀吧嘛哦噢哟喔诶欸嘞咯哒噻哎唉嘢哇]|[撒哈]$")


@dataclass(frozen=True)
class Tables:
    """Words as data: colloquial to standard, phrases that carry no question, stems whose negation flips an answer."""

    words: dict[str, str]
    fillers: tuple[str, ...]
    frames: tuple[str, ...]
    polar: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]

    @classmethod
    def load(cls, folder: Path = DATA) -> "Tables":
        """Read colloquial.toml, fillers.toml, frames.toml and polarity.toml from a folder."""

        def read(name: str) -> Any:
            return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))

        words = {pair["say"]: pair["mean"] for pair in read("colloquial")["pair"]}
        fillers = tuple(row["say"] for row in read("fillers")["filler"])
        polar = tuple((row["name"], tuple(row["yes"]), tuple(row["no"])) for row in read("polarity")["polar"])
        return cls(words, fillers, tuple(read("frames")["frames"]), polar)


class Normaliser:
    """Immutable and thread-safe."""

    def __init__(self, tables: Tables) -> None:
        self._simplify = opencc.OpenCC("t2s")
        self._words = _alternatives(tables.words)
        self._meaning = {_plain(say): _plain(mean) for say, mean in tables.words.items()}
        self._fillers = _alternatives(tables.fillers)
        self._frames = _alternatives(tables.frames)
        self._polar = [
            (name, _alternatives(yes), _alternatives(no)) for name, yes, no in tables.polar
        ]  # fmt: skip

    def normalise(self, text: str) -> str:
        """One spelling without punctuation: only digits, lower-case Latin letters, 汉字 and the per-cent sign."""
        text = _plain(self._simplify.convert(to_arabic(unicodedata.normalize("NFKC", text))))
        text = self._fillers.sub("", text) or text
        text = self._words.sub(lambda match: self._meaning[match[0]], text)
        return _PARTICLES.sub("", text) or text

    def framed(self, text: str) -> list[bool]:
        """For each character of a normalised text whether it belongs to a word that only frames a question."""
        inside = [False] * len(text)
        for match in self._frames.finditer(text):
            inside[match.start() : match.end()] = [True] * (match.end() - match.start())
        return inside

    def polarity(self, text: str) -> dict[str, bool]:
        """For each stem that a normalised text affirms or denies: 领证 yes or no. A denial outweighs an affirmation."""
        found: dict[str, bool] = {}
        for name, yes, no in self._polar:
            if no.search(text):
                found[name] = False
            elif yes.search(text):
                found[name] = True
        return found

    def opposite(self, one: str, other: str) -> bool:
        """Whether two normalised texts say opposite things about the same stem."""
        ours, theirs = self.polarity(one), self.polarity(other)
        return any(theirs.get(name, sign) != sign for name, sign in ours.items())


def _plain(text: str) -> str:
    return _NOT_TEXT.sub("", text.lower())


def _alternatives(words: Iterable[str]) -> re.Pattern[str]:
    """Any of many words, the longest first. Grouped by first character, since a plain list is tried one by one."""
    groups: dict[str, list[str]] = {}
    for word in sorted({_plain(word) for word in words}, key=lambda word: (-len(word), word)):
        groups.setdefault(word[:1], []).append(re.escape(word[1:]))
    if not groups:
        return re.compile(r"(?!)")
    parts = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())
    return re.compile(f"(?=[{''.join(map(re.escape, groups))}])(?:{parts})")
