"""What leaves the office: a stranger with the table, its total and this rule cannot tell a small figure."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from bot.suppression import KEPT_BACK, LESS, SMALL, suppressed

TABLES = st.dictionaries(st.sampled_from("甲乙丙丁戊"), st.tuples(st.integers(0, 9)), min_size=1, max_size=4)
COUNTS = st.dictionaries(
    st.sampled_from("甲乙丙丁戊"),
    st.integers(1, 30).flatmap(
        lambda top: st.integers(0, top).flatmap(
            lambda matters: st.integers(1, max(1, matters)).map(lambda people: (top, matters, min(people, top)))
        )
    ),
    min_size=1, max_size=5,
)  # fmt: skip


def total_of(rows: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows.values(), strict=True)))


def possible(text: str, most: int, least: int) -> range:
    if text == LESS:
        return range(least, SMALL)
    return range(SMALL, most + 1) if text == KEPT_BACK else range(int(text), int(text) + 1)


@given(TABLES)
def test_every_small_figure_could_be_another_one_for_all_that_the_table_says(rows: dict[str, tuple[int]]) -> None:
    total = total_of(rows)
    table = suppressed(rows, total, additive=1)
    least = min(1, *(figure for (figure,) in rows.values()), 1)
    sums = range(SMALL) if table.total[0] == LESS else range(total[0], total[0] + 1)
    fits = [
        guess
        for guess in product(*(possible(text, total[0], least) for (text,) in table.rows.values()))
        if sum(guess) in sums
    ]  # fmt: skip
    assert not table.rows or tuple(rows[name][0] for name in table.rows) in fits
    for place, name in enumerate(table.rows):
        if rows[name][0] < SMALL and len(rows) > 1 and total[0] >= SMALL:
            assert len({guess[place] for guess in fits}) > 1


@given(COUNTS)
def test_no_figure_below_three_is_shown_and_what_is_shown_is_true(rows: dict[str, tuple[int, int, int]]) -> None:
    total = total_of(rows)
    table = suppressed(rows, total, additive=2)
    for name, texts in table.rows.items():
        for figure, text in zip(rows[name], texts, strict=True):
            assert text in (LESS, KEPT_BACK) or (int(text) == figure and figure >= SMALL)
            assert text != LESS or figure < SMALL
    assert all(text == LESS or int(text) >= SMALL for text in table.total if text != KEPT_BACK)


@given(COUNTS)
def test_one_row_alone_is_never_hidden_beside_its_total(rows: dict[str, tuple[int, int, int]]) -> None:
    total = total_of(rows)
    hidden = [name for name, texts in suppressed(rows, total, additive=2).rows.items() if not texts[0].isdigit()]
    assert len(hidden) != 1 or len(rows) == 1


def test_large_figures_are_shown_as_they_are() -> None:
    assert suppressed({"甲": (5, 4, 3), "乙": (9, 9, 9)}, (14, 13, 12), 2).rows["甲"] == ("5", "4", "3")
    assert suppressed({"甲": (1, 1, 1), "乙": (9, 9, 9), "丙": (40, 40, 40)}, (50, 50, 50), 2).rows == {
        "甲": ("<3", "<3", "<3"), "乙": ("—", "—", "—"), "丙": ("40", "40", "40"),
    }  # fmt: skip
