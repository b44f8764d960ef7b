from fractions import Fraction

import pytest

from knowledge.numerals import figures, parse_number, to_arabic
from knowledge.statutes import chinese


@pytest.mark.parametrize(
    ("text", "value"),
    [("一千零七十九", 1079), ("十五", 15), ("两", 2), ("廿", 20), ("三百五十万", 3500000), ("30", 30)],
)
def test_chinese_and_arabic_numerals_have_one_value(text: str, value: int) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三十日内", "30天内"), ("二年", "2年"), ("两年", "二年"), ("十八周岁", "18岁"), ("百分之五十", "50%"),
        ("一半", "二分之一"), ("半年", "六个月"), ("三万元", "30000元"), ("一个月", "1月"),
    ],
)  # fmt: skip
def test_the_same_figure_written_differently_is_the_same(one: str, other: str) -> None:
    assert figures(one) == figures(other) != set()


def test_figures_with_different_units_differ() -> None:
    assert figures("三十日").isdisjoint(figures("一个月"))
    assert figures("三分之一") == {(Fraction(1, 3), "份额")}


def test_what_is_not_a_figure_is_passed_over() -> None:
    assert figures("一年级的学生打12348，零分之一也不算") == set()


def test_numerals_before_units_become_arabic_and_others_stay() -> None:
    assert to_arabic("分居满两年，第三十条，一起走") == "分居满2年，第30条，一起走"


@pytest.mark.parametrize("number", [1, 10, 14, 20, 100, 101, 110, 204, 1000, 1001, 1079, 1260])
def test_article_numbers_are_written_as_statutes_write_them(number: int) -> None:
    assert parse_number(chinese(number)) == number


def test_statutes_write_ten_without_a_leading_one() -> None:
    assert [chinese(number) for number in (10, 14, 110, 1010)] == ["十", "十四", "一百一十", "一千零一十"]
