"""Fit the confidence on labelled questions: `legalbot knowledge fit QUESTIONS.jsonl …` rewrites data/confidence.toml.

Needs the extra `fit` (scikit-learn). Thresholds come from predictions on questions left out of the fit, so that they
hold for questions nobody has seen.
"""

import json
from collections.abc import Sequence
from pathlib import Path

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


def fit(desk: Desk, files: Sequence[Path], out: Path = DATA / "confidence.toml") -> Confidence:
    """Fit, choose the answer threshold for PRECISION, write the file and return what was written."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra that only this command needs
    from sklearn.model_selection import cross_val_predict  # noqa: PLC0415

    rows, labels = [], []
    for question in (question for file in files for question in read_questions(file)):
        if desk.danger(question.text) or desk.chatter(question.text):
            continue  # never reaches the matcher
        ranking = desk.matcher.rank(question.text)
        if ranking.candidates:
            rows.append(features(ranking))
            labels.append(is_right(ranking.candidates[0].entry, question))
    names = list(rows[0])
    table = [[row[name] for name in names] for row in rows]
    model = LogisticRegression(C=30.0, max_iter=1000)
    held_out = [pair[1] for pair in cross_val_predict(model, table, labels, cv=10, method="predict_proba")]
    model.fit(table, labels)
    confidence = Confidence(
        intercept=float(model.intercept_[0]),
        coefficients=dict(zip(names, map(float, model.coef_[0]), strict=True)),
        answer=_threshold(held_out, labels),
        margin=MARGIN,
        choices=CHOICES,
    )
    write(confidence, out)
    return confidence


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
        *(f"{json.dumps(name)[1:-1]} = {weight:.4f}" for name, weight in confidence.coefficients.items()),
    ]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
