"""Rounding, rates, and what the report finds not to fit together."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import yearly
from bot.ledger.book import Line
from bot.ledger.fields import Row
from bot.ledger.figures import percent
from bot.ledger.yearly import Figure

SETTLED = {"ended": "2023-05-01", "result": "成功", "form": "书面"}
FAILED = {"ended": "2023-05-01", "result": "不成功", "form": "无"}


def lines(*rows: Row, book: str = "mediation") -> list[Line]:
    return [
        Line(book, number, f"2023-{number:03d}", dt.date(2023, 1, number), "甲山村", row)
        for number, row in enumerate(rows, 1)
    ]


def figures(mediation: list[Line], consultations: int = 1) -> dict[str, Figure]:
    rows = {book: lines({}, book=book) for book in yearly.BOOKS} | {"mediation": mediation}
    return yearly.figures(2023, rows, registers(), consultations)


def registers(committee: str = "甲山村调委会") -> dict[str, list[Line]]:
    return {
        "committee": lines({"name": "甲山村调委会", "since": "2020-01-01"}, book="committee"),
        "mediator": lines({"name": "甲", "committee": committee, "since": "2020-01-01"}, book="mediator"),
    }


def found(mediation: list[Line], before: list[Line] | None = None, others: int = 0, rate: int | None = None) -> str:
    rows = {book: lines({"people": 1, "copies": 1}, book=book) for book in yearly.BOOKS} | {"mediation": mediation}
    now = yearly.figures(2023, rows, registers(), 10)
    last = yearly.figures(2022, rows | {"mediation": before or mediation}, registers(), 10)
    return "\n".join(one.text for one in yearly.findings(now, last, rows, registers(), others, rate))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (8, "8"),
        (10, "10"),
        (12, "10余"),
        (35, "30余"),
        (100, "100"),
        (112, "100余"),
        (612, "600余"),
        (1999, "1000余"),
    ],
)
def test_a_round_figure_keeps_its_first_digit(value: int, written: str) -> None:
    assert yearly.roundly(value) == written


@given(st.integers(0, 10**7))
def test_a_round_figure_never_claims_more_than_there_is(value: int) -> None:
    written = yearly.roundly(value)
    said = int(written.removesuffix("余"))
    assert said <= value < said + 10 ** (len(str(value)) - 1) + (value < 10)
    assert written.endswith("余") == (said < value)


@given(st.integers(1, 400), st.integers(0, 100))
def test_a_rate_is_reachable_just_when_some_whole_number_of_cases_gives_it(whole: int, rate: int) -> None:
    fits = yearly.wins_for(rate, whole)
    assert all(percent(won, whole) == rate for won in fits)
    others = set(range(whole + 1)) - set(fits)
    assert not any(percent(won, whole) == rate for won in others)


def test_97_of_132_is_reached_with_128_alone() -> None:
    assert yearly.wins_for(97, 132) == [128]
    assert percent(128, 132) == 97


def test_every_figure_but_the_consultations_names_its_rows() -> None:
    counted = figures(lines(SETTLED, FAILED, {}))
    assert (counted["mediations"].value, counted["ended"].value, counted["rate"].value) == (3, 2, 50)
    assert counted["settled"].numbers == ("2023-001",)
    for figure in counted.values():
        if figure.unit not in ("%", "份", "人次"):
            assert len(figure.numbers) == figure.value, figure.label


def test_two_rows_of_one_visit_are_one_visit() -> None:
    same = [Line("visit", number, f"{number}", dt.date(2023, 1, 1), "甲山村", {"adviser": "甲"}) for number in (1, 2)]
    rows: dict[str, list[Line]] = {book: [] for book in yearly.BOOKS} | {"visit": same}
    assert yearly.figures(2023, rows, registers(), 0)["visits"].value == 1


def test_who_left_office_before_the_last_day_is_not_counted() -> None:
    listed = registers() | {"mediator": lines({"name": "甲", "since": "2020-01-01", "until": "2023-12-31"},
                                              {"name": "乙", "since": "2023-12-31"}, {"name": "丙", "since": "2024-01-01"})}  # fmt: skip
    rows: dict[str, list[Line]] = {book: [] for book in yearly.BOOKS}
    assert yearly.figures(2023, rows, listed, 0)["mediators"].value == 1


@pytest.mark.parametrize(
    ("mediation", "heard"),
    [
        (lines(SETTLED, {}), "有 1 件调解还没有结束"),
        (lines(SETTLED | {"form": None}), "书面+口头+无≠已结束：有 1 件没有写协议形式"),
        (lines(SETTLED, FAILED | {"form": "口头"}), "有协议的 2 件，调解成功的 1 件：有 1 件没有调成却写了协议形式"),
        (lines(SETTLED | {"form": "无"}), "有 1 件调解成功，却没有任何协议"),
    ],
)
def test_what_does_not_fit_together_in_the_mediations_is_said(mediation: list[Line], heard: str) -> None:
    assert heard in found(mediation)


def test_a_rate_from_elsewhere_is_checked_against_whole_cases() -> None:
    three = lines(SETTLED, SETTLED, FAILED)
    assert "3 件里没有一个整数能得出它" in found(three, rate=90)
    assert "给出的成功率 100% 要有 3 件成功，台账里是 2 件（67%）" in found(three, rate=100)
    assert "成功率" not in found(three, rate=67)


def test_large_differences_from_last_year_and_many_without_a_kind_are_named() -> None:
    assert "上一年是 4件，差得多" in found(lines(SETTLED), before=lines(*[SETTLED] * 4))
    assert "归在“其他”，占 30%" in found(lines(SETTLED), others=3)
    assert "归在“其他”" not in found(lines(SETTLED), others=2)
