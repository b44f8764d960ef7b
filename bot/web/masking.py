"""Numbers that identify people are hidden in what residents wrote, until somebody asks for them on record."""

import re

_NUMBERS = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{16,19}|1[3-9]\d{9})(?!\d)")
"""Identity cards, bank cards, mobile telephones."""


def masked(text: str) -> str:
    """The first three and the last two digits stay, so that a person can tell two numbers apart."""
    return _NUMBERS.sub(lambda found: f"{found[1][:3]}{'*' * (len(found[1]) - 5)}{found[1][-2:]}", text)


def hides(text: str) -> bool:
    return bool(_NUMBERS.search(text))
