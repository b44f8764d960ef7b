"""What a table for outside may show beside itself."""

import pytest

from bot.ledger.figures import Mediation
from bot.period import Period
from bot.web.tables import rate

YEAR = Period.year(2025)


def of(**results: int) -> Mediation:
    return Mediation(sum(results.values()), {"result": results})


@pytest.mark.parametrize(
    ("this", "other", "shown"),
    [
        (of(成功=40, 不成功=5, 终止=1, 还在调解=4), of(成功=9, 不成功=9), ["—", "—", "—"]),
        (of(成功=40, 不成功=5), of(成功=9, 不成功=9, 终止=3), ["—", "—", "—"]),
        (of(成功=40, 不成功=5, 终止=4, 还在调解=4), of(成功=9, 不成功=9, 终止=3, 还在调解=8), ["49", "40", "82%"]),
        (of(成功=40, 不成功=5), of(成功=9, 不成功=9), ["45", "40", "89%"]),
    ],
)
def test_a_rate_is_shown_outside_only_where_no_result_is_hidden(
    this: Mediation, other: Mediation, shown: list[str]
) -> None:
    hidden = [cell.text for cell in rate(YEAR, this, other, public=True)]
    assert hidden == shown
    assert [cell.text for cell in rate(YEAR, this, other, public=False)][1] == "40"
