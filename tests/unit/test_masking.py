"""Numbers that identify people are hidden in free text."""

import pytest

from bot.masking import hides, masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13912345678。", "电话139******78。"),
        ("139 1234 5678", "139******78"),
        ("139-1234-5678", "139******78"),
        ("+86 13912345678", "139******78"),
        ("8613912345678", "139******78"),
        ("１３９１２３４５６７８", "１３９******７８"),
        ("330102 19900307 888X", "330*************8X"),
        ("证330102199003078888号", "证330*************88号"),
        ("卡6222 0202 0000 1234 567", "卡622**************67"),
    ],
)
def test_telephones_cards_and_identity_numbers_are_hidden_however_they_are_written(said: str, shown: str) -> None:
    assert masked(said) == shown
    assert hides(said)


@pytest.mark.parametrize(
    "said", ["2026-11-22 13:00", "借了200000元", "编号2026-000001", "民法典第1079条", "12348", "110"]
)
def test_other_numbers_stay(said: str) -> None:
    assert masked(said) == said
    assert not hides(said)
