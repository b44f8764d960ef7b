"""From a ranking to a decision: answer, offer choices, or hand over to a person.

Confidence is the probability that the first candidate cites the right article, a logistic function of a few features
whose coefficients `knowledge/fit.py` fits on labelled questions; they stand in `data/confidence.toml`. The threshold is
applied to the entry that is actually sent.
"""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from knowledge.corpus import DATA
from knowledge.entry import Citation, Entry
from knowledge.matcher import Candidate, Ranking

Kind = Literal["answer", "choices", "handover"]

MOST_CHOICES = 4
_NEARLY_THE_SAME = 0.9
_THE_SAME = 0.95
"""A message that is a phrasing of the entry, but for a character, needs no statistics."""
_WIDE = 0.15
"""The margin asked for between two entries marked as easy to confuse."""
_LIKELY = 0.25
"""Likeness from which one of the two nearest articles is a right one in every other case (development questions)."""
_NOT_FAR = 0.8
_MUCH = 80.0
"""The weight of a full sentence; more words than that make a message no clearer."""


@dataclass(frozen=True)
class Confidence:
    """Fitted coefficients, and the thresholds chosen on the same questions."""

    intercept: float
    coefficients: dict[str, float]
    answer: float
    margin: float
    choices: float

    @classmethod
    def load(cls, path: Path = DATA / "confidence.toml") -> "Confidence":
        return cls(**tomllib.loads(path.read_text(encoding="utf-8")))

    def of(self, features: dict[str, float]) -> float:
        """The probability, between 0 and 1, that the first candidate answers the message."""
        total = self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())
        return 1 / (1 + math.exp(-total))


@dataclass(frozen=True)
class Decision:
    """What to do with a message and why. `score` is the confidence in the first candidate.

    `offered` are the entries to choose from; `second` answers another question of the same message; `articles` may
    bear on a message that goes to a person.
    """

    kind: Kind
    score: float
    candidates: tuple[Candidate, ...] = ()
    offered: tuple[Entry, ...] = ()
    second: Entry | None = None
    articles: tuple[Citation, ...] = ()
    reason: str = ""

    @property
    def entry(self) -> Entry:
        """What is sent when the decision is to answer."""
        return self.candidates[0].entry

    def trace(self) -> dict[str, Any]:
        """The decision in plain values, for the log and the demo; holds none of the resident's words."""
        return {
            "decision": self.kind,
            "confidence": round(self.score, 3),
            "reason": self.reason,
            "candidates": [
                {"entry": candidate.entry.id, "question": candidate.entry.question, "score": round(candidate.score, 3)}
                for candidate in self.candidates
            ],
        }


def features(ranking: Ranking) -> dict[str, float]:
    """What confidence depends on. Only for a ranking with at least one candidate."""
    first = ranking.candidates[0]
    return {
        "bm25": first.bm25,
        "coverage": first.coverage,
        "ratio": first.ratio,
        "contained": first.contained,
        "margin": margin(ranking.candidates),
        "agreement": agreement(ranking.candidates),
        "weight": math.log(min(max(ranking.weight, 1.0), _MUCH)),
    }


def margin(candidates: Sequence[Candidate]) -> float:
    """How far the first candidate leads the second, as a share of the first's score."""
    if len(candidates) < 2:
        return 1.0
    return (candidates[0].score - candidates[1].score) / candidates[0].score


def agreement(candidates: Sequence[Candidate]) -> float:
    """How much of the first's score the others reach together that rest on one of its articles: the field is right."""
    law = set(candidates[0].entry.law)
    return sum(one.score for one in candidates[1:] if law & set(one.entry.law)) / candidates[0].score


def decide(ranking: Ranking, confidence: Confidence) -> Decision:
    """Answer only above the calibrated confidence, with a margin, and never against the message's polarity."""
    candidates = ranking.candidates
    if not candidates:
        return Decision("handover", 0.0, articles=_plain(ranking.articles), reason="没有沾边的条目")
    probability = confidence.of(features(ranking))
    if candidates[0].ratio >= _THE_SAME:
        probability = max(probability, candidates[0].ratio)
    offered = _worth_offering(candidates)
    if doubt := _doubt(ranking, probability, confidence):
        return Decision("choices", probability, candidates, offered, reason=doubt)
    if probability >= confidence.answer:
        return Decision("answer", probability, candidates, reason="把握足够")
    if probability >= confidence.choices:
        return Decision("choices", probability, candidates, offered, reason="有几分把握，请居民挑")
    return Decision("handover", probability, candidates, articles=_plain(ranking.articles), reason="把握不够，转给人")


def _doubt(ranking: Ranking, probability: float, confidence: Confidence) -> str:
    """Why a message is not answered outright however sure the ranking is; empty when there is no such reason."""
    first = ranking.candidates[0]
    if ranking.bare and first.ratio < _NEARLY_THE_SAME:
        return "只说了题目，请居民挑"
    if probability < confidence.answer:
        return ""
    if ranking.opposite:
        return "最接近的问法意思相反"
    lead = margin(ranking.candidates)
    if lead < _WIDE and any(_confusable(first.entry, other.entry) for other in ranking.candidates[1:2]):
        return "和容易混淆的那一条太接近"
    return "前两条太接近" if lead < confidence.margin else ""


def _confusable(one: Entry, other: Entry) -> bool:
    return other.id in one.not_to_confuse or one.id in other.not_to_confuse


def _worth_offering(candidates: Sequence[Candidate]) -> tuple[Entry, ...]:
    floor = 0.5 * candidates[0].score
    return tuple(candidate.entry for candidate in candidates if candidate.score >= floor)[:MOST_CHOICES]


def _plain(articles: Sequence[tuple[Citation, float]]) -> tuple[Citation, ...]:
    """The articles that plainly fit: likely enough, and not far behind the best."""
    floor = max(_LIKELY, _NOT_FAR * articles[0][1]) if articles else 0.0
    return tuple(citation for citation, likeness in articles if likeness >= floor)
