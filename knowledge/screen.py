"""What is recognised before any matching: danger, which comes first, and chatter, which reaches nobody.

Both are tables of words: `data/urgent.toml` and `data/chatter.toml`. They are matched in the plain text, so that what a
table says is what happens.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import opencc

from knowledge.corpus import DATA

_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOISE = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,4}\]|[\W_]+")
"""Punctuation, emoji, and the platform's own emoji codes such as [微笑]."""
_REPEATED = re.compile(r"(.)\1{5,}")
_LONGEST_CHATTER = 24


@dataclass(frozen=True)
class Rule:
    """A kind of message: it applies when a pattern is found and no exception is."""

    kind: str
    patterns: re.Pattern[str]
    unless: re.Pattern[str]


class Screen:
    """Immutable and thread-safe."""

    def __init__(self, folder: Path = DATA) -> None:
        self._dangers = _rules(folder / "urgent.toml", "danger")
        self._chatter = _rules(folder / "chatter.toml", "chatter")
        self._simplify = opencc.OpenCC("t2s")

    def danger(self, text: str) -> str | None:
        """suicide, child, violence, held, accident or scam when the words say that it is happening; else None."""
        return _first(self._dangers, self._plain(text))

    def chatter(self, text: str) -> str | None:
        """greeting, thanks, who, bye, upset, offtopic or gibberish; None for anything that may be a question."""
        plain = self._plain(text)
        han = _HAN.findall(plain)
        if len(han) < 2 or len(set(han)) < 2 or _REPEATED.search(plain):
            single = _first(self._chatter, plain[:_LONGEST_CHATTER])
            return single or ("gibberish" if len(set(han)) < 4 else None)
        return _first(self._chatter, plain) if len(plain) <= _LONGEST_CHATTER else None

    def _plain(self, text: str) -> str:
        return _NOISE.sub("", self._simplify.convert(unicodedata.normalize("NFKC", text)).lower())


def _rules(path: Path, name: str) -> tuple[Rule, ...]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    return tuple(Rule(row["kind"], _any(row["patterns"]), _any(row.get("unless", []))) for row in rows)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


def _first(rules: tuple[Rule, ...], text: str) -> str | None:
    return next((rule.kind for rule in rules if rule.patterns.search(text) and not rule.unless.search(text)), None)
