"""Fit the confidence on labelled questions: `legalbot knowledge fit QUESTIONS.jsonl …` rewrites data/confidence.toml.

Needs the extra `fit` (scipy). No coefficient may be negative: a better fit never makes the bot less sure, whatever
the questions at hand would suggest. Thresholds come from predictions on questions left out of the fit, so that they
hold for questions nobody has seen.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from knowledge.corpus import DATA
from knowledge.decide import Confidence, features
from knowledge.desk import Desk
from knowledge.evaluate import is_right, read_questions

PRECISION = 0.83
"""Of the answers sent outright, the share that must cite an article from the label. Labels are narrower than what a
lawyer would accept, so that the share of truly wrong answers is smaller than the rest."""
CHOICES = 0.12
"""Below this probability of the first candidate, offering choices wastes the resident's time."""
MARGIN = 0.04
_FOLDS = 10
_SHRINK = 0.02
"""Weight of the squared coefficients in the loss, against chance in few questions."""


def fit(desk: Desk, files: Sequence[Path], out: Path = DATA / "confidence.toml") -> Confidence:
    """Fit, choose the answer threshold for PRECISION, write the file and return what was written."""
    rows: list[dict[str, float]] = []
    labels: list[bool] = []
    for question in (question for file in files for question in read_questions(file)):
        if desk.danger(question.text) or desk.chatter(question.text):
            continue  # never reaches the matcher
        ranking = desk.matcher.rank(question.text)
        if ranking.candidates:
            rows.append(features(ranking))
            labels.append(is_right(ranking.candidates[0].entry, question))
    names = list(rows[0])
    table = [[row[name] for name in names] for row in rows]
    held_out = [0.0] * len(rows)
    for fold in range(_FOLDS):
        rest = [number for number in range(len(rows)) if number % _FOLDS != fold]
        part = _confidence(names, _minimise([table[number] for number in rest], [labels[number] for number in rest]))
        for number in range(fold, len(rows), _FOLDS):
            held_out[number] = part.of(rows[number])
    confidence = _confidence(names, _minimise(table, labels), _threshold(held_out, labels))
    write(confidence, out)
    return confidence


def _confidence(names: list[str], solution: list[float], answer: float = 1.0) -> Confidence:
    intercept, *weights = solution
    return Confidence(intercept, dict(zip(names, weights, strict=True)), answer, MARGIN, CHOICES)


def _minimise(table: list[list[float]], labels: list[bool]) -> list[float]:
    """Intercept and coefficients of the logistic regression with non-negative coefficients."""
    import numpy as np  # noqa: PLC0415 - an extra that only this command needs
    from scipy.optimize import minimize  # noqa: PLC0415

    x = np.column_stack([np.ones(len(table)), np.array(table)])
    sign = np.where(np.array(labels), 1.0, -1.0)

    def loss(solution: Any) -> tuple[float, Any]:
        wrong = 1 / (1 + np.exp(sign * (x @ solution)))
        shrink = np.append(0.0, solution[1:])
        value = -np.log(np.clip(1 - wrong, 1e-12, 1)).sum() + _SHRINK * (shrink**2).sum()
        return float(value), -(x.T @ (sign * wrong)) + 2 * _SHRINK * shrink

    bounds = [(None, None), *[(0.0, None)] * (x.shape[1] - 1)]
    solution = minimize(loss, np.zeros(x.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x
    return [float(value) for value in solution]


def _threshold(probabilities: list[float], labels: list[bool]) -> float:
    """The lowest probability above which the answers reach PRECISION, smoothed against luck by two wrong ones."""
    best, right = 1.0, 0
    for number, (probability, label) in enumerate(sorted(zip(probabilities, labels, strict=True), reverse=True), 1):
        right += label
        if right / (number + 1) >= PRECISION:
            best = probability
    return round(float(best), 3)


def write(confidence: Confidence, out: Path) -> None:
    lines = [
        "# Fitted by `legalbot knowledge fit`; do not edit by hand.",
        f"intercept = {confidence.intercept:.4f}",
        f"answer = {confidence.answer}",
        f"margin = {confidence.margin}",
        f"choices = {confidence.choices}",
        "",
        "[coefficients]",
        *(f"{name} = {weight:.4f}" for name, weight in confidence.coefficients.items()),
    ]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
