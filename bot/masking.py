"""Numbers that identify people are hidden in free text, until somebody asks for them on record."""

import re

_D, _GAP = "[0-9０-９]", r"[-\s－]?"
_NUMBERS = re.compile(
    rf"(?<!{_D})(?:"
    rf"{_D}{{6}}{_GAP}{_D}{{8}}{_GAP}{_D}{{3}}[{_D[1:-1]}XxＸｘ]"
    rf"|{_D}{{4}}(?:{_GAP}{_D}{{4}}){{3}}(?:{_GAP}{_D}{{1,3}})?"
    rf"|(?:[+＋]?(?:86|８６){_GAP})?[1１][3-9３-９]{_D}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}"
    rf")(?!{_D})"
)
"""Identity cards, bank cards, mobile telephones, also in groups and in full-width digits as telephones write them."""
_DIGITS = re.compile(rf"{_D}{_GAP}{_D}{_GAP}{_D}")
"""Where there are not even three in a row, as in most cells of a sheet, nothing need be searched for slowly."""


def masked(text: str) -> str:
    """The first three and the last two digits stay, so that a person can tell two numbers apart."""
    return _NUMBERS.sub(lambda found: _short(found[0]), text) if _DIGITS.search(text) else text


def hides(text: str) -> bool:
    return bool(_NUMBERS.search(text))


def _short(number: str) -> str:
    joined = re.sub(rf"[^{_D[1:-1]}XxＸｘ]", "", number)
    digits = joined[2:] if len(joined) == 13 and joined[:2] in ("86", "８６") else joined
    return f"{digits[:3]}{'*' * (len(digits) - 5)}{digits[-2:]}"
