"""Near-identical questions with different answers: each reaches its own entry or choices, never the other's answer."""

import json
from pathlib import Path

import pytest

from knowledge.desk import Desk

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "opposites.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 100


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["one"] for pair in PAIRS])
def test_neither_of_two_opposites_gets_the_others_answer(desk: Desk, pair: dict[str, str]) -> None:
    for said, own, opposite in (
        (pair["one"], pair["one_entry"], pair["other_entry"]),
        (pair["other"], pair["other_entry"], pair["one_entry"]),
    ):
        decision = desk.decide(said)
        if decision.kind == "answer":
            assert decision.entry.id == own, f"{said} got {decision.entry.id}, opposite {opposite}"
        else:
            assert own in [entry.id for entry in decision.offered], f"{said} was offered other entries"
