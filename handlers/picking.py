"""Which of several offered things a short reply means."""

import re
import unicodedata

_PICKED = re.compile(
    r"(?:我?选|答案是?|是)?第?\s*([1-9一二三四五六七八九A-D])\s*(?:个|号|条|项)?\s*(?:吧|嘛|哈|噻)?[.。、,，!！)）\s]*"
)
_PLACES = {sign: number for signs in ("一二三四五六七八九", "ABCD") for number, sign in enumerate(signs, 1)}


def picked(text: str) -> int:
    """From 1: 2, 二, 第二个, 选B, a full-width Ｂ. 0 for what picks nothing."""
    found = _PICKED.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    return _PLACES.get(found[1]) or int(found[1]) if found else 0
