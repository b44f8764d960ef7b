"""The counting rules as properties over made-up months."""

import datetime as dt
import itertools
import random

import pytest

from bot.clock import SHANGHAI, month_bounds
from bot.store.counting import Word, count, count_by, occasions

WINDOW = dt.timedelta(hours=24)
START = dt.datetime(2026, 11, 1, tzinfo=SHANGHAI)


def word(hours: float, resident: int = 1, consultation: int = 1, first: bool = True, topic: str = "继承") -> Word:
    return Word(resident, consultation, first, START + dt.timedelta(hours=hours), topic, "甲山村", "公众号", "当场答复")


def some_words(seed: int) -> list[Word]:
    chance = random.Random(seed)
    words = []
    for consultation in range(120):
        resident, topic, at = chance.randrange(15), chance.choice(["继承", "邻里", "其他"]), chance.uniform(0, 700)
        words.append(word(at, resident, consultation, True, topic))
        words += [
            word(at + chance.uniform(0, 90), resident, consultation, False, topic) for _ in range(chance.randrange(4))
        ]
    return words


def test_asking_again_within_the_window_is_the_same_occasion_and_matter() -> None:
    found = count(occasions([word(0), word(5, consultation=2), word(23, consultation=3)], WINDOW))
    assert (found.occasions, found.matters, found.people) == (1, 1, 1)


def test_coming_back_to_a_matter_days_later_is_a_new_occasion_of_the_same_matter() -> None:
    found = count(occasions([word(0), word(72, first=False)], WINDOW))
    assert (found.occasions, found.matters, found.people) == (2, 1, 1)


def test_another_topic_or_another_person_is_another_occasion() -> None:
    found = count(occasions([word(0), word(1, consultation=2, topic="邻里"), word(2, 2, 3)], WINDOW))
    assert (found.occasions, found.matters, found.people) == (3, 3, 2)


@pytest.mark.parametrize("seed", range(20))
def test_totals_are_the_sums_of_their_parts_and_matters_never_exceed_occasions(seed: int) -> None:
    rows = occasions(some_words(seed), WINDOW)
    total = count(rows)
    by_topic = count_by(rows, lambda row: row.topic)
    assert total.occasions == sum(one.occasions for one in by_topic.values())
    assert total.matters == sum(one.matters for one in by_topic.values())
    assert total.people <= total.matters <= total.occasions


@pytest.mark.parametrize("seed", range(20))
def test_a_period_counts_the_same_whether_or_not_earlier_history_is_known(seed: int) -> None:
    words = some_words(seed)
    start = START + dt.timedelta(hours=300)
    whole = [row for row in occasions(words, WINDOW) if row.said_at >= start]
    recent = [
        row for row in occasions([w for w in words if w.said_at >= start - WINDOW], WINDOW) if row.said_at >= start
    ]
    assert whole == recent


def test_months_add_up_to_the_year() -> None:
    edges = [month_bounds(2026, month) for month in range(1, 13)]
    assert all(one[1] == other[0] for one, other in itertools.pairwise(edges))
    assert edges[0][0] == dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
    assert edges[11][1] == dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC)
