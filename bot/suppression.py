"""Small cells: what leaves the office must not tell of one or two people.

Rule. A figure below 3 is shown as “<3”. So that nobody computes it from the total, the other units of that row (人次,
件, 人) are shown as “—” unless they are below 3 themselves, and further rows, the smallest first, as “—” until no
hidden figure of the table has only one value that fits the total, the figures shown and what the marks say: “<3” is 1
or 2 (0 only where a 0 is hidden), “—” at least 3. Where even hiding every row leaves one such figure, the table has no
rows at all. A total below 3 is hidden itself; the other figures of its table then are, too.

The rule holds within a table. Tables of periods within each other (a year and its months, May and 1 May to 30 May)
could be subtracted from each other, so only whole years leave the office, with their months as a table. Of a year that
is not over, two states could be subtracted as well; the words below the tables say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMALL = 3
LESS, KEPT_BACK = f"<{SMALL}", "—"
RULE = (
    f"对外公开的表，小于 {SMALL} 的数写作“{LESS}”；为了不让人从合计倒推出来，另有几行写作“{KEPT_BACK}”。"
    "对外只给整年的表。没过完的一年，前后两次的表相减也能推出小数，上报请用过完的年。"
)
Row = Sequence[int]


@dataclass(frozen=True)
class Table:
    """What is shown: a row of texts for each name, and the total. Without rows where they would tell too much."""

    rows: dict[str, tuple[str, ...]]
    total: tuple[str, ...]


def as_it_is(rows: Mapping[str, Row], total: Row) -> Table:
    return Table({name: tuple(map(str, row)) for name, row in rows.items()}, tuple(map(str, total)))


def suppressed(rows: Mapping[str, Row], total: Row, additive: int) -> Table:
    """A table for outside, whose first `additive` columns add up to the total."""
    hidden = {name for name, row in rows.items() if min(row) < SMALL}
    if min(total) < SMALL:
        hidden = set(rows)
    spare = sorted((name for name in rows if name not in hidden), key=lambda name: (rows[name], name))
    while not (safe := all(_ambiguous(rows, hidden, total, column) for column in range(additive))) and spare:
        hidden.add(spare.pop(0))
    shown = {name: _marked(row) if name in hidden else tuple(map(str, row)) for name, row in rows.items()}
    return Table(shown if safe else {}, _marked(total) if min(total) < SMALL else tuple(map(str, total)))


def single(figure: int) -> str:
    """A figure that stands alone."""
    return LESS if figure < SMALL else str(figure)


def _marked(row: Row) -> tuple[str, ...]:
    return tuple(LESS if figure < SMALL else KEPT_BACK for figure in row)


def _ambiguous(rows: Mapping[str, Row], hidden: set[str], total: Row, column: int) -> bool:
    """Whether every hidden figure of the column could be another than it is, the sum of the hidden being known."""
    figures = [rows[name][column] for name in hidden]
    if not figures or min(total) < SMALL:
        return True
    known = sum(figures)
    lowest = 0 if 0 in figures else 1
    low = [lowest if figure < SMALL else SMALL for figure in figures]
    high = [SMALL - 1 if figure < SMALL else known for figure in figures]
    return all(
        max(low[i], known - (sum(high) - high[i])) < min(high[i], known - (sum(low) - low[i]))
        for i in range(len(figures))
    )
